/** File to the picture an export wants. Runs in a decoder process only. */
import sharp, { type Sharp } from 'sharp'
import type { MadePicture, RawPixels, WantedPicture } from './wanted-picture.ts'

/**
 * Upright, sRGB (or grey), 8 bit, of one frame, without metadata and alpha.
 *
 * @throws Error of the image library
 */
export async function makePicture(file: Buffer, wanted: WantedPicture): Promise<MadePicture> {
  const { cut, size, margins, padding, background, isGrey, mostPixels } = wanted
  // Whoever wants it knows by a digest that it is the file that was once accepted: warnings are no news.
  const picture = sharp(file, { failOn: 'error', limitInputPixels: mostPixels, autoOrient: true })
  if (cut) picture.extract(cut)
  picture.flatten({ background }).resize(size.width, size.height, { fit: 'fill' })
  if (margins)
    picture.extend({
      ...margins,
      ...(padding === 'mirror' ? { extendWith: 'mirror' } : { background: padding }),
    })
  picture.toColourspace(isGrey ? 'b-w' : 'srgb')
  const { data, info } = await encoded(picture, wanted).toBuffer({ resolveWithObject: true })
  return { kind: 'made', bytes: data, width: info.width, height: info.height }
}

/** Settings are named in full: the same version gives the same bytes, whatever the library's defaults become. */
function encoded(picture: Sharp, { format, quality }: WantedPicture): Sharp {
  if (format === 'png') return picture.png({ compressionLevel: 6, adaptiveFiltering: false, palette: false })
  if (format === 'webp') return picture.webp({ quality, effort: 4 })
  return picture.jpeg({ quality, chromaSubsampling: '4:2:0', optimiseCoding: false, progressive: false })
}

/** @throws Error of the image library */
export async function rawPixels(file: Buffer, isGrey: boolean): Promise<RawPixels> {
  const { data, info } = await sharp(file, { failOn: 'error' })
    .toColourspace(isGrey ? 'b-w' : 'srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  if (channels !== (isGrey ? 1 : 3)) throw new Error(`decoded to ${width}x${height}x${channels}`)
  return { kind: 'raw', bytes: data, width, height }
}
