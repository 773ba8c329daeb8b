/** Pictures with the structure of photographs, made up: large shapes, fine texture, every run the same. */
import sharp, { type Sharp } from 'sharp'
import { numbersFrom } from './pictures.ts'

/** Clouds in three sizes over each other, so that there is something to see (and to lose) at every scale. */
export async function photo(width: number, height: number, seed = 1): Promise<Sharp> {
  const next = numbersFrom(seed)
  const clouds = (cells: number, opacity: number) =>
    sharp(
      Buffer.from(
        Uint8Array.from({ length: cells * cells * 4 }, (_, at) => (at % 4 === 3 ? opacity : next() * 256)),
      ),
      {
        raw: { width: cells, height: cells, channels: 4 },
      },
    )
      .resize(width, height, { fit: 'fill', kernel: 'cubic' })
      .png({ compressionLevel: 1 })
      .toBuffer()
  const layers = await Promise.all([clouds(30, 120), clouds(90, 60)])
  const base = sharp(await clouds(8, 255))
    .removeAlpha()
    .composite(layers.map(input => ({ input })))
  const { data, info } = await base.raw().toBuffer({ resolveWithObject: true })
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
}

/** A picture of one colour. */
export function plain(width: number, height: number, background = '#808080'): Sharp {
  return sharp({ create: { width, height, channels: 3, background } })
}
