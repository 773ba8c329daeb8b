/** Raster to the JPEG that is filed. Runs in a decoder process only. */
import type { DatasetSettings } from '@gleaner/shared/dataset'
import sharp, { type Sharp } from 'sharp'
import type { Rendered } from './decoded.ts'
import { centralSquare, filedSize, type Size } from './geometry.ts'
import type { Raster } from './luma.ts'

/**
 * Encodes a raster as the dataset wants it: sRGB, 8 bit, 4:2:0, no metadata.
 *
 * Huffman tables are the standard ones: searching for better ones costs an eighth of the whole job for 3 % of size.
 *
 * @param frame - size of the original after orientation, which decides what `inside` may not enlarge
 */
export async function renderRaster(
  raster: Raster,
  frame: Size,
  render: DatasetSettings['render'],
): Promise<Rendered> {
  const { width, height } = raster
  const pipeline = sharp(raster.data, {
    raw: { width, height, channels: 3 },
    limitInputPixels: width * height,
  })
  const size = filedSize(frame, render)
  if (render.fit === 'cover') {
    const square = centralSquare(raster)
    pipeline.extract(square)
    reduce(pipeline, square, { width: render.sidePx, height: render.sidePx })
  } else {
    reduce(pipeline, raster, size)
    if (render.fit === 'pad')
      pipeline.extend({ ...margins(size, render.sidePx), background: render.background })
  }
  const { data, info } = await pipeline
    .jpeg({ quality: render.quality, chromaSubsampling: '4:2:0', optimiseCoding: false })
    .toBuffer({ resolveWithObject: true })
  return { kind: 'rendered', bytes: data, width: info.width, height: info.height }
}

function reduce(pipeline: Sharp, from: Size, to: Size): void {
  if (from.width === to.width && from.height === to.height) return
  pipeline.resize(to.width, to.height, { fit: 'fill' })
}

function margins({ width, height }: Size, sidePx: number) {
  const left = Math.floor((sidePx - width) / 2)
  const top = Math.floor((sidePx - height) / 2)
  return { left, top, right: sidePx - width - left, bottom: sidePx - height - top }
}
