import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import type { FastifyReply } from 'fastify'
import type { StoredFile } from '../store/types.ts'
import { inertPolicy } from './plugins/headers.ts'

interface How {
  readonly contentType: 'image/jpeg' | 'application/octet-stream'
  /** `If-None-Match` of the request. */
  readonly known?: string | undefined
}

/**
 * Streams a collected file such that it can only ever be a picture or a download. Files are never rewritten under
 * their name, which holds the digest: so the name is the entity tag.
 *
 * @throws AppError `PROTOCOL_NOT_FOUND` when there is no such file or a link in its place
 */
export async function sendStoredFile(
  reply: FastifyReply,
  file: StoredFile | undefined,
  { contentType, known }: How,
): Promise<void> {
  if (!file) throw new AppError('PROTOCOL_NOT_FOUND')
  const tag = `"${basename(file.path)}"`
  reply.header('content-security-policy', inertPolicy).header('etag', tag)
  if (known === tag) {
    reply.code(304).send()
    return
  }
  const handle = await openPlain(file.path)
  const { size } = await handle.stat()
  reply
    .type(contentType)
    .header('content-length', size)
    .send(handle.createReadStream({ end: Math.max(0, size - 1) }))
}

async function openPlain(path: string) {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ELOOP') throw new AppError('PROTOCOL_NOT_FOUND', {}, { cause: error })
    throw error
  }
}
