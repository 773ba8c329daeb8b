/** Takes the bytes of one file, if they may be a picture. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { catalogue, type ErrorCode, type Facts } from '@gleaner/shared/errors'
import { sniff } from '../../imaging/sniff.ts'
import { systemReason } from './reasons.ts'

export type PictureFile =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Neither its name nor its beginning says that it is a picture. */
  | { readonly kind: 'other' }
  | Unusable

/** A file that says it is a picture and cannot be used. */
export interface Unusable {
  readonly kind: 'unusable'
  readonly code: ErrorCode | 'UNREADABLE' | 'TOO_LARGE'
  /** A sentence for a person. */
  readonly reason: string
}

/** What is compared: more than any dataset would take. */
export const compared = { minSidePx: 10, maxMegapixels: 100, maxAspect: 100 } as const

/** Larger files are no photographs; reading them would only fill memory. */
export const maxPictureBytes = 200 * 1024 * 1024

const headBytes = 4096
const pictureName = /^\.(?:jpe?g|jpe|jfif|png|apng|webp|gif|avif|heic|heif|tiff?|bmp|jxl|jp2|svgz?|ico|psd)$/i

/**
 * @param root - the folder that is looked through
 * @param path - of a file in it
 */
export async function readPictureFile(root: string, path: string): Promise<PictureFile> {
  let file: FileHandle | undefined
  try {
    // Without waiting: a pipe that took the file's place would never be opened.
    file = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stat = await file.stat()
    if (!stat.isFile()) return { kind: 'other' }
    return await readWhole(file, stat.size, path)
  } catch (error) {
    return { kind: 'unusable', code: 'UNREADABLE', reason: systemReason(error) }
  } finally {
    await file?.close()
  }
}

async function readWhole(file: FileHandle, sizeBytes: number, path: string): Promise<PictureFile> {
  const head = Buffer.alloc(Math.min(sizeBytes, headBytes))
  const { bytesRead } = await file.read(head, 0, head.length, 0)
  const sniffed = await sniff(head.subarray(0, bytesRead))
  if (sniffed.kind === 'failed') {
    return pictureName.test(extname(path)) || sniffed.code === 'IMAGE_UNSUPPORTED'
      ? unusable(sniffed.code, sniffed.facts)
      : { kind: 'other' }
  }
  if (sizeBytes > maxPictureBytes) {
    const reason = `The file is larger than ${maxPictureBytes / 1024 ** 2} MiB.`
    return { kind: 'unusable', code: 'TOO_LARGE', reason }
  }
  const bytes = Buffer.allocUnsafe(sizeBytes)
  let filled = 0
  while (filled < sizeBytes) {
    const { bytesRead: more } = await file.read(bytes, filled, sizeBytes - filled, filled)
    if (more === 0) break // cut short since its size was asked
    filled += more
  }
  return { kind: 'bytes', bytes: bytes.subarray(0, filled) }
}

/** Where the words of the catalogue speak of addresses and datasets. */
const words: Partial<Record<ErrorCode, string>> = {
  IMAGE_NOT_AN_IMAGE: 'The file is no picture.',
  IMAGE_VECTOR: 'Vector drawings are not compared.',
  IMAGE_TOO_SMALL: `The picture is less than ${compared.minSidePx} pixels wide or high.`,
  IMAGE_TOO_MANY_PIXELS: `The picture has more than ${compared.maxMegapixels} megapixels.`,
}

export function unusable(code: ErrorCode, facts: Facts): Unusable {
  const { content } = facts
  const reason = (words[code] ?? catalogue[code].say) + (typeof content === 'string' ? ` (${content})` : '')
  return { kind: 'unusable', code, reason }
}
