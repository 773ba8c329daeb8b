/** Archives and lists that came over HTTP: streamed to the disk, under names of our own, until an import takes them up. */
import { randomBytes } from 'node:crypto'
import { createWriteStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '@gleaner/shared/errors'
import type { Uploaded } from '@gleaner/shared/imports'

export interface Uploads {
  /** @throws AppError `IMPORT_TOO_LARGE`; `PROTOCOL_INVALID` when it ends too early */
  readonly take: (body: Readable, mayWrite: () => boolean) => Promise<Uploaded>
  /** @returns where it is; nothing where there is no such upload */
  readonly pathOf: (upload: string) => string | undefined
  readonly remove: (upload: string) => Promise<void>
}

export const uploadLimits = { bytes: 20 * 1024 ** 3, keptMs: 24 * 3600 * 1000 } as const

const partial = '.partial'
const idPattern = /^[0-9a-f]{32}$/

export function createUploads(folder: string, now: () => number = Date.now): Uploads {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // What nobody took up within a day, or did not come whole, goes.
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (name.endsWith(partial) || now() - statSync(path).mtimeMs > uploadLimits.keptMs)
      rmSync(path, { force: true })
  }
  const pathOf = (upload: string) => {
    const path = join(folder, upload)
    return idPattern.test(upload) && statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined
  }
  return {
    pathOf,
    remove: async upload => {
      if (idPattern.test(upload)) await rm(join(folder, upload), { force: true })
    },
    take: async (body, mayWrite) => {
      const upload = randomBytes(16).toString('hex')
      const path = join(folder, upload)
      let sizeBytes = 0
      const counted = new Transform({
        transform: (chunk: Buffer, _encoding, done) => {
          sizeBytes += chunk.length
          if (sizeBytes > uploadLimits.bytes)
            done(new AppError('IMPORT_TOO_LARGE', { most: uploadLimits.bytes }))
          else if (!mayWrite()) done(new AppError('PROTOCOL_BUSY', { reason: 'disk-full', retryAfterS: 30 }))
          else done(null, chunk)
        },
      })
      try {
        await pipeline(
          body,
          counted,
          createWriteStream(path + partial, { flags: 'wx', mode: 0o600, flush: true }),
        )
        await rename(path + partial, path)
      } catch (error) {
        await rm(path + partial, { force: true })
        if (error instanceof AppError) throw error
        throw new AppError('PROTOCOL_INVALID', { part: 'body', rule: 'cut off' }, { cause: error })
      }
      return { upload, sizeBytes }
    },
  }
}
