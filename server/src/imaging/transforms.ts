/**
 * What happens to pictures on the web, done on purpose: copies to measure with how many of them are recognised. Bytes come
 * from this program only (a rendered picture), never from strangers.
 */
import sharp, { type Sharp } from 'sharp'

/** One way of changing a picture. */
export interface Transform {
  /** Short and permanent: names rows of tables and files. */
  readonly name: TransformName
  /** In words. */
  readonly title: string
  /** @param bytes - a JPEG @returns the changed picture, a file again */
  readonly make: (bytes: Buffer) => Promise<Buffer>
}

export type TransformName = (typeof transformNames)[number]

export const transformNames = [
  ...(['q30', 'q60', 'q90', 'webp60', 'avif50', 'png8', 'half', 'quarter', 'up150'] as const),
  ...(['crop02', 'crop05', 'crop10', 'crop20', 'watermark', 'caption', 'border05', 'letterbox'] as const),
  ...(['squash', 'grey', 'bright', 'dark', 'contrast', 'saturate', 'hue30', 'blur', 'sharpen'] as const),
  ...(['noise', 'flip', 'rot90', 'rot3'] as const),
] as const

/** Of copies whose edit is not the format. */
const quality = 85

const jpeg = (picture: Sharp, at = quality) => picture.jpeg({ quality: at }).toBuffer()

const made =
  (edit: (picture: Sharp) => Sharp) =>
  (bytes: Buffer): Promise<Buffer> =>
    jpeg(edit(sharp(bytes)))

/** Needs the size of the picture. */
const sized =
  (edit: (picture: Sharp, width: number, height: number) => Sharp) =>
  async (bytes: Buffer): Promise<Buffer> => {
    const { width, height } = await sharp(bytes).metadata()
    return jpeg(edit(sharp(bytes), width, height))
  }

const scaledBy = (factor: number) =>
  sized((picture, width, height) =>
    picture.resize(Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))),
  )

/** @param share - of each side that goes, split over both ends */
const croppedBy = (share: number) =>
  sized((picture, width, height) => {
    const kept = { width: Math.round(width * (1 - share)), height: Math.round(height * (1 - share)) }
    const left = Math.floor((width - kept.width) / 2)
    return picture.extract({ left, top: Math.floor((height - kept.height) / 2), ...kept })
  })

const makers: Readonly<Record<TransformName, Omit<Transform, 'name'>>> = {
  q30: { title: 'JPEG, quality 30', make: bytes => jpeg(sharp(bytes), 30) },
  q60: { title: 'JPEG, quality 60', make: bytes => jpeg(sharp(bytes), 60) },
  q90: { title: 'JPEG, quality 90', make: bytes => jpeg(sharp(bytes), 90) },
  webp60: { title: 'WebP, quality 60', make: bytes => sharp(bytes).webp({ quality: 60 }).toBuffer() },
  avif50: {
    title: 'AVIF, quality 50',
    make: bytes => sharp(bytes).avif({ quality: 50, effort: 1 }).toBuffer(),
  },
  png8: {
    title: 'PNG of 64 colours',
    make: bytes => sharp(bytes).png({ palette: true, colours: 64 }).toBuffer(),
  },
  half: { title: 'half the size', make: scaledBy(0.5) },
  quarter: { title: 'a quarter of the size', make: scaledBy(0.25) },
  up150: { title: 'enlarged by half', make: scaledBy(1.5) },
  crop02: { title: 'cropped by 2 %', make: croppedBy(0.02) },
  crop05: { title: 'cropped by 5 %', make: croppedBy(0.05) },
  crop10: { title: 'cropped by 10 %', make: croppedBy(0.1) },
  crop20: { title: 'cropped by 20 %', make: croppedBy(0.2) },
  watermark: {
    title: 'watermark across',
    make: sized((picture, width, height) => picture.composite([{ input: watermark(width, height) }])),
  },
  caption: {
    title: 'caption bar below',
    make: sized((picture, width, height) => {
      const barPx = Math.round(height * 0.14)
      return picture
        .extend({ bottom: barPx, background: 'white' })
        .composite([{ input: writing(width, barPx), left: 0, top: height }])
    }),
  },
  border05: {
    title: 'black border of 5 %',
    make: sized((picture, width, height) => {
      const [x, y] = [Math.round(width * 0.05), Math.round(height * 0.05)]
      return picture.extend({ left: x, right: x, top: y, bottom: y, background: 'black' })
    }),
  },
  letterbox: {
    title: 'letterboxed to a square',
    make: sized((picture, width, height) => {
      const side = Math.max(width, height)
      return picture.resize(side, side, { fit: 'contain', background: 'black' })
    }),
  },
  squash: {
    title: 'squashed to a square',
    make: sized((picture, width, height) => {
      const side = Math.min(width, height)
      return picture.resize(side, side, { fit: 'fill' })
    }),
  },
  grey: { title: 'grey', make: made(picture => picture.greyscale()) },
  bright: { title: 'brighter by a quarter', make: made(picture => picture.linear(1.25, 0)) },
  dark: { title: 'darker by a quarter', make: made(picture => picture.linear(0.75, 0)) },
  contrast: { title: 'more contrast', make: made(picture => picture.linear(1.3, -0.15 * 256)) },
  saturate: { title: 'more colourful', make: made(picture => picture.modulate({ saturation: 1.6 })) },
  hue30: { title: 'colours turned by 30 degrees', make: made(picture => picture.modulate({ hue: 30 })) },
  blur: { title: 'blurred', make: made(picture => picture.blur(1.5)) },
  sharpen: { title: 'sharpened', make: made(picture => picture.sharpen({ sigma: 1.5 })) },
  noise: { title: 'noise', make: withNoise },
  flip: { title: 'mirrored', make: made(picture => picture.flop()) },
  rot90: { title: 'turned by a quarter', make: made(picture => picture.rotate(90)) },
  rot3: { title: 'turned by 3 degrees', make: made(picture => picture.rotate(3, { background: 'white' })) },
}

export const transforms: readonly Transform[] = transformNames.map(name => ({ name, ...makers[name] }))

/** Letters drawn as strokes: what fonts a machine has does not matter. */
const strokes = [
  'M0 40V0L30 40V0',
  'M40 40L55 0L70 40M46 26H64',
  'M80 0V40H108',
  'M118 0H148M133 0V40',
  'M158 40V0H186V18H158M172 18L188 40',
].join('')

/** A line of letters from edge to edge, a tenth of the picture high at most. */
function watermark(width: number, height: number): Buffer {
  const words = [0, 200, 400]
  const scale = (width * 0.95) / (words.length * 200)
  const top = height / 2 - 20 * scale
  const lines = words.map(left => `<path transform="translate(${left})" d="${strokes}"/>`).join('')
  return drawing(
    width,
    height,
    `<g transform="translate(${width * 0.025} ${top}) scale(${scale})" fill="none" opacity="0.6" stroke-width="7"
      stroke="white">${lines}</g>`,
  )
}

function writing(width: number, height: number): Buffer {
  const scale = (height * 0.4) / 40
  const left = width / 2 - 95 * scale
  return drawing(
    width,
    height,
    `<g transform="translate(${left} ${height * 0.3}) scale(${scale})" fill="none" stroke-width="5"
      stroke="#333"><path d="${strokes}"/></g>`,
  )
}

const drawing = (width: number, height: number, body: string) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`)

/** Grain of a cheap sensor: the same every time. */
async function withNoise(bytes: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
  for (let at = 0; at < data.length; at++) {
    // Three even chances make about a bell; its standard deviation is 12.
    const grain = (next() + next() + next() - 1.5) * 24
    data[at] = Math.max(0, Math.min(255, Math.round((data[at] ?? 0) + grain)))
  }
  const { width, height, channels } = info
  return jpeg(sharp(data, { raw: { width, height, channels } }))
}
