/** Forms of real pictures and of edited copies of them, as a look-up meets them. */
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { defaultSettings } from '../../../shared/src/dataset.ts'
import { createDecoders } from '../../src/imaging/decoders.ts'
import { transforms } from '../../src/imaging/transforms.ts'
import type { QueryForm } from '../../src/look/fingerprint.ts'
import { benchPhotos } from '../bench-photos.ts'

export interface NearForms {
  readonly source: string
  /** Held forms of each original. */
  readonly originals: readonly Uint8Array[]
  /** What edited copies of them are looked up by. */
  readonly copies: readonly { readonly of: number; readonly query: readonly QueryForm[] }[]
}

/**
 * @param folder - for pictures that have to be made up where no photos are
 * @param most - photos
 */
export async function nearForms(folder: string, most: number): Promise<NearForms> {
  const photos = await benchPhotos(folder)
  const step = Math.max(1, photos.paths.length / most)
  const chosen = photos.paths.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step))
  const decoders = createDecoders()
  const settings = { ...defaultSettings, accept: { ...defaultSettings.accept, minSidePx: 32 } }
  const look = async (bytes: Buffer) => {
    const picture = await decoders.decode(bytes, settings, new AbortController().signal)
    if (picture.kind === 'failed') return undefined
    picture.release()
    return { held: picture.fingerprint.heldForms, query: picture.queryForms }
  }
  const originals: Uint8Array[] = []
  const copies: { of: number; query: readonly QueryForm[] }[] = []
  try {
    for (const path of chosen) {
      const small = sharp(readFileSync(path)).rotate().resize(512, 512, { fit: 'inside' })
      const bytes = await small.jpeg({ quality: 92 }).toBuffer()
      const original = await look(bytes)
      if (!original || original.held.length === 0) continue
      for (const { make } of transforms) {
        const copy = await look(await make(bytes))
        if (copy && copy.query.length > 0) copies.push({ of: originals.length, query: copy.query })
      }
      originals.push(original.held)
    }
  } finally {
    await decoders.close()
  }
  return {
    source: `${originals.length} of ${photos.source}, ${copies.length} edited copies`,
    originals,
    copies,
  }
}

/** Number of the picture that an original is among so many: they are at even distances. */
export const seqOf = (originals: number, size: number, original: number) =>
  (original + 1) * Math.floor(size / originals)
