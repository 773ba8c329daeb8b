/** Pictures a quality measure is tried on: photos, and copies of them that were made worse in one way each. */
import { readFileSync } from 'node:fs'
import sharp, { type Sharp } from 'sharp'
import type { Raster } from '../../src/imaging/luma.ts'

/** Longest side of all of them, as of pictures in search results and training sets. */
export const sidePx = 500

/** A photo as the pipeline has it: at most {@link sidePx}, sRGB, without transparency. */
export async function baseOf(path: string): Promise<Raster> {
  const pipeline = sharp(readFileSync(path))
    .autoOrient()
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
  return rasterOf(pipeline.resize(sidePx, sidePx, { fit: 'inside', withoutEnlargement: true }))
}

export async function rasterOf(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== 3) return rasterOf(sharp(data, { raw: info }).toColourspace('srgb'))
  return { data, width: info.width, height: info.height }
}

export const open = ({ data, width, height }: Raster): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 } })

/** As it would come from the web: through a JPEG file. */
export async function asJpeg(pipeline: Sharp, quality = 85): Promise<Raster> {
  return rasterOf(sharp(await pipeline.jpeg({ quality }).toBuffer()))
}

/** A repeatable number, 0 up to 1, for a text. */
export function chance(text: string): number {
  let state = 2_166_136_261
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 16_777_619)
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d)
  state = Math.imul(state ^ (state >>> 12), 0x297a2d39)
  return ((state ^ (state >>> 15)) >>> 0) / 4_294_967_296
}

export const pick = <T>(list: readonly T[], text: string): T =>
  list[Math.floor(chance(text) * list.length)] as T
