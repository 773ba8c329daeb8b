import { qualityMeasures } from '@gleaner/shared/quality'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { picture } from '../../test/support/pictures.ts'
import { miniature, type Raster } from './luma.ts'
import { qualityOf, qualityTraits } from './quality.ts'

const scoresOf = (raster: Raster) => qualityOf(raster, miniature(raster))
const traitsOf = (raster: Raster) => qualityTraits(raster, miniature(raster))

const side = { width: 320, height: 240 }

async function rasterOf(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

const open = ({ data, width, height }: Raster) => sharp(data, { raw: { width, height, channels: 3 } })

/** Shapes with sharp outlines on coloured clouds: something of everything a photo has. */
async function scene(seed: number): Promise<Raster> {
  const shapes = Array.from({ length: 40 }, (_, at) => {
    const [x, y] = [(seed * 37 + at * 71) % side.width, (seed * 53 + at * 43) % side.height]
    const tone = (seed * 29 + at * 67) % 256
    return `<circle cx="${x}" cy="${y}" r="${4 + (at % 12)}" fill="rgb(${tone},${255 - tone},${(tone * 3) % 256})"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side.width}" height="${side.height}">${shapes.join('')}</svg>`
  return rasterOf(sharp(await picture(seed, side)).composite([{ input: Buffer.from(svg) }]))
}

/** Each value moved by a rule. */
const changed = ({ data, width, height }: Raster, change: (value: number) => number): Raster => ({
  data: data.map(value => Math.max(0, Math.min(255, Math.round(change(value))))),
  width,
  height,
})

const anySeed = fc.integer({ min: 1, max: 5_000 })
const runs = { numRuns: 12 }

test('the same pixels have the same scores, whole numbers from 0 to 100', async () => {
  const raster = await scene(1)
  const scores = scoresOf(raster)
  expect(Object.keys(scores).sort()).toEqual([...qualityMeasures].sort())
  for (const score of Object.values(scores)) {
    expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true)
  }
  expect(scoresOf({ ...raster, data: Uint8Array.from(raster.data) })).toEqual(scores)
})

describe('worse in one way', () => {
  test('the more blurred, the less sharp', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, async seed => {
        const sharpest = await scene(seed)
        const found = [traitsOf(sharpest).sharpness]
        for (const sigma of [1, 2, 4])
          found.push(traitsOf(await rasterOf(open(sharpest).blur(sigma))).sharpness)
        expect(found).toEqual(found.toSorted((a, b) => b - a))
        expect(
          scoresOf(sharpest).sharpness - scoresOf(await rasterOf(open(sharpest).blur(3))).sharpness,
        ).toBeGreaterThan(20)
      }),
      runs,
    )
  })

  test('a sharp part before a blurred ground is sharp', async () => {
    const whole = await scene(7)
    const part = await open(whole).extract({ left: 110, top: 80, width: 110, height: 90 }).png().toBuffer()
    const shallow = await rasterOf(
      open(whole)
        .blur(5)
        .composite([{ input: part, left: 110, top: 80 }]),
    )
    const blurred = await rasterOf(open(whole).blur(5))
    expect(scoresOf(whole).sharpness - scoresOf(shallow).sharpness).toBeLessThan(20)
    expect(scoresOf(shallow).sharpness - scoresOf(blurred).sharpness).toBeGreaterThan(20)
  })

  test('the darker, the less bright; how sharp it is does not depend on it', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, async seed => {
        const light = await scene(seed)
        const found = [1, 0.7, 0.4, 0.15].map(
          gain => scoresOf(changed(light, value => value * gain)).brightness,
        )
        expect(found).toEqual(found.toSorted((a, b) => b - a))
        expect(found.at(-1)).toBeLessThan(25)
        const dark = scoresOf(changed(light, value => value * 0.3)).sharpness
        expect(Math.abs(dark - scoresOf(light).sharpness)).toBeLessThan(15)
      }),
      runs,
    )
  })

  test('overexposed, it is brighter', async () => {
    const light = await scene(3)
    const found = [0, 60, 120, 200].map(lift => scoresOf(changed(light, value => value + lift)).brightness)
    expect(found).toEqual(found.toSorted((a, b) => a - b))
    expect(found.at(-1)).toBeGreaterThan(80)
  })

  test('the less colour, the less colourful, down to 0 for grey', async () => {
    const colour = await scene(4)
    const found: number[] = []
    for (const saturation of [1, 0.5, 0.2]) {
      found.push(scoresOf(await rasterOf(open(colour).modulate({ saturation }))).colorfulness)
    }
    const grey = { ...colour, data: colour.data.map((_, at) => colour.data[at - (at % 3) + 1] ?? 0) }
    found.push(scoresOf(grey).colorfulness)
    expect(found).toEqual(found.toSorted((a, b) => b - a))
    expect(found.at(-1)).toBe(0)
  })

  test('the smaller the thing on a plain ground, the emptier, and the less there is to see', async () => {
    const thing = await scene(5)
    const ground = sharp({ create: { ...side, channels: 3, background: '#fff' } })
    const found = []
    for (const share of [1, 0.5, 0.2, 0.05]) {
      const small = open(thing).resize(Math.round(side.width * share), Math.round(side.height * share), {
        fit: 'fill',
      })
      const input = await small.png().toBuffer()
      found.push(scoresOf(await rasterOf(ground.clone().composite([{ input, gravity: 'centre' }]))))
    }
    const emptiness = found.map(scores => scores.emptiness)
    expect(emptiness).toEqual(emptiness.toSorted((a, b) => a - b))
    expect(emptiness.at(-1)).toBeGreaterThan(90)
    const information = found.map(scores => scores.information)
    expect(information).toEqual(information.toSorted((a, b) => b - a))
    expect(information.at(-1)).toBeLessThan(10)
  })
})

/** Strokes as of letters, in lines, without any font: what is installed must not matter. */
function letters(x: number, y: number): boolean {
  const line = Math.floor(y / 16)
  const isGap = y % 16 > 9
  const isSpace = (x + line * 13) % 41 > 33
  const mixed =
    Math.imul(Math.floor(x / 2) * 31 + line * 17 + Math.floor((y % 16) / 3) * 7, 0x2c1b3c6d) >>> 24
  return !isGap && !isSpace && mixed % 5 < 2
}

const drawn = (paint: (x: number, y: number) => number): Raster => {
  const data = new Uint8Array(side.width * side.height * 3)
  for (let y = 0; y < side.height; y++) {
    for (let x = 0; x < side.width; x++)
      data.fill(paint(x, y), (y * side.width + x) * 3, (y * side.width + x) * 3 + 3)
  }
  return { data, ...side }
}

test('lines of letters are text; more of them are more; stripes and noise are none', () => {
  const upTo = (share: number) =>
    scoresOf(drawn((x, y) => (y < side.height * share && letters(x, y) ? 20 : 240))).text
  const found = [0, 0.2, 0.5, 1].map(upTo)
  expect(found).toEqual(found.toSorted((a, b) => a - b))
  expect(found[0]).toBe(0)
  expect(found.at(-1)).toBeGreaterThan(40)
  expect(scoresOf(drawn(x => (Math.floor(x / 3) % 2 === 0 ? 20 : 240))).text).toBe(0)
  expect(scoresOf(drawn((x, y) => Math.imul(x * 7_919 + y * 104_729, 0x297a2d39) >>> 24)).text).toBeLessThan(
    10,
  )
})

test('a window with panels, lines and text is a screenshot; clouds with shapes are none', async () => {
  const window = drawn((x, y) => {
    if (y < 24) return y === 23 ? 150 : 225
    if (x < 70) return x === 69 ? 150 : y % 24 === 0 ? 150 : 238
    if (y % 48 === 0) return 150
    return letters(x, y) && x < 280 ? 30 : 255
  })
  expect(scoresOf(window).screenshot).toBeGreaterThan(60)
  expect(scoresOf(await scene(8)).screenshot).toBeLessThan(5)
})

test.each([
  [1, 1],
  [2, 3],
  [9, 9],
  [13, 400],
  [3, 2000],
  [2500, 40],
  [700, 1],
])('a picture of %i × %i pixels is measured', (width, height) => {
  const noisy = (seed: number) =>
    Uint8Array.from(
      { length: width * height * 3 },
      (_, at) => (Math.imul(at + seed, 0x9e3779b1) >>> 24) & 255,
    )
  for (const data of [
    new Uint8Array(width * height * 3),
    new Uint8Array(width * height * 3).fill(255),
    noisy(3),
  ]) {
    for (const score of Object.values(scoresOf({ data, width, height }))) {
      expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true)
    }
  }
})
