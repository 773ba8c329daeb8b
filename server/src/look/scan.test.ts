import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import compiler from 'wabt'
import type { Orientation } from './fingerprint.ts'
import { compiledScan, familiesOf } from './scan.ts'
import { bitsByOrientation, spectrumOf } from './spectrum.ts'

test('the committed bytes are what scan.wat compiles to', async () => {
  const wabt = await compiler()
  const text = readFileSync(new URL('./scan.wat', import.meta.url), 'utf8')
  const features = { simd: true, relaxed_simd: true }
  const module = wabt.parseWat('scan.wat', text, features)
  module.validate()
  expect(compiledScan).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'))
})

test('eight orientations of a picture are looked for by two sketches', () => {
  let state = 7
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const waves = Array.from({ length: 12 }, () => [next() / 3, next() / 3, next() * 6, next() * 20])
  const luma = Float64Array.from({ length: 64 * 64 }, (_, at) =>
    waves.reduce(
      (sum, [x = 0, y = 0, phase = 0, height = 0]) =>
        sum + height * Math.sin((at % 64) * x + Math.floor(at / 64) * y + phase),
      128,
    ),
  )
  const bitsOf = bitsByOrientation(spectrumOf(luma))
  const turned = ([0, 1, 2, 3, 4, 5, 6, 7] as Orientation[]).map(orientation => ({
    bits: bitsOf(orientation),
  }))
  const families = familiesOf(turned)
  expect(families.map(({ members }) => members.map(member => member?.number))).toEqual([
    [0, 4, 6, 2],
    [1, 7, 5, 3],
  ])
})
