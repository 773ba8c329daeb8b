import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import compiler from 'wabt'
import { numbersFrom } from '../../test/support/pictures.ts'
import { memoryBytes, place, placed } from './pixels.ts'
import { compiledQuality, loops } from './quality-loops.ts'

test('the committed bytes are what quality.wat compiles to', async () => {
  const wabt = await compiler()
  const text = readFileSync(new URL('./quality.wat', import.meta.url), 'utf8')
  const module = wabt.parseWat('quality.wat', text)
  module.validate()
  expect(compiledQuality).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'))
})

const width = 100
const rowBytes = width * 3
const next = numbersFrom(11)
const raster = Uint8Array.from({ length: rowBytes * 40 }, () => next() * 256)
const value = (at: number) => raster[at] ?? 0

test('bends are added up in four directions, the small ones left out', () => {
  const at = placed(raster, 0, raster.length)
  const from = 10 * rowBytes + 30
  const end = from + 64
  const least = 200
  const sums = new Uint32Array(memory(), place.quality, 32)
  sums.fill(0)
  loops.bends(at + from, at + end, rowBytes, least, 32, place.quality)
  const expected = [3, rowBytes, rowBytes + 3, rowBytes - 3].map(step => {
    const found = { near: 0, far: 0 }
    for (let group = from; group < end; group += 32) {
      for (let here = group; here < group + 16; here++) {
        const bend = (apart: number) => value(here - apart) + value(here + apart) - 2 * value(here)
        if (Math.abs(bend(4 * step)) < least) continue
        found.near += bend(step) ** 2
        found.far += bend(4 * step) ** 2
      }
    }
    return found
  })
  const sumOf = (first: number) => sums.subarray(first, first + 4).reduce((sum, part) => sum + part, 0)
  expect(
    [0, 1, 2, 3].map(direction => ({ near: sumOf(direction * 8), far: sumOf(direction * 8 + 4) })),
  ).toEqual(expected)
})

const memory = () => {
  const { buffer } = memoryBytes()
  return buffer as ArrayBuffer
}

test('values that differ from others are counted, in a row and from row to row', () => {
  const at = placed(raster, 0, raster.length)
  const differing = (from: number, end: number, apart: number, least: number, skip: number) => {
    let count = 0
    for (let group = from; group < end; group += skip) {
      for (let here = group; here < group + 16; here++) {
        if (Math.abs(value(here) - value(here + apart)) >= least) count++
      }
    }
    return count
  }
  expect(loops.differing(at, at + 200, 6, 40, 16)).toBe(differing(0, 200, 6, 40, 16))
  expect(loops.differing(at, at + 200, 6, 255, 16)).toBe(differing(0, 200, 6, 255, 16))
  const end = rowBytes - 15
  let sum = 0
  for (let y = 0; y < 19; y++) {
    sum += Math.max(0, differing(y * rowBytes, y * rowBytes + end, rowBytes, 60, 64) - 45)
  }
  expect(sum).toBeGreaterThan(0)
  expect(loops.straight(at, 20, rowBytes, end, 60, 64, 45)).toBe(sum)
})
