import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import compiler from 'wabt'
import { numbersFrom } from '../../test/support/pictures.ts'
import type { Affine } from './affine.ts'
import { lookSide } from './fingerprint.ts'
import {
  addUpBlocks,
  blockSide,
  blockSums,
  compiledRasterLoops,
  equations,
  equationsWidth,
  type Laid,
  lessSmoothed,
  makeEquations,
  type Plane,
  plain,
  smoothPlain,
  sumsEach,
  takeSurroundings,
  unknowns,
} from './raster-loops.ts'

const side = lookSide
const clamped = (place: number) => Math.min(side - 1, Math.max(0, place))
const at = (plane: Plane, x: number, y: number) => plane[clamped(y) * side + clamped(x)] ?? 0

const everyPlace = Array.from({ length: side * side }, (_, place) => [
  place % side,
  Math.floor(place / side),
]) as [number, number][]
const planeOf = (value: (x: number, y: number) => number) =>
  Float32Array.from(everyPlace, ([x, y]) => value(x, y))

function noise(seed: number): Plane {
  const next = numbersFrom(seed)
  return planeOf(() => Math.floor(next() * 256))
}

/** Weighted mean of what lies around each cell. */
function around(plane: Plane, weights: readonly number[]): Plane {
  const reach = (weights.length - 1) / 2
  const total = weights.reduce((sum, weight) => sum + weight, 0) ** 2
  return planeOf((x, y) => {
    let sum = 0
    for (const [row, down] of weights.entries()) {
      for (const [column, across] of weights.entries()) {
        sum += down * across * at(plane, x + column - reach, y + row - reach)
      }
    }
    return sum / total
  })
}
const smoothed = (plane: Plane) => around(plane, [1, 2, 1])

function expectNear(found: Iterable<number>, wanted: Iterable<number>) {
  const [values, others] = [[...found], [...wanted]]
  const size = Math.max(1, ...others.map(Math.abs))
  const worst = Math.max(...others.map((other, place) => Math.abs(other - (values[place] ?? 0))))
  expect(worst / size).toBeLessThan(1e-5)
}

/** Between the middles of cells. */
function sample(plane: Plane, x: number, y: number): number {
  const [u, v] = [clamped(x - 0.5), clamped(y - 0.5)]
  const [left, top] = [Math.floor(u), Math.floor(v)]
  const upper = at(plane, left, top) * (1 - u + left) + at(plane, left + 1, top) * (u - left)
  const lower = at(plane, left, top + 1) * (1 - u + left) + at(plane, left + 1, top + 1) * (u - left)
  return upper * (1 - v + top) + lower * (v - top)
}

/** Places of both, by their cell in the second. */
function* places({ box }: Laid, second: Laid, { a, b, c, d, e, f }: Affine, step: number) {
  const inside = (within: Laid['box'], x: number, y: number) =>
    x >= within.left && x <= within.right && y >= within.top && y <= within.bottom
  for (const [x, y] of everyPlace) {
    const [px, py] = [x + 0.5, y + 0.5]
    const [qx, qy] = [a * px + b * py + c, d * px + e * py + f]
    if (x % step > 0 || y % step > 0 || !inside(second.box, px, py) || !inside(box, qx, qy)) continue
    yield { x, y, px, py, qx, qy }
  }
}

const whole = { left: 0, top: 0, right: side, bottom: side }
const same = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 }
const ways: readonly (readonly [how: string, affine: Affine, box: Laid['box']])[] = [
  ['as it is', same, whole],
  ['turned a little and shifted', { a: 0.97, b: 0.11, c: -3.2, d: -0.09, e: 1.04, f: 2.7 }, whole],
  ['mirrored', { a: -1, b: 0, c: side, d: 0, e: 1, f: 0 }, whole],
  ['within borders', { ...same, c: 4.4 }, { left: 5.7, top: 3, right: 60.2, bottom: 51.3 }],
]

test('the committed bytes are what raster-loops.wat compiles to', async () => {
  const wabt = await compiler()
  const text = readFileSync(new URL('./raster-loops.wat', import.meta.url), 'utf8')
  const module = wabt.parseWat('raster-loops.wat', text, { bulk_memory: true })
  module.validate()
  expect(compiledRasterLoops).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'))
})

test('smooths and takes surroundings away, edges too', () => {
  const plane = noise(1)
  plain.set(plane)
  smoothPlain()
  expectNear(plain, smoothed(plane))
  const one = noise(2)
  expectNear(
    lessSmoothed(one),
    one.map((value, place) => value - (smoothed(smoothed(plane))[place] ?? 0)),
  )
  plain.set(plane)
  const nine = Array.from({ length: 9 }, () => 1)
  const surroundings = around(around(plane, nine), nine)
  const wanted = one.map((value, place) => value - (surroundings[place] ?? 0))
  takeSurroundings(one)
  expectNear(one, wanted)
})

test.each(ways)('adds up block by block, laid %s', (_how, affine, box) => {
  const [first, second] = [
    { plane: noise(3), box: whole },
    { plane: noise(4), box },
  ]
  const wanted = new Float64Array(blockSums.length)
  let count = 0
  for (const { x, y, qx, qy } of places(first, second, affine, 1)) {
    count += 1
    const [a, b] = [sample(first.plane, qx, qy), at(second.plane, x, y)]
    const block = Math.floor(y / blockSide) * (side / blockSide) + Math.floor(x / blockSide)
    for (const [place, value] of [1, a, b, a * a, b * b, a * b].entries()) {
      wanted[block * sumsEach + place] = (wanted[block * sumsEach + place] ?? 0) + value
    }
  }
  const [found, cells] = addUpBlocks(first, second, affine)
  expect(found).toBe(count)
  expect(cells).toBe(
    [...places({ ...first, box: { left: -99, top: -99, right: 199, bottom: 199 } }, second, affine, 1)]
      .length,
  )
  expectNear(blockSums, wanted)
})

/** Mean difference a gain and a shift of brightness leave, and both. */
function tone(pairs: readonly (readonly [number, number])[]) {
  const mean = (of: (pair: readonly [number, number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)]
  const slope = (mean(([x, y]) => x * y) - mx * my) / (mean(([x]) => x * x) - mx * mx)
  const gain = Math.min(4, Math.max(0.2, slope))
  const shift = my - gain * mx
  return {
    gain,
    shift,
    spread: Math.max(
      1,
      mean(([x, y]) => Math.abs(y - gain * x - shift)),
    ),
  }
}

test.each(ways)('makes the equations of the next step, laid %s', (_how, affine, box) => {
  const first = { plane: smoothed(smoothed(noise(5))), box: whole }
  const grain = noise(6)
  const second = {
    plane: planeOf((x, y) => 20 + 1.3 * at(first.plane, x, y) + at(grain, x, y) / 8),
    box,
  }
  const slope = (x: number, y: number, dx: number, dy: number) => {
    const apart = clamped(x + dx) - clamped(x - dx) + clamped(y + dy) - clamped(y - dy)
    return (at(first.plane, x + dx, y + dy) - at(first.plane, x - dx, y - dy)) / apart
  }
  const across = planeOf((x, y) => slope(x, y, 1, 0))
  const down = planeOf((x, y) => slope(x, y, 0, 1))
  const found = [...places(first, second, affine, 2)].map(({ x, y, px, py, qx, qy }) => ({
    ...{ px: px / side - 0.5, py: py / side - 0.5, value: sample(first.plane, qx, qy) },
    ...{ other: at(second.plane, x, y), gx: sample(across, qx, qy), gy: sample(down, qx, qy) },
  }))
  const { gain, shift, spread } = tone(found.map(({ value, other }) => [value, other]))
  const wanted = new Float64Array(equations.length)
  for (const { px, py, value, other, gx, gy } of found) {
    const residual = other - gain * value - shift
    const weight = 1 / (1 + (residual / spread) ** 2)
    const turns = [gain * gx * px, gain * gx * py, gain * gx, gain * gy * px, gain * gy * py, gain * gy]
    const row = [...turns, value, side, residual]
    for (let r = 0; r < unknowns; r++) {
      for (let k = r; k < row.length; k++) {
        const place = r * equationsWidth + k
        wanted[place] = (wanted[place] ?? 0) + weight * (row[r] ?? 0) * (row[k] ?? 0)
      }
    }
  }
  expect(makeEquations(first, second, affine, found.length)).toBe(true)
  const upper = equations.map((value, place) =>
    place % equationsWidth < Math.floor(place / equationsWidth) ? 0 : value,
  )
  expectNear(upper, wanted)
  expect(makeEquations(first, second, affine, found.length + 1)).toBe(false)
})

test('what was laid before leaves nothing behind', () => {
  const [one, two] = [
    { plane: noise(7), box: whole },
    { plane: noise(8), box: whole },
  ]
  makeEquations(one, two, same, 1)
  const wanted = equations.slice()
  makeEquations(two, one, same, 1)
  addUpBlocks(two, two, same)
  makeEquations(one, two, same, 1)
  expect(equations).toEqual(wanted)
})
