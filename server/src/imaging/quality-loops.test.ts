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

test.each([1, 15, 16, 17, 31, 48, 111])('along %i values tones and steps are counted', length => {
  const at = placed(raster, 0, raster.length)
  const [from, beside, tone, reach, low, high, step] = [31, 31 + rowBytes, 120, 40, 60, 190, 70]
  loops.tones(at + from, at + beside, at + from + length, tone, reach, low, high, step, place.sums)
  const values = Array.from({ length }, (_, place) => value(from + place))
  const count = (isCounted: (value: number, place: number) => boolean) => values.filter(isCounted).length
  const change = values.reduce((sum, one, place) => sum + Math.abs(one - value(beside + place)), 0)
  expect([...new Uint32Array(memory(), place.sums, 4)]).toEqual([
    change,
    count(one => Math.abs(one - tone) <= reach),
    count(one => one >= low && one <= high),
    count((one, place) => place > 0 && Math.abs(one - value(from + place - 1)) > step),
  ])
})

test.each([1, 16, 17, 50, 290])('the steepest of %i values are found', length => {
  const at = placed(raster, 0, raster.length)
  const [from, least] = [5, 90]
  const rise = (place: number) => Math.abs(value(place + 1) - value(place - 1))
  const expected = Array.from({ length }, (_, place) => from + place).filter(
    place => rise(place) >= least && rise(place) >= rise(place + 1) && rise(place) > rise(place - 1),
  )
  const found = loops.steepest(at, from, from + length, least, place.sums)
  expect([...new Uint32Array(memory(), place.sums, found)]).toEqual(expected)
})
