/** Files of versions: one line of JSON a picture, named by the digest of all of it. */
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { AppError } from '@gleaner/shared/errors'
import type { VersionHeader, VersionImage } from '@gleaner/shared/versions'
import type { Place } from '../files.ts'

export const versionsFolder = 'versions'
export const manifestPattern = /^([0-9a-f]{64})\.jsonl$/

const noFollow = constants.O_NOFOLLOW ?? 0
/** Read in one go: some hundred lines, which take about a millisecond to understand. */
const chunkBytes = 128 * 1024
const mostHeaderBytes = 16 * 1024 * 1024

export const manifestPlace = (digest: string): Place => ({
  folders: [versionsFolder],
  name: `${digest}.jsonl`,
})

export const manifestPath = (folder: string, digest: string) =>
  join(folder, versionsFolder, `${digest}.jsonl`)

/** What is to be read, and what it has to be. */
export interface ManifestFile {
  readonly path: string
  readonly digest: string
}

const damaged = ({ digest }: ManifestFile, reason: string, cause?: unknown) =>
  new AppError('VERSION_DAMAGED', { digest, reason }, { cause })

/**
 * Lines of a file, as many as a read brings at a time: others get their turn in between.
 *
 * @throws AppError `VERSION_DAMAGED` when it is not there, or, at the end, when its digest is another one
 */
export async function* lineGroups(file: ManifestFile): AsyncGenerator<readonly string[]> {
  const digest = createHash('sha256')
  const decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    const stream = createReadStream(file.path, {
      flags: (constants.O_RDONLY | noFollow) as unknown as string, // numbers are taken as well
      highWaterMark: chunkBytes,
    })
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      digest.update(chunk)
      const lines = (rest + decoder.write(chunk)).split('\n')
      rest = lines.pop() ?? ''
      yield lines
    }
  } catch (error) {
    throw damaged(file, 'It cannot be read.', error)
  }
  if (digest.digest('hex') !== file.digest) throw damaged(file, 'Its digest differs.')
}

/** Only the first line is read. @throws AppError `VERSION_DAMAGED` */
export async function readHeader(file: ManifestFile): Promise<VersionHeader> {
  const handle = await open(file.path, constants.O_RDONLY | noFollow).catch((error: unknown) => {
    throw damaged(file, 'It cannot be read.', error)
  })
  try {
    const chunks: Buffer[] = []
    for (let at = 0; at < mostHeaderBytes; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at)
      const end = buffer.subarray(0, bytesRead).indexOf(0x0a)
      chunks.push(buffer.subarray(0, end < 0 ? bytesRead : end))
      if (end >= 0) return JSON.parse(Buffer.concat(chunks).toString('utf8')) as VersionHeader
      if (bytesRead === 0) break
      at += bytesRead
    }
  } catch (error) {
    throw damaged(file, 'Its first line cannot be understood.', error)
  } finally {
    await handle.close()
  }
  throw damaged(file, 'It has no first line.')
}

/** @throws AppError as {@link lineGroups} */
export async function* readImages(file: ManifestFile): AsyncGenerator<VersionImage> {
  let isHeader = true
  for await (const lines of lineGroups(file)) {
    for (const line of lines) {
      if (isHeader) isHeader = false
      else yield parse(file, line)
    }
  }
}

function parse(file: ManifestFile, line: string): VersionImage {
  try {
    return JSON.parse(line) as VersionImage
  } catch (error) {
    throw damaged(file, 'A line cannot be understood.', error)
  }
}
