import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numbersFrom } from '../../test/support/pictures.ts'
import { lookSide, type Orientation } from './fingerprint.ts'
import { basisOf, bitsOf, oriented, spectrumOf } from './spectrum.ts'

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

const near = (a: Float64Array, b: Float64Array) =>
  Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? 0)))) < 1e-6

const anySeed = fc.integer({ min: 1, max: 1_000_000 })
const orientations: readonly Orientation[] = [0, 1, 2, 3, 4, 5, 6, 7]

test.each(orientations)('orientation %i of the coefficients is that of the picture', orientation => {
  const luma = noise(orientation + 1)
  let changed = orientation >= 4 ? mirror(luma) : luma
  for (let quarter = 0; quarter < (orientation & 3); quarter++) changed = turn(changed)
  expect(near(oriented(spectrumOf(luma), orientation), spectrumOf(changed))).toBe(true)
})

test('the mirror of the mirror, and four quarter turns, are the picture itself', () => {
  fc.assert(
    fc.property(anySeed, seed => {
      const spectrum = spectrumOf(noise(seed))
      expect(oriented(oriented(spectrum, 4), 4)).toEqual(spectrum)
      let turns = spectrum
      for (let quarter = 0; quarter < 4; quarter++) turns = oriented(turns, 1)
      expect(turns).toEqual(spectrum)
      expect(oriented(oriented(spectrum, 1), 3)).toEqual(spectrum)
    }),
    { numRuns: 20 },
  )
})

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
