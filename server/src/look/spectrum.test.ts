import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import compiler from 'wabt'
import { numbersFrom } from '../../test/support/pictures.ts'
import { lookSide, type Orientation } from './fingerprint.ts'
import { compiledSpectrum } from './frequencies.ts'
import { basisOf, bitsByOrientation, bitsOf, spectraOf, spectrumOf, wholeBasis } from './spectrum.ts'

const side = lookSide

function noise(seed: number): Float64Array {
  const next = numbersFrom(seed)
  return Float64Array.from({ length: side * side }, () => next() * 255)
}

const mirror = (luma: Float64Array) =>
  luma.map((_, at) => luma[at - (at % side) + side - 1 - (at % side)] ?? 0)
/** Clockwise: the left column becomes the top row. */
const turn = (luma: Float64Array) =>
  luma.map((_, at) => luma[(side - 1 - (at % side)) * side + Math.floor(at / side)] ?? 0)

const orientations: readonly Orientation[] = [0, 1, 2, 3, 4, 5, 6, 7]

test('the committed bytes are what spectrum.wat compiles to', async () => {
  const wabt = await compiler()
  const text = readFileSync(new URL('./spectrum.wat', import.meta.url), 'utf8')
  const module = wabt.parseWat('spectrum.wat', text)
  module.validate()
  expect(compiledSpectrum).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'))
})

test('coefficients are those of the cosine transform, whichever axis comes first', () => {
  const luma = noise(3)
  const wave = (frequency: number, sample: number) =>
    Math.sqrt((frequency === 0 ? 1 : 2) / side) *
    Math.cos((Math.PI * frequency * (2 * sample + 1)) / (2 * side))
  const expected = (v: number, u: number) =>
    luma.reduce((sum, value, at) => sum + value * wave(v, Math.floor(at / side)) * wave(u, at % side), 0)
  for (const first of ['across', 'down'] as const) {
    const spectrum = spectrumOf(luma, { ...wholeBasis, first })
    for (const [v, u] of [
      [0, 0],
      [0, 15],
      [3, 1],
      [15, 0],
      [7, 9],
    ] as const) {
      expect(spectrum[v * 16 + u]).toBeCloseTo(expected(v, u), 6)
    }
  }
})

test('windows of two pictures may be asked for by turns', () => {
  const [one, two] = [spectraOf(noise(1)), spectraOf(noise(2))]
  const inner = basisOf({ left: 0.1, top: 0.1, width: 0.8, height: 0.8 })
  expect(one(wholeBasis)).toEqual(spectrumOf(noise(1)))
  expect(two(wholeBasis)).toEqual(spectrumOf(noise(2)))
  expect(one(inner)).toEqual(spectrumOf(noise(1), inner))
})

test('weights of windows are the same after they were let go', () => {
  const area = { left: 0.3, top: 0.2, width: 0.5, height: 0.7 }
  const before = basisOf(area)
  for (let at = 0; at < 200; at++) basisOf({ ...area, left: at / 1000, width: 0.4 })
  const after = basisOf(area)
  expect(after.across).not.toBe(before.across)
  expect(after).toEqual(before)
})

test.each(orientations)(
  'bits of orientation %i are those of the picture mirrored and turned',
  orientation => {
    const luma = noise(orientation + 1)
    let changed = orientation >= 4 ? mirror(luma) : luma
    for (let quarter = 0; quarter < (orientation & 3); quarter++) changed = turn(changed)
    expect(bitsByOrientation(spectrumOf(luma))(orientation)).toEqual(bitsOf(spectrumOf(changed)))
  },
)

test('a window of whole cells has the spectrum of the cells in it, enlarged', () => {
  const luma = noise(5)
  const area = { left: 0.25, top: 0.125, width: 0.5, height: 0.5 }
  const enlarged = luma.map((_, at) => {
    const [x, y] = [Math.floor((at % side) / 2) + 16, Math.floor(Math.floor(at / side) / 2) + 8]
    return luma[y * side + x] ?? 0
  })
  const [window, plain] = [spectrumOf(luma, basisOf(area)), spectrumOf(enlarged)]
  const largest = Math.max(...plain.map(Math.abs))
  expect(Math.max(...window.map((value, at) => Math.abs(value - (plain[at] ?? 0))))).toBeLessThan(
    largest * 1e-6,
  )
})

test('half of the bits are set', () => {
  const bits = bitsOf(spectrumOf(noise(9)))
  const set = [...bits].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
  expect([bits.length, set]).toEqual([32, 128])
})
