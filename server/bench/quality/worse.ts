/** Ways to make a photo worse, and pictures that look worse to a careless measure but are not. */
import sharp from 'sharp'
import type { Raster } from '../../src/imaging/luma.ts'
import { numbersFrom } from '../../test/support/pictures.ts'
import { asJpeg, chance, open, pick } from './seen.ts'

type Make = (base: Raster, source: string) => Promise<Raster>

/** Straight smear along an angle, as a camera that moved leaves it. */
function smear(lengthPx: number, degrees: number) {
  const side = lengthPx | 1
  const kernel = new Array<number>(side * side).fill(0)
  const angle = (degrees * Math.PI) / 180
  const middle = (side - 1) / 2
  for (let step = -middle; step <= middle; step += 0.25) {
    const x = Math.round(middle + step * Math.cos(angle))
    const y = Math.round(middle + step * Math.sin(angle))
    kernel[y * side + x] = 1
  }
  return { width: side, height: side, kernel }
}

const svg = ({ width, height }: Raster, body: string) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`)

const words = (
  'hammer bench red panda workshop summer sale free delivery market number seven lesson garden every bird ' +
  'choose your photo studio archive sample preview collection classic quality wood metal handle quick brown fox ' +
  'jumps over lazy dog monday before noon please read all of this page twice'
).split(' ')

export function sentence(seed: string, length: number): string {
  return Array.from({ length }, (_, at) => pick(words, `${seed} ${at}`)).join(' ')
}

const fonts = ['DejaVu Sans', 'DejaVu Serif', 'Liberation Sans', 'Liberation Serif', 'Liberation Sans Narrow']

function write(
  seed: string,
  at: { x: number; y: number; px: number; fill: string; more?: string },
  text: string,
) {
  const weight = chance(`${seed} weight`) < 0.5 ? 'bold' : 'normal'
  return `<text x="${at.x}" y="${at.y}" font-family="${pick(fonts, seed)}" font-weight="${weight}" font-size="${at.px}"
    fill="${at.fill}" ${at.more ?? ''}>${text}</text>`
}

const blurred =
  (sigma: number): Make =>
  base =>
    asJpeg(open(base).blur(sigma))

const smeared =
  (lengthPx: number): Make =>
  (base, source) =>
    asJpeg(open(base).convolve({ ...smear(lengthPx, pick([0, 45, 90, 135], source)), scale: 0 }))

/** A small copy, brought back to the size it had. */
const enlarged =
  (times: number): Make =>
  async base => {
    const { width, height } = base
    const small = await open(base)
      .resize(Math.max(1, Math.round(width / times)), Math.max(1, Math.round(height / times)), {
        fit: 'fill',
      })
      .jpeg({ quality: 85 })
      .toBuffer()
    return asJpeg(sharp(small).resize(width, height, { fit: 'fill', kernel: 'cubic' }))
  }

const lit =
  (gain: number, lift: number): Make =>
  base =>
    asJpeg(open(base).linear(gain, lift))

/** A sharp middle before a blurred background. */
const shallow: Make = async base => {
  const { width, height } = base
  const mask = svg(
    base,
    `<defs><filter id="f"><feGaussianBlur stdDeviation="8"/></filter></defs>
     <ellipse cx="${width / 2}" cy="${height / 2}" rx="${width * 0.24}" ry="${height * 0.28}" fill="#fff" filter="url(#f)"/>`,
  )
  const subject = await open(base)
    .ensureAlpha()
    .composite([{ input: mask, blend: 'dest-in' }])
    .png()
    .toBuffer()
  return asJpeg(
    open(base)
      .blur(6)
      .composite([{ input: subject }]),
  )
}

/** The middle of a photo on a plain ground, as shops show things. */
const cutOut =
  (ground: string, share: number): Make =>
  async base => {
    const { width, height } = base
    const shape = pick(['ellipse', 'path'], `${ground} ${width * height}`)
    const [rx, ry] = [width * share, height * share]
    const [cx, cy] = [width / 2, height / 2]
    const body =
      shape === 'ellipse'
        ? `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}"/>`
        : `<path d="M${cx - rx} ${cy + ry} L${cx - rx * 0.6} ${cy - ry} Q${cx} ${cy - ry * 0.4} ${cx + rx * 0.5} ${cy - ry} L${cx + rx} ${cy + ry} Z"/>`
    const subject = await open(base)
      .ensureAlpha()
      .composite([{ input: svg(base, body), blend: 'dest-in' }])
      .png()
      .toBuffer()
    const plain = sharp({ create: { width, height, channels: 3, background: ground } })
    return asJpeg(plain.composite([{ input: subject }]))
  }

const captioned: Make = (base, source) => {
  const { width, height } = base
  const px = Math.round(height * (0.05 + 0.06 * chance(source)))
  const lines = 1 + Math.floor(chance(`${source} lines`) * 2)
  const outline = 'stroke="#000" stroke-width="2" paint-order="stroke"'
  const body = Array.from({ length: lines }, (_, line) =>
    write(
      source,
      {
        x: Math.round(width * 0.04),
        y: height - px * 0.6 - line * px * 1.25,
        px,
        fill: '#fff',
        more: outline,
      },
      sentence(`${source} ${line}`, Math.max(2, Math.round((width / px) * 0.33))),
    ),
  ).join('')
  return asJpeg(open(base).composite([{ input: svg(base, body) }]))
}

/** Lines of text over half of the photo and more, as on posters, memes and slides. */
const written: Make = (base, source) => {
  const { width, height } = base
  const px = Math.round(height * (0.035 + 0.05 * chance(source)))
  const count = Math.floor((height * (0.5 + 0.4 * chance(`${source} share`))) / (px * 1.35))
  const isBoxed = chance(`${source} box`) < 0.5
  const [fill, ground] = pick(
    [
      ['#111', '#fff'],
      ['#fff', '#123'],
      ['#fffbe0', '#402'],
      ['#222', '#fe8'],
    ] as const,
    source,
  )
  const box = isBoxed
    ? `<rect width="${width}" height="${Math.round(count * px * 1.35 + px)}" fill="${ground}" fill-opacity="0.85"/>`
    : ''
  const more = isBoxed ? '' : `stroke="${ground}" stroke-width="2" paint-order="stroke"`
  const lines = Array.from({ length: count }, (_, line) =>
    write(
      source,
      { x: Math.round(width * 0.05), y: Math.round(px * 1.3 + line * px * 1.35), px, fill, more },
      sentence(`${source} ${line}`, Math.max(2, Math.round((width / px) * 0.33))),
    ),
  )
  return asJpeg(open(base).composite([{ input: svg(base, box + lines.join('')) }]))
}

/** A page of print, as a scan or a photo of a book. */
const print: Make = (base, source) => {
  const { width, height } = base
  const px = Math.round(height * (0.028 + 0.03 * chance(source)))
  const count = Math.floor((height * 0.86) / (px * 1.4))
  const lines = Array.from({ length: count }, (_, line) =>
    write(
      source,
      { x: Math.round(width * 0.08), y: Math.round(height * 0.07 + px * (1 + line * 1.4)), px, fill: '#222' },
      sentence(`${source} ${line}`, Math.max(2, Math.round((width / px) * 0.3))),
    ),
  )
  const paper = sharp({ create: { width, height, channels: 3, background: '#f4f0e6' } })
  return asJpeg(paper.composite([{ input: svg(base, lines.join('')) }]))
}

/** One mark across the middle, as previews of picture agencies have. */
const marked: Make = (base, source) => {
  const { width, height } = base
  const opacity = 0.3 + 0.3 * chance(source)
  const px = Math.round(Math.min(width, height) * (0.1 + 0.08 * chance(`${source} size`)))
  const turn = pick([0, -20, -35], source)
  const more = `fill-opacity="${opacity.toFixed(2)}" text-anchor="middle" transform="rotate(${turn} ${width / 2} ${height / 2})"`
  const body = write(source, { x: width / 2, y: height / 2, px, fill: '#fff', more }, sentence(source, 2))
  return asJpeg(open(base).composite([{ input: svg(base, body) }]))
}

/** A mark repeated over the whole picture. */
const tiled: Make = (base, source) => {
  const { width, height } = base
  const opacity = 0.22 + 0.25 * chance(source)
  const px = Math.round(Math.min(width, height) * (0.045 + 0.04 * chance(`${source} size`)))
  const [across, down] = [px * 7, px * 3.2]
  const text = sentence(source, 1)
  const marks: string[] = []
  for (let y = -height; y < height * 2; y += down) {
    for (let x = -width; x < width * 2; x += across) {
      const offset = Math.round(y / down) % 2 === 0 ? 0 : across / 2
      const more = `fill-opacity="${opacity.toFixed(2)}"`
      marks.push(write(source, { x: x + offset, y, px, fill: '#fff', more }, text))
    }
  }
  const turn = pick([0, -30, 30], source)
  const body = `<g transform="rotate(${turn} ${width / 2} ${height / 2})">${marks.join('')}</g>`
  return asJpeg(open(base).composite([{ input: svg(base, body) }]))
}

/** Things nobody learns from: plain grounds, gradients, placeholders, noise on one colour. */
const nothing: Make = (base, source) => {
  const { width, height } = base
  const next = numbersFrom(Math.floor(chance(source) * 1e9))
  const colour = () =>
    `hsl(${Math.floor(next() * 360)} ${Math.floor(next() * 50)}% ${20 + Math.floor(next() * 75)}%)`
  const kind = pick(['plain', 'gradient', 'placeholder', 'dot'], source)
  const ground = `<rect width="${width}" height="${height}" fill="${colour()}"/>`
  const bodies: Readonly<Record<string, string>> = {
    plain: `${ground}<rect x="0" y="0" width="${width * 0.03}" height="${height * 0.03}" fill="#000"/>`,
    gradient: `<defs><linearGradient id="g" x2="${next().toFixed(2)}" y2="1"><stop stop-color="${colour()}"/>
      <stop offset="1" stop-color="${colour()}"/></linearGradient></defs><rect width="${width}" height="${height}" fill="url(#g)"/>`,
    placeholder: `${ground}${write(source, { x: width / 2, y: height / 2, px: Math.round(height * 0.06), fill: colour(), more: 'text-anchor="middle"' }, 'No image available')}`,
    dot: `${ground}<circle cx="${width * next()}" cy="${height * next()}" r="${Math.min(width, height) * 0.06}" fill="${colour()}"/>`,
  }
  const noise = pick([0, 0, 3], `${source} noise`)
  const plain = sharp({ create: { width, height, channels: 3, background: '#fff' } })
  const grain = {
    width,
    height,
    channels: 3,
    background: '#000',
    noise: { type: 'gaussian', mean: noise * 2, sigma: noise },
  } as const
  const layers = [{ input: svg(base, bodies[kind] ?? ''), blend: 'over' as const }]
  if (noise === 0) return asJpeg(plain.composite(layers))
  return sharp({ create: grain })
    .png()
    .toBuffer()
    .then(input => asJpeg(plain.composite([...layers, { input, blend: 'add' }])))
}

/** Flat colours within sharp outlines. */
const clipArt: Make = (base, source) => {
  const { width, height } = base
  const next = numbersFrom(Math.floor(chance(source) * 1e9) + 7)
  const colour = () =>
    `hsl(${Math.floor(next() * 360)} ${40 + Math.floor(next() * 60)}% ${25 + Math.floor(next() * 55)}%)`
  const shape = () => {
    const [x, y, r] = [next() * width, next() * height, (0.05 + next() * 0.2) * Math.min(width, height)]
    const stroke = `stroke="#111" stroke-width="${(1 + next() * 4).toFixed(1)}"`
    const paint = `fill="${colour()}" ${stroke}`
    const kind = Math.floor(next() * 4)
    if (kind === 0) return `<circle cx="${x}" cy="${y}" r="${r}" ${paint}/>`
    if (kind === 1)
      return `<ellipse cx="${x}" cy="${y}" rx="${r}" ry="${r * 0.5}" ${paint} transform="rotate(${next() * 180} ${x} ${y})"/>`
    if (kind === 2) return `<path d="M${x} ${y - r} L${x + r} ${y + r} L${x - r} ${y + r * 0.7} Z" ${paint}/>`
    return `<path d="M${x} ${y} C${x + r} ${y - r} ${x + 2 * r} ${y + r} ${x + r} ${y + 2 * r} S${x - r} ${y + r} ${x} ${y} Z" ${paint}/>`
  }
  const shapes = Array.from({ length: 6 + Math.floor(next() * 14) }, shape)
  const ground = pick(['#fff', '#fff', '#eef6ff', '#ffe'], source)
  return asJpeg(
    sharp({ create: { width, height, channels: 3, background: ground } }).composite([
      { input: svg(base, shapes.join('')) },
    ]),
  )
}

/** By name; what a measure has to do with each is said in `figures.ts`. */
export const worse: Readonly<Record<string, Make>> = {
  'gaussian-1.5': blurred(1.5),
  'gaussian-2.5': blurred(2.5),
  'gaussian-4': blurred(4),
  'motion-7': smeared(7),
  'motion-13': smeared(13),
  'enlarged-3': enlarged(3),
  'enlarged-5': enlarged(5),
  shallow,
  'dark-0.3': lit(0.3, 0),
  'dark-0.15': lit(0.15, 0),
  'bright-1.8': lit(1.8, 60),
  'bright-2.5': lit(2.5, 90),
  faded: lit(0.3, 175),
  grey: base => asJpeg(open(base).greyscale().toColourspace('srgb')),
  muted: base => asJpeg(open(base).modulate({ saturation: 0.3 })),
  'on-white': cutOut('#ffffff', 0.3),
  'on-black': cutOut('#050505', 0.33),
  'tiny-on-white': cutOut('#fdfdfd', 0.07),
  nothing,
  captioned,
  written,
  print,
  marked,
  tiled,
  'clip-art': clipArt,
}
