/**
 * Archives and lists that come over HTTP: part by part, so that no request is long and none has to begin anew, onto the
 * disk, under names of our own, until an import takes them up.
 */
import { randomBytes } from 'node:crypto'
import { createWriteStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError, isAppError } from '@gleaner/shared/errors'
import type { Uploaded } from '@gleaner/shared/imports'

export interface Uploads {
  /**
   * Adds a part. Sent again from the same place, it takes the place of what was there.
   *
   * @param upload - none for the first part
   * @param offset - how much of it was sent before
   * @throws AppError `IMPORT_TOO_LARGE`, `PROTOCOL_BUSY`, `PROTOCOL_NOT_FOUND`; `PROTOCOL_INVALID` when the part is cut off,
   *   or does not follow what is there
   */
  readonly take: (part: UploadPart, mayWrite: () => boolean) => Promise<Uploaded>
  /** @returns where it is; nothing where there is no such upload */
  readonly pathOf: (upload: string) => string | undefined
  readonly remove: (upload: string) => Promise<void>
}

export interface UploadPart {
  readonly upload: string | undefined
  readonly offset: number
  readonly body: Readable
}

export const uploadLimits = {
  bytes: 20 * 1024 ** 3,
  partBytes: 32 * 1024 ** 2,
  /** Uploads nobody took up. */
  count: 16,
  keptMs: 24 * 3600 * 1000,
} as const

const idPattern = /^[0-9a-f]{32}$/

/** @param folder - made when it is not there */
export function createUploads(folder: string, now: () => number = Date.now): Uploads {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const sweep = () => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      if (now() - statSync(path).mtimeMs > uploadLimits.keptMs) rmSync(path, { force: true })
    }
  }
  sweep()

  const pathOf = (upload: string) => {
    const path = join(folder, upload)
    return idPattern.test(upload) && statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined
  }

  const begin = async (): Promise<string> => {
    sweep()
    if (readdirSync(folder).length >= uploadLimits.count) {
      throw new AppError('PROTOCOL_BUSY', { reason: 'uploads', retryAfterS: 30 })
    }
    const upload = randomBytes(16).toString('hex')
    await (await open(join(folder, upload), 'wx', 0o600)).close()
    return upload
  }

  return {
    pathOf,
    remove: async upload => {
      if (idPattern.test(upload)) await rm(join(folder, upload), { force: true })
    },
    take: async ({ upload: known, offset, body }, mayWrite) => {
      const upload = known ?? (await begin())
      const path = pathOf(upload)
      if (path === undefined) throw new AppError('PROTOCOL_NOT_FOUND', { upload })
      if (offset > (await stat(path)).size) throw new AppError('PROTOCOL_INVALID', { part: 'offset' })
      await append(path, offset, body, mayWrite)
      return { upload, sizeBytes: (await stat(path)).size }
    },
  }
}

async function append(path: string, offset: number, body: Readable, mayWrite: () => boolean): Promise<void> {
  let partBytes = 0
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      partBytes += chunk.length
      const isTooLarge = partBytes > uploadLimits.partBytes || offset + partBytes > uploadLimits.bytes
      if (isTooLarge) done(new AppError('IMPORT_TOO_LARGE', { most: uploadLimits.bytes }))
      else if (!mayWrite()) done(new AppError('PROTOCOL_BUSY', { reason: 'disk-full', retryAfterS: 30 }))
      else done(null, chunk)
    },
  })
  await truncate(path, offset)
  try {
    await pipeline(body, counted, createWriteStream(path, { flags: 'r+', start: offset, flush: true }))
  } catch (error) {
    // Of a part that did not come whole nothing is kept.
    await truncate(path, offset)
    if (isAppError(error)) throw error
    throw new AppError('PROTOCOL_INVALID', { part: 'body', rule: 'cut off' }, { cause: error })
  }
}

async function truncate(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.truncate(sizeBytes)
  } finally {
    await file.close()
  }
}
