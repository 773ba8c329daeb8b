/** Files that end early are always found: whatever the format, the fit, the orientation, and whoever decodes. */
import { defaultSettings, type Fit, fits } from '@gleaner/shared/dataset'
import type { Sharp } from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { openPicture } from '../src/imaging/decode.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { loadFastJpeg } from '../src/imaging/fast-jpeg.ts'
import { photo } from './support/photo.ts'

const encoders: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  jpeg: picture => picture.jpeg({ quality: 85 }),
  'full-chroma jpeg': picture => picture.jpeg({ quality: 90, chromaSubsampling: '4:4:4' }),
  'progressive jpeg': picture => picture.jpeg({ quality: 85, progressive: true }),
  png: picture => picture.png(),
  'interlaced png': picture => picture.png({ progressive: true }),
  webp: picture => picture.webp(),
  gif: picture => picture.gif({ effort: 1 }),
  avif: picture => picture.avif({ effort: 0 }),
}
const encodings = Object.keys(encoders)

/** The large ones are reduced while they are decoded, where the library can. */
const shapes = {
  landscape: [360, 240],
  portrait: [240, 360],
  'large landscape': [900, 520],
  'large portrait': [520, 900],
} as const
const shares = [0.99, 0.95, 0.9, 0.6]
/** GIF has but one. */
const orientationsOf = (encoding: string) => (encoding === 'gif' ? [1] : [1, 2, 3, 4, 5, 6, 7, 8])

const pictures: Record<string, Sharp> = {}
for (const [shape, [width, height]] of Object.entries(shapes)) pictures[shape] = await photo(width, height)

async function fileOf(shape: string, encoding: string, orientation: number): Promise<Buffer> {
  const picture = pictures[shape]?.clone()
  if (!picture) throw new Error(shape)
  const upright = orientation === 1 ? picture : picture.withMetadata({ orientation })
  return (encoders[encoding]?.(upright) ?? picture).toBuffer()
}

const settingsOf = (fit: Fit, keepFitting = false) => ({
  ...defaultSettings,
  render: { ...defaultSettings.render, fit, sidePx: keepFitting ? 1_200 : 160, keepFitting },
})
const cut = (bytes: Buffer, share: number) => bytes.subarray(0, Math.floor(bytes.length * share))

const codecs = [await loadFastJpeg(), undefined]

/**
 * One at a time, as a decoder does it: the library mixes up what it says about files it reads at the same moment.
 *
 * @returns what was made of the file, where it was not what it should be
 */
async function surprises(bytes: Buffer, settings: typeof defaultSettings): Promise<string[]> {
  const found: string[] = []
  for (const codec of bytes[0] === 0xff ? codecs : [undefined]) {
    const said: string[] = []
    for (const share of [1, ...shares]) {
      const result = await openPicture(cut(bytes, share), settings, async () => {}, codec)
      said.push(result.kind === 'failed' ? result.code : result.kind)
    }
    if (said.join() !== ['open', ...shares.map(() => 'IMAGE_TRUNCATED')].join())
      found.push(`${codec ? 'codec' : 'library'}: ${said}`)
  }
  return found
}

describe.each(encodings)('a %s file that ends early is found', encoding => {
  test.each(['landscape', 'portrait'])('in every fit and orientation, %s', async shape => {
    const missed: string[] = []
    for (const orientation of orientationsOf(encoding)) {
      const bytes = await fileOf(shape, encoding, orientation)
      for (const fit of fits) {
        const found = await surprises(bytes, settingsOf(fit))
        missed.push(...found.map(text => `${fit} ${orientation} ${text}`))
      }
    }
    expect(missed).toEqual([])
  })
})

describe.each(encodings.filter(name => /jpeg|webp/.test(name)))(
  'so is a %s file that is much reduced',
  encoding => {
    test.each(['large landscape', 'large portrait'])('%s', async shape => {
      const missed: string[] = []
      for (const orientation of [1, 6]) {
        const bytes = await fileOf(shape, encoding, orientation)
        for (const fit of fits) missed.push(...(await surprises(bytes, settingsOf(fit))))
      }
      expect(missed).toEqual([])
    })
  },
)

test.each(encodings.filter(name => name.includes('jpeg')))(
  'a %s file that is kept as it is, too',
  async encoding => {
    const bytes = await fileOf('landscape', encoding, 1)
    expect(await surprises(bytes, settingsOf('inside', true))).toEqual([])
  },
)

describe('the decoder processes find them', () => {
  const decoders = createDecoders({ children: 2 })
  afterAll(() => decoders.close())

  test.each(encodings)('%s', async encoding => {
    const bytes = await fileOf('portrait', encoding, 1)
    const decode = (part: Buffer) => decoders.decode(part, settingsOf('cover'), new AbortController().signal)
    const endings = await Promise.all(shares.map(share => decode(cut(bytes, share))))
    expect(endings).toEqual(shares.map(() => expect.objectContaining({ code: 'IMAGE_TRUNCATED' })))
  })
})
