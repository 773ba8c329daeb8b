/** Raster to the JPEG that is filed. Runs in a decoder process only. */
import type { DatasetSettings } from '@gleaner/shared/dataset'
import sharp, { type Sharp } from 'sharp'
import { cut, padToSquare } from './compose.ts'
import type { Pixels } from './decode-frame.ts'
import type { Rendered } from './decoded.ts'
import type { FastJpeg } from './fast-jpeg.ts'
import { centralSquare, filedSize, type Size } from './geometry.ts'
import type { Raster } from './luma.ts'

type RenderSettings = DatasetSettings['render']

/**
 * The picture as the dataset wants it: sRGB, 8 bit, no metadata. A raster that has its size already goes to the fast
 * encoder, where there is one and the dataset does not ask for what it cannot do.
 *
 * @param original - size of the original after orientation, which decides what `inside` may not enlarge
 */
export async function renderPixels(
  { raster, kept }: Pixels,
  original: Size,
  render: RenderSettings,
  fastJpeg?: FastJpeg,
): Promise<Rendered> {
  if (kept) return { kind: 'rendered', bytes: kept, width: original.width, height: original.height }
  if (!isFastWork(raster, original, render, fastJpeg)) {
    return renderSlowly(raster, filedSize(original, render), render)
  }
  const picture = fitted(raster, render)
  const { width, height } = picture
  return { kind: 'rendered', bytes: fastJpeg.encode(picture, render), width, height }
}

/** Pixels that are encoded in about a millisecond. */
const quicklyRenderedPixels = 5e5

/** Whether rendering costs so little that it may be done for nothing. Parameters as of {@link renderPixels}. */
export function isQuicklyRendered(
  { raster, kept }: Pixels,
  original: Size,
  render: RenderSettings,
  fastJpeg?: FastJpeg,
): boolean {
  if (kept) return true
  return (
    isFastWork(raster, original, render, fastJpeg) && raster.width * raster.height <= quicklyRenderedPixels
  )
}

const isFastWork = (
  raster: Size,
  original: Size,
  render: RenderSettings,
  fastJpeg: FastJpeg | undefined,
): fastJpeg is FastJpeg => {
  const whole = filedSize(original, render)
  const hasSize = whole.width === raster.width && whole.height === raster.height
  return fastJpeg !== undefined && !render.optimizeCoding && hasSize
}

/** A raster of the size the whole frame is filed in, cut or padded. */
function fitted(raster: Raster, { fit, sidePx, background }: RenderSettings): Raster {
  if (fit === 'cover') return cut(raster, centralSquare(raster))
  return fit === 'pad' ? padToSquare(raster, sidePx, background) : raster
}

/**
 * Huffman tables are the standard ones unless the dataset asks for better ones: searching for them costs an eighth of
 * the whole job for 3 % of size.
 */
async function renderSlowly(raster: Raster, whole: Size, render: RenderSettings): Promise<Rendered> {
  const { width, height } = raster
  const pipeline = sharp(raster.data, {
    raw: { width, height, channels: 3 },
    limitInputPixels: width * height,
  })
  if (render.fit === 'cover') {
    const square = centralSquare(raster)
    pipeline.extract(square)
    reduce(pipeline, square, { width: render.sidePx, height: render.sidePx })
  } else {
    reduce(pipeline, raster, whole)
    if (render.fit === 'pad')
      pipeline.extend({ ...margins(whole, render.sidePx), background: render.background })
  }
  const { quality, chroma, optimizeCoding } = render
  const { data, info } = await pipeline
    .jpeg({ quality, chromaSubsampling: chroma, optimiseCoding: optimizeCoding })
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
