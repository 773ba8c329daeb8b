/** JPEGs through the codec itself and through the image library: as good as the same, and neither is needed. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DatasetSettings, defaultSettings, fits } from '@gleaner/shared/dataset'
import { hammingDistance } from '@gleaner/shared/hash'
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { openPicture, type PictureFacts } from '../src/imaging/decode.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { type FastJpeg, loadFastJpeg } from '../src/imaging/fast-jpeg.ts'
import { renderPixels } from '../src/imaging/render.ts'
import { verify } from '../src/look/verify.ts'
import { expectedOutcomes, readExpected, runOddFile } from './support/odd-files.ts'
import { photo } from './support/photo.ts'

/** The most the two may differ. A hash has as many ones as zeros, so distances are even. */
const most = { hashBits: 4, rasterMean: 1, rasterStep: 16, filedMean: 3, filedStep: 32 } as const

type Render = Partial<DatasetSettings['render']>
const settingsOf = (render: Render) => ({
  ...defaultSettings,
  render: { ...defaultSettings.render, ...render },
})

const found = await loadFastJpeg()
if (!found) throw new Error('there is no fast codec on this machine')
const used = { decode: 0, encode: 0 }
const fastJpeg: FastJpeg = {
  decode: (bytes, frame, size) => {
    const raster = found.decode(bytes, frame, size)
    used.decode++
    return raster
  },
  encode: (raster, options) => {
    used.encode++
    return found.encode(raster, options)
  },
}

async function run(bytes: Buffer, render: Render, codec: FastJpeg | undefined) {
  const settings = settingsOf(render)
  const before = { ...used }
  const picture = await openPicture(bytes, settings, async () => {}, codec)
  if (picture.kind === 'failed') return picture
  const filed = await renderPixels(picture, picture.facts, settings.render, codec)
  const fast = { decode: used.decode > before.decode, encode: used.encode > before.encode }
  return { ...picture, filed, fast }
}

async function runSound(bytes: Buffer, render: Render, codec: FastJpeg | undefined) {
  const result = await run(bytes, render, codec)
  if (result.kind === 'failed') throw new Error(JSON.stringify(result))
  return result
}

/** What is filed of the file, and whether that is how the dataset keeps it. */
async function keep(bytes: Buffer, render: Render = {}) {
  const { filed, kept } = await runSound(bytes, { keepFitting: true, sidePx: 300, ...render }, fastJpeg)
  return { file: filed.bytes, isKept: kept === filed.bytes }
}

function difference(a: Uint8Array, b: Uint8Array): { mean: number; step: number } {
  if (a.length !== b.length) throw new Error(`${a.length} against ${b.length} values`)
  let sum = 0
  let step = 0
  for (let at = 0; at < a.length; at++) {
    const by = Math.abs((a[at] as number) - (b[at] as number))
    sum += by
    if (by > step) step = by
  }
  return { mean: sum / a.length, step }
}

/** What is told of a picture whatever its pixels are. */
function withoutPixels(facts: PictureFacts) {
  const { perceptualHash, blockHash, qualityScore, meanChroma, fingerprint, queryForms, quality, ...rest } =
    facts
  return { ...rest, aspect: fingerprint.aspect, qualityVersion: quality.version }
}

/** Either decode is taken for the other, as the picture it is. Those too flat for a hash are never compared. */
function expectSameLook(fast: PictureFacts, slow: PictureFacts) {
  if (fast.perceptualHash === null || slow.perceptualHash === null) return
  const { kind, confidence } = verify(fast.fingerprint, slow.fingerprint)
  expect({ kind, isSure: confidence > 0.99 }).toEqual({ kind: 'same', isSure: true })
}

/** Holds what the two make of a file against each other. @returns what the fast one did */
async function compare(bytes: Buffer, render: Render = {}) {
  const fast = await run(bytes, render, fastJpeg)
  const slow = await run(bytes, render, undefined)
  if (fast.kind === 'failed' || slow.kind === 'failed') {
    expect(fast).toEqual(slow)
    return { decode: false, encode: false }
  }
  const { perceptualHash, qualityScore, meanChroma } = fast.facts
  expect(withoutPixels(fast.facts)).toEqual(withoutPixels(slow.facts))
  expectSameLook(fast.facts, slow.facts)
  expect(Math.abs(qualityScore - slow.facts.qualityScore)).toBeLessThanOrEqual(1)
  expect(
    difference(meanChroma.map(c => c + 128) as never, slow.facts.meanChroma.map(c => c + 128) as never).step,
  ).toBeLessThan(1)
  if (perceptualHash && slow.facts.perceptualHash) {
    expect(hammingDistance(perceptualHash, slow.facts.perceptualHash)).toBeLessThanOrEqual(most.hashBits)
  } else expect(perceptualHash).toBe(slow.facts.perceptualHash)
  const raster = difference(fast.raster.data, slow.raster.data)
  expect(raster.mean).toBeLessThanOrEqual(most.rasterMean)
  expect(raster.step).toBeLessThanOrEqual(most.rasterStep)
  const pixels = (file: Buffer) => sharp(file).raw().toBuffer()
  const filed = difference(await pixels(fast.filed.bytes), await pixels(slow.filed.bytes))
  expect(filed.mean).toBeLessThanOrEqual(most.filedMean)
  expect(filed.step).toBeLessThanOrEqual(most.filedStep)
  return fast.fast
}

describe('the codec and the image library agree', () => {
  test.each([
    [500, 375, 512],
    [375, 500, 512],
    [700, 500, 512],
    [611, 407, 407],
    [64, 1_000, 512],
    [97, 101, 64],
    [703, 617, 290],
    [771, 905, 300],
    [1_103, 1_011, 200],
  ])('%i × %i to %i', async (width, height, sidePx) => {
    const picture = await photo(width, height, width)
    for (const quality of [50, 75, 90]) {
      for (const progressive of [false, true]) {
        const bytes = await picture.clone().jpeg({ quality, progressive }).toBuffer()
        for (const fit of fits) expect((await compare(bytes, { fit, sidePx })).decode).toBe(true)
      }
    }
  })

  test('on what is finely quantized, where it is brought to half its size', async () => {
    const bytes = await (await photo(612, 560)).jpeg({ quality: 99 }).toBuffer()
    expect((await compare(bytes, { sidePx: 300, fit: 'inside' })).decode).toBe(true)
  })

  const folder = sharedFolder('corpus/photos')
  const photos = folder
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.jpg'))
        .sort()
    : []
  test.skipIf(!folder)('over photographs (needs the shared corpus)', async () => {
    let decoded = 0
    const some = photos.filter((_, at) => at % 8 === 0)
    for (const name of some) {
      if ((await compare(readFileSync(join(folder ?? '', name)))).decode) decoded++
    }
    expect(decoded).toBeGreaterThan(some.length / 2)
  })

  const odd = sharedFolder('corpus/odd')
  const strange = odd
    ? readdirSync(odd)
        .filter(name => /\.jpe?g$/.test(name))
        .sort()
    : []
  test.skipIf(!odd)('over hostile and damaged files (needs the shared corpus)', async () => {
    for (const name of strange) await compare(readFileSync(join(odd ?? '', name)), { keepFitting: true })
    expect(strange.length).toBeGreaterThan(20)
  })
})

describe('the image library decodes', () => {
  const cases: readonly [string, (picture: Sharp) => Sharp, Render][] = [
    ['what stands on its head', picture => picture.withMetadata({ orientation: 3 }).jpeg(), {}],
    ['what has a wide gamut', picture => picture.withIccProfile('p3').jpeg(), {}],
    ['what is grey', picture => picture.toColourspace('b-w').jpeg(), {}],
    ['what is finely quantized', picture => picture.jpeg({ quality: 97 }), {}],
    ['where a dataset wants every step', picture => picture.jpeg(), { quality: 96 }],
    [
      'what it brings to a quarter while decoding',
      picture => picture.resize(1_320, 1_290, { fit: 'fill' }).jpeg(),
      { sidePx: 100, fit: 'inside' },
    ],
  ]
  test.each(cases)('%s', async (_, encode, render) => {
    const bytes = await encode(await photo(600, 560)).toBuffer()
    const picture = await runSound(bytes, render, fastJpeg)
    expect(picture.fast.decode).toBe(false)
    const slow = await runSound(bytes, render, undefined)
    expect(difference(picture.raster.data, slow.raster.data)).toEqual({ mean: 0, step: 0 })
    expect(picture.facts).toEqual(slow.facts)
  })

  test('what the codec refuses, and says why', async () => {
    const bytes = await (await photo(300, 200)).jpeg().toBuffer()
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]))
    const cut = bytes.subarray(0, scan + 2_000)
    const outOfStep = Buffer.from(bytes)
    outOfStep.writeUInt16BE(0xffd3, scan + 1_000)
    for (const damaged of [cut, outOfStep]) {
      expect(() => found.decode(damaged, { width: 300, height: 200 })).toThrow()
      const fast = await run(damaged, {}, fastJpeg)
      expect(fast.kind).toBe('failed')
      expect(fast).toEqual(await run(damaged, {}, undefined))
    }
  })

  test('what the codec refuses and the image library puts up with', async () => {
    const bytes = await (await photo(300, 200)).jpeg().toBuffer()
    const noisy = Buffer.concat([bytes.subarray(0, -2), Buffer.alloc(40, 0x55), bytes.subarray(-2)])
    expect(await compare(noisy)).toEqual({ decode: false, encode: true })
  })
})

describe('what is filed', () => {
  test.each([true, false])('has the chroma the dataset asks for (codec: %s)', async hasCodec => {
    const codec = hasCodec ? fastJpeg : undefined
    const bytes = await (await photo(300, 200)).jpeg().toBuffer()
    for (const chroma of ['4:2:0', '4:4:4'] as const) {
      const { filed, fast } = await runSound(bytes, { chroma }, codec)
      expect(fast.encode).toBe(hasCodec)
      expect(await sharp(filed.bytes).metadata()).toMatchObject({ chromaSubsampling: chroma, space: 'srgb' })
    }
  })

  test('is smaller with tables of its own', async () => {
    const bytes = await (await photo(300, 200)).jpeg().toBuffer()
    const plain = await runSound(bytes, {}, fastJpeg)
    const optimized = await runSound(bytes, { optimizeCoding: true }, fastJpeg)
    expect(optimized.filed.bytes.length).toBeLessThan(plain.filed.bytes.length)
    const pixels = [plain, optimized].map(({ filed }) => sharp(filed.bytes).raw().toBuffer())
    expect(difference(...((await Promise.all(pixels)) as [Buffer, Buffer])).mean).toBeLessThan(1)
  })
})

const picture = await photo(300, 200)

describe('a JPEG that fits', () => {
  const pixels = (file: Buffer) => sharp(file).raw().toBuffer()
  const behind = 'PK\x03\x04<script>alert(1)</script>'

  test.each<[string, (picture: Sharp) => Sharp]>([
    ['baseline', sound => sound.jpeg({ quality: 97 })],
    ['progressive', sound => sound.jpeg({ progressive: true })],
    ['with a profile that says sRGB', sound => sound.withIccProfile('srgb').jpeg()],
  ])('keeps its compressed pixels where the dataset allows it: %s', async (_, encode) => {
    const bytes = await encode(picture.clone()).toBuffer()
    const { file, isKept } = await keep(bytes)
    expect(isKept).toBe(true)
    const exact = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()
    expect((await pixels(file)).equals(exact)).toBe(true)
    expect((await keep(bytes, { keepFitting: false })).isKept).toBe(false)
  })

  test('loses everything else', async () => {
    const place = { IFD0: { Make: 'Spycam' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } }
    const bytes = await picture.clone().withExif(place).withXmp('<x>GPS</x>').jpeg().toBuffer()
    const { file, isKept } = await keep(Buffer.concat([bytes, Buffer.from(behind)]))
    expect(isKept).toBe(true)
    const found = await sharp(file).metadata()
    for (const name of ['exif', 'xmp', 'iptc', 'icc', 'orientation', 'comments'])
      expect(found).not.toHaveProperty(name)
    for (const trace of ['Spycam', 'GPS', 'Exif', 'PK\x03\x04', '<script'])
      expect(file.includes(trace), trace).toBe(false)
  })

  test.each<[string, (picture: Sharp) => Sharp, Render]>([
    ['not upright', turned => turned.withMetadata({ orientation: 3 }).jpeg(), {}],
    ['too large', large => large.jpeg(), { sidePx: 299 }],
    ['to be cut', fine => fine.jpeg(), { fit: 'cover' }],
    ['to be padded', fine => fine.jpeg(), { fit: 'pad' }],
    ['of a wide gamut', wide => wide.withIccProfile('p3').jpeg(), {}],
    ['grey', grey => grey.toColourspace('b-w').jpeg(), {}],
    ['no JPEG', png => png.png(), {}],
  ])('is encoded all the same when it is %s', async (_, encode, render) => {
    expect((await keep(await encode(picture.clone()).toBuffer(), render)).isKept).toBe(false)
  })

  test.each([true, false])(
    'is encoded when something hides behind its last pixel (codec: %s)',
    async hasCodec => {
      const bytes = await picture.clone().jpeg().toBuffer()
      const hiding = Buffer.concat([bytes.subarray(0, -2), Buffer.from(behind), bytes.subarray(-2)])
      const { filed, kept } = await runSound(hiding, { keepFitting: true }, hasCodec ? fastJpeg : undefined)
      expect(kept).toBeUndefined()
      expect(filed.bytes.includes('<script')).toBe(false)
    },
  )
})

test('a machine without the codec', async () => {
  expect(await loadFastJpeg(createRequire(join(tmpdir(), 'nowhere.js')))).toBeUndefined()
})

describe('a decoder without the codec', () => {
  const entry = fileURLToPath(new URL('./support/plain-decoder.ts', import.meta.url))
  const decoders = createDecoders({ children: 2, entry })
  afterAll(() => decoders.close())

  test('does all of it', async () => {
    const bytes = await (await photo(300, 200)).jpeg().toBuffer()
    for (const fit of fits) {
      const render = { fit, sidePx: 256 }
      const picture = await decoders.decode(bytes, settingsOf(render), new AbortController().signal)
      if (picture.kind === 'failed') throw new Error(JSON.stringify(picture))
      const rendered = await picture.render()
      const { filed } = await runSound(bytes, render, undefined)
      expect(rendered.kind === 'rendered' && filed.bytes.equals(rendered.bytes), fit).toBe(true)
    }
  })

  const folder = sharedFolder('corpus/odd')
  test.skipIf(!folder)('ends hostile JPEGs the same way (needs the shared corpus)', async () => {
    const files = readExpected(folder ?? '').files.filter(({ file }) => /\.jpe?g$/.test(file))
    for (const odd of files) {
      const { outcome } = await runOddFile(decoders, folder ?? '', odd)
      expect(expectedOutcomes(odd), odd.file).toContain(outcome)
    }
  })
})
