/** What becomes of sound pictures: fingerprints that do not depend on the format, files without anything but pixels. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DatasetSettings, defaultSettings, type Fit } from '@gleaner/shared/dataset'
import { hammingDistance, type PerceptualHash } from '@gleaner/shared/hash'
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { photo, plain } from './support/photo.ts'

const decoders = createDecoders({ children: 2 })
afterAll(() => decoders.close())

const rendering = (render: Partial<DatasetSettings['render']>) => ({
  accept: { ...defaultSettings.accept, minSidePx: 32 },
  render: { ...defaultSettings.render, ...render },
})

async function run(bytes: Buffer, render: Partial<DatasetSettings['render']> = {}) {
  const picture = await decoders.decode(bytes, rendering(render), new AbortController().signal)
  if (picture.kind === 'failed') throw new Error(`${picture.code} ${JSON.stringify(picture.facts)}`)
  const rendered = await picture.render()
  if (rendered.kind === 'failed') throw new Error(`${rendered.code} ${JSON.stringify(rendered.facts)}`)
  return { picture, rendered }
}

async function hashOf(
  bytes: Buffer,
  render: Partial<DatasetSettings['render']> = {},
): Promise<PerceptualHash> {
  const { picture } = await run(bytes, render)
  if (picture.perceptualHash === null) throw new Error('no hash')
  return picture.perceptualHash
}

/** Colour at a place of a rendered picture. */
async function colourAt(jpeg: Buffer, left: number, top: number): Promise<readonly number[]> {
  return [...(await sharp(jpeg).extract({ left, top, width: 1, height: 1 }).raw().toBuffer())]
}
const isNear = (colour: readonly number[], expected: readonly number[], by = 6) =>
  colour.length === expected.length &&
  colour.every((value, at) => Math.abs(value - (expected[at] ?? 0)) <= by)

describe('fingerprints', () => {
  test.each([
    [700, 500],
    [2_000, 1_500],
    [500, 2_400],
  ])('hardly depend on the format: %i × %i', async (width, height) => {
    const original = await photo(width, height, width)
    const reference = await hashOf(await original.clone().png({ compressionLevel: 1 }).toBuffer())
    const formats = {
      'jpeg 90': original.clone().jpeg({ quality: 90 }),
      'jpeg 60': original.clone().jpeg({ quality: 60 }),
      progressive: original.clone().jpeg({ progressive: true }),
      webp: original.clone().webp({ quality: 75 }),
      avif: original.clone().avif({ quality: 60, effort: 0 }),
      gif: original.clone().gif({ effort: 1 }),
    }
    const distances: Record<string, number> = {}
    for (const [name, pipeline] of Object.entries(formats)) {
      distances[name] = hammingDistance(reference, await hashOf(await pipeline.toBuffer()))
    }
    expect(Math.max(...Object.values(distances)), JSON.stringify(distances)).toBeLessThanOrEqual(10)
  })

  test('hardly depend on what the dataset makes of the picture', async () => {
    const bytes = await (await photo(1_600, 1_000)).jpeg().toBuffer()
    const reference = await hashOf(bytes)
    for (const fit of ['inside', 'cover', 'pad'] as const) {
      for (const sidePx of [32, 224, 1024]) {
        expect(
          hammingDistance(reference, await hashOf(bytes, { fit, sidePx })),
          `${fit} ${sidePx}`,
        ).toBeLessThanOrEqual(6)
      }
    }
  })

  test('are missing where a picture is too flat to be told from others', async () => {
    const gradient = sharp(Buffer.from([100, 100, 100, 140, 140, 140]), {
      raw: { width: 2, height: 1, channels: 3 },
    })
    const { picture } = await run(
      await gradient.resize(300, 200, { fit: 'fill', kernel: 'cubic' }).png().toBuffer(),
    )
    expect(picture.perceptualHash).toBeNull()
    expect(picture.qualityScore).toBeLessThan(50)
  })
})

test('an empty page is refused, a plain colour kept', async () => {
  const signal = new AbortController().signal
  const page = await decoders.decode(
    await plain(200, 200, '#fefefe').png().toBuffer(),
    defaultSettings,
    signal,
  )
  expect(page).toMatchObject({ code: 'IMAGE_UNIFORM' })
  expect((await run(await plain(200, 200, '#ff0000').png().toBuffer())).picture.perceptualHash).toBeNull()
})

describe('fits', () => {
  const sizes: readonly [Fit, number, number, number, number, number][] = [
    ['inside', 1_000, 500, 200, 200, 100],
    ['inside', 500, 1_000, 200, 100, 200],
    ['inside', 150, 100, 200, 150, 100],
    ['inside', 3_000, 300, 200, 200, 20],
    ['cover', 1_000, 500, 200, 200, 200],
    ['cover', 150, 100, 200, 200, 200],
    ['pad', 500, 1_000, 200, 200, 200],
    ['pad', 150, 100, 201, 201, 201],
  ]
  test.each(sizes)('%s, %i × %i to %i: %i × %i', async (fit, width, height, sidePx, outWidth, outHeight) => {
    const { picture, rendered } = await run(await (await photo(width, height)).jpeg().toBuffer(), {
      fit,
      sidePx,
    })
    expect([picture.width, picture.height]).toEqual([width, height])
    expect([rendered.width, rendered.height]).toEqual([outWidth, outHeight])
    const found = await sharp(rendered.bytes).metadata()
    expect([found.width, found.height]).toEqual([outWidth, outHeight])
  })

  const stripes = plain(300, 100, '#00ff00')
    .composite([
      {
        input: { create: { width: 100, height: 100, channels: 3, background: '#ff0000' } },
        left: 100,
        top: 0,
      },
    ])
    .png()

  test('the filed picture has the detail of the original', async () => {
    const original = await photo(900, 600)
    const reference = await original.clone().resize(450, 300, { fit: 'fill' }).raw().toBuffer()
    const { rendered } = await run(await original.png().toBuffer(), { sidePx: 450 })
    const pixels = await sharp(rendered.bytes).raw().toBuffer()
    const error = reference.reduce((sum, value, at) => sum + Math.abs(value - (pixels[at] ?? 0)), 0)
    expect(error / reference.length).toBeLessThan(3)
  })

  test('cover keeps the middle', async () => {
    const { rendered } = await run(await stripes.toBuffer(), { fit: 'cover', sidePx: 100 })
    for (const left of [4, 50, 95])
      expect(await colourAt(rendered.bytes, left, 50)).toSatisfy(c => isNear(c, [254, 0, 0]))
  })

  test('pad puts the background around, as much on one side as on the other', async () => {
    const { rendered } = await run(await stripes.toBuffer(), {
      fit: 'pad',
      sidePx: 300,
      background: '#0000ff',
    })
    for (const top of [10, 90, 210, 290])
      expect(await colourAt(rendered.bytes, 50, top)).toSatisfy(c => isNear(c, [0, 0, 254]))
    for (const top of [110, 190])
      expect(await colourAt(rendered.bytes, 50, top)).toSatisfy(c => isNear(c, [0, 255, 1]))
  })
})

describe('colours', () => {
  test('transparency lies on the background', async () => {
    const disc = Buffer.from(
      '<svg width="200" height="200"><circle cx="100" cy="100" r="60" fill="#f00"/></svg>',
    )
    const { rendered } = await run(await sharp(disc).png().toBuffer(), { background: '#00ff00' })
    expect(await colourAt(rendered.bytes, 5, 5)).toSatisfy(c => isNear(c, [0, 255, 1]))
    expect(await colourAt(rendered.bytes, 100, 100)).toSatisfy(c => isNear(c, [254, 0, 0]))
  })

  test.each([
    ['grey', (picture: Sharp) => picture.greyscale().png()],
    ['grey JPEG', (picture: Sharp) => picture.toColourspace('b-w').jpeg()],
    ['16 bit', (picture: Sharp) => picture.toColourspace('rgb16').png()],
    ['CMYK', (picture: Sharp) => picture.toColourspace('cmyk').jpeg()],
    ['palette', (picture: Sharp) => picture.png({ palette: true, colours: 32 })],
  ])('%s becomes sRGB of 8 bit and three channels', async (_, encode) => {
    const { rendered } = await run(await encode(await photo(200, 150)).toBuffer())
    expect(await sharp(rendered.bytes).metadata()).toMatchObject({
      space: 'srgb',
      depth: 'uchar',
      channels: 3,
    })
  })

  test('a wide-gamut profile is converted, a plain sRGB one changes nothing', async () => {
    const orange = plain(100, 100, '#e07020').composite([
      { input: { create: { width: 50, height: 100, channels: 3, background: '#2070e0' } }, left: 0, top: 0 },
    ])
    const bytes = await orange.png().toBuffer()
    // The same colour, written in the coordinates of another space.
    const wide = await sharp(bytes).withIccProfile('p3').png().toBuffer()
    const named = await sharp(bytes).withIccProfile('srgb').png().toBuffer()
    expect(await sharp(wide).raw().toBuffer()).not.toEqual(await sharp(bytes).raw().toBuffer())
    for (const variant of [wide, named, bytes]) {
      const { rendered } = await run(variant)
      expect(await colourAt(rendered.bytes, 80, 50)).toSatisfy(c => isNear(c, [0xe0, 0x70, 0x20], 4))
    }
  })
})

describe('nothing but pixels is kept', () => {
  const exif = {
    IFD0: { Copyright: '(C) Ada Example', Artist: 'Ada Example', Make: 'Spycam' },
    IFD3: {
      GPSLatitudeRef: 'N',
      GPSLatitude: '51/1 30/1 0/1',
      GPSLongitudeRef: 'W',
      GPSLongitude: '0/1 7/1 0/1',
    },
  }

  test('place and device are gone, orientation is applied, rights are read', async () => {
    const bytes = await (await photo(300, 200))
      .withMetadata({ orientation: 6 })
      .withExif(exif)
      .jpeg()
      .toBuffer()
    expect(bytes.includes('Spycam')).toBe(true)
    const { picture, rendered } = await run(bytes)
    expect([picture.width, picture.height, rendered.width, rendered.height]).toEqual([200, 300, 200, 300])
    expect(picture.rights).toEqual({ creator: 'Ada Example', copyright: '(C) Ada Example' })
    const found = await sharp(rendered.bytes).metadata()
    expect(found).not.toHaveProperty('exif')
    expect(found).not.toHaveProperty('orientation')
    expect(found).not.toHaveProperty('icc')
    for (const trace of ['Exif', 'Spycam', 'Ada', 'GPS']) expect(rendered.bytes.includes(trace)).toBe(false)
  })

  test.each([
    [1, 'red', 'lime', 'blue'],
    [2, 'lime', 'red', 'black'],
    [3, 'black', 'blue', 'lime'],
    [4, 'blue', 'black', 'red'],
    [5, 'red', 'blue', 'lime'],
    [6, 'blue', 'red', 'black'],
    [7, 'black', 'lime', 'blue'],
    [8, 'lime', 'black', 'red'],
  ] as const)(
    'orientation %i is applied to the pixels',
    async (orientation, topLeft, topRight, bottomLeft) => {
      const corner = (background: string, left: number, top: number) => ({
        input: { create: { width: 50, height: 30, channels: 3 as const, background } },
        ...{ left, top },
      })
      const corners = [
        corner('red', 0, 0),
        corner('lime', 50, 0),
        corner('blue', 0, 30),
        corner('black', 50, 30),
      ]
      const bytes = await plain(100, 60).composite(corners).withMetadata({ orientation }).png().toBuffer()
      const { rendered } = await run(bytes, { fit: 'cover', sidePx: 64 })
      const colours = { red: [254, 0, 0], lime: [0, 255, 1], blue: [0, 0, 254], black: [0, 0, 0] }
      expect(await colourAt(rendered.bytes, 8, 8)).toSatisfy(c => isNear(c, colours[topLeft]))
      expect(await colourAt(rendered.bytes, 55, 8)).toSatisfy(c => isNear(c, colours[topRight]))
      expect(await colourAt(rendered.bytes, 8, 55)).toSatisfy(c => isNear(c, colours[bottomLeft]))
    },
  )

  test('what hangs behind the picture or in its comments does not reach the file', async () => {
    const tail = Buffer.concat([Buffer.from('PK\x03\x04<script>alert(1)</script>'), Buffer.alloc(500, 'PK')])
    for (const encode of ['jpeg', 'png', 'webp', 'gif'] as const) {
      const bytes = Buffer.concat([await (await photo(200, 200)).toFormat(encode).toBuffer(), tail])
      const { rendered } = await run(bytes)
      expect(rendered.bytes.includes('<script')).toBe(false)
      expect(rendered.bytes.includes('PKPK')).toBe(false)
      expect(rendered.bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
      expect(rendered.bytes.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]))
    }
  })

  const odd = sharedFolder('corpus/odd')
  test.skipIf(!odd)(
    'real files with a position and with tails come out clean (needs the shared corpus)',
    async () => {
      const files = [
        'exif-gps-full.jpg',
        'polyglot-zip.jpg',
        'trailing-garbage.jpg',
        'php-in-text.png',
        'xss-in-comment.jpg',
      ]
      for (const file of files) {
        const { rendered } = await run(readFileSync(join(odd ?? '', file)))
        for (const trace of ['GPS', 'Exif', 'PK\x03\x04', '<script', '<?php']) {
          expect(rendered.bytes.includes(trace), `${trace} in ${file}`).toBe(false)
        }
      }
    },
  )
})
