/** Files of a folder to pictures with fingerprints: read, digested and decoded several at a time, told in order. */
import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { defaultSettings } from '@gleaner/shared/dataset'
import type { Digest } from '@gleaner/shared/hash'
import type { PictureFacts } from '../../imaging/decode.ts'
import type { Decoders, DecodeSettings } from '../../imaging/decoded.ts'
import { inOrder } from './in-order.ts'
import { compared, readPictureFile, type Unusable, unusable } from './picture-file.ts'

/** What one file came to. */
export type Read =
  | Picture
  /** The very bytes of a picture told before. */
  | { readonly kind: 'again'; readonly path: string; readonly sizeBytes: number; readonly digest: Digest }
  | (Unusable & { readonly path: string })
  | { readonly kind: 'other'; readonly path: string }

export interface Picture {
  readonly kind: 'picture'
  readonly path: string
  readonly sizeBytes: number
  readonly digest: Digest
  readonly facts: PictureFacts
}

/**
 * Large enough that detail shows and that most pictures of the web are compared pixel for pixel, small enough that
 * photographs of a camera are decoded to a part of their size.
 */
const rasterSidePx = 1024

/** Takes all a dataset would take and more: what is compared here is not going to be filed. */
export const scanSettings: DecodeSettings = {
  render: { ...defaultSettings.render, fit: 'inside', sidePx: rasterSidePx },
  accept: { ...defaultSettings.accept, ...compared },
}

/** So many files wait with their bytes while the decoders are busy. */
const filesAtOnce = availableParallelism() * 3

/**
 * @param root - the folder
 * @param paths - of files in it
 * @param decoders - strangers' bytes are decoded by them and nowhere else
 * @throws what `signal` is aborted with
 */
export async function* readPictures(
  root: string,
  paths: readonly string[],
  decoders: Pick<Decoders, 'decode'>,
  signal: AbortSignal,
): AsyncGenerator<Read> {
  /** Of pictures that were told. */
  const told = new Set<Digest>()
  /** Of pictures under way: a second copy waits for the first. */
  const underWay = new Map<Digest, Promise<PictureFacts | Unusable>>()

  const decode = async (bytes: Buffer): Promise<PictureFacts | Unusable> => {
    const decoded = await decoders.decode(bytes, scanSettings, signal)
    if (decoded.kind === 'failed') return unusable(decoded.code, decoded.facts)
    decoded.release()
    const { kind: _, render: __, release: ___, ...facts } = decoded
    return facts
  }

  const look = async (path: string): Promise<Read> => {
    signal.throwIfAborted()
    const file = await readPictureFile(root, path)
    if (file.kind !== 'bytes') return { ...file, path }
    const sizeBytes = file.bytes.length
    const digest = createHash('sha256').update(file.bytes).digest('hex') as Digest
    if (told.has(digest)) return { kind: 'again', path, sizeBytes, digest }
    const decoding = underWay.get(digest) ?? decode(file.bytes)
    underWay.set(digest, decoding)
    const facts = await decoding
    return 'kind' in facts ? { ...facts, path } : { kind: 'picture', path, sizeBytes, digest, facts }
  }

  for await (const read of inOrder(paths, filesAtOnce, look)) {
    if (read.kind !== 'picture') {
      yield read
      continue
    }
    underWay.delete(read.digest)
    const { path, sizeBytes, digest } = read
    yield told.has(digest) ? { kind: 'again', path, sizeBytes, digest } : read
    told.add(digest)
  }
}
