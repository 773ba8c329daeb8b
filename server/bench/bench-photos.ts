/** The pictures a measurement runs over. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { numbersFrom, picture } from '../test/support/pictures.ts'

export interface BenchPhotos {
  readonly paths: readonly string[]
  readonly source: string
}

const generated = 120

/** The photos beside the checkout, or made-up ones written to `folder` where there are none. */
export async function benchPhotos(folder: string): Promise<BenchPhotos> {
  const paths = corpusPhotos()
  if (paths) return { paths, source: `${paths.length} photos of the shared corpus` }
  const made = await writeAll(folder, generated, seed => picture(seed, { width: 800, height: 600 }))
  return { paths: made, source: `${generated} made-up pictures of 800 × 600 (no shared corpus)` }
}

/** Photos whose longest side is 500 pixels, about as large as those of search results and training sets. */
export const smallPhotos = (folder: string, most: number): Promise<BenchPhotos> =>
  photosOf(folder, most, { sidePx: 500, from: { min: 500, max: 4_000 }, quality: 90 })

/** Photos whose longest side is 1600 pixels. The shared corpus has none: its largest ones are enlarged. */
export const largePhotos = (folder: string, most: number): Promise<BenchPhotos> =>
  photosOf(folder, most, { sidePx: 1600, from: { min: 801, max: 4_000 }, quality: 85 })

interface Wanted {
  readonly sidePx: number
  /** Longest side of the photos that are brought to that size. */
  readonly from: { readonly min: number; readonly max: number }
  readonly quality: number
}

async function photosOf(folder: string, most: number, wanted: Wanted): Promise<BenchPhotos> {
  const { sidePx, from, quality } = wanted
  const photos = spread(
    (await bySide(corpusPhotos() ?? [])).filter(({ sidePx }) => sidePx >= from.min && sidePx <= from.max),
    most,
  )
  if (photos.length === 0) {
    const size = [sidePx, (sidePx * 3) / 4] as const
    const made = await writeAll(folder, Math.min(most, 40), seed => grainy(seed, ...size))
    return described(made, `made-up pictures of ${size.join(' × ')} (no shared corpus)`)
  }
  // With the colour profile it came with: a fifth of the corpus has one, as photos of the web do, and it costs time.
  const made = await writeAll(folder, photos.length, at =>
    sharp(readFileSync(photos[at] ?? ''))
      .resize(sidePx, sidePx, { fit: 'inside' })
      .keepIccProfile()
      .jpeg({ quality })
      .toBuffer(),
  )
  return described(made, `photos of the shared corpus brought to ${sidePx} px, with their colour profiles`)
}

/** Made-up pictures as large as those of a good camera, 24 megapixels. What memory they take does not depend on grain. */
export async function hugePhotos(folder: string, count: number): Promise<BenchPhotos> {
  const paths = await writeAll(folder, count, seed => picture(seed, { width: 6000, height: 4000 }))
  return described(paths, 'made-up pictures of 24 MP')
}

function corpusPhotos(): string[] | undefined {
  const corpus = sharedFolder('corpus/photos')
  if (!corpus) return undefined
  return readdirSync(corpus, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.jpe?g$/.test(name))
    .sort()
    .map(name => join(corpus, name))
}

const bySide = (paths: readonly string[]) =>
  Promise.all(
    paths.map(async path => {
      const { width = 0, height = 0 } = await sharp(path).metadata()
      return { path, sidePx: Math.max(width, height) }
    }),
  )

/** At most so many of them, from all classes alike. */
function spread(photos: readonly { readonly path: string }[], most: number): string[] {
  const step = Math.max(1, photos.length / most)
  return photos
    .filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step))
    .map(({ path }) => path)
}

function described(paths: readonly string[], what: string): BenchPhotos {
  const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0)
  return { paths, source: `${paths.length} ${what} (${Math.round(bytes / paths.length / 1000)} kB each)` }
}

async function writeAll(
  folder: string,
  count: number,
  make: (at: number) => Promise<Buffer>,
): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const paths = Array.from({ length: count }, (_, at) => join(folder, `${at}.jpg`))
  for (const [at, path] of paths.entries()) writeFileSync(path, await make(at))
  return paths
}

/** Clouds with the grain of a photo on them: without it a file would be a tenth as large, and decoded faster. */
async function grainy(seed: number, width: number, height: number): Promise<Buffer> {
  const next = numbersFrom(seed)
  const clouds = Buffer.from(Uint8Array.from({ length: 24 * 24 * 3 }, () => next() * 256))
  const grain = {
    width,
    height,
    channels: 3,
    background: 'grey',
    noise: { type: 'gaussian', mean: 128, sigma: 12 },
  } as const
  const noise = await sharp({ create: grain }).jpeg().toBuffer()
  return sharp(clouds, { raw: { width: 24, height: 24, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .composite([{ input: noise, blend: 'soft-light' }])
    .jpeg({ quality: 85 })
    .toBuffer()
}
