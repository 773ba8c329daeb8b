/** What is left of a difference in tone and colour when brightness, contrast and saturation are brought to agree. */
import type { Affine } from './affine.ts'
import { type Fingerprint, lookChromaSide, lookSide } from './fingerprint.ts'
import { comparable, isInside, planesOf, sample } from './planes.ts'

const side = lookSide
/** Cells of the fine raster to one of the raster of colour. */
const cell = lookSide / lookChromaSide
const neutral = 128

export interface ToneDifference {
  /** Mean absolute difference of luma, 0 to 255. */
  readonly differenceLevels: number
  /** Mean distance of (Cb, Cr), 0 to 255. */
  readonly chromaDifference: number
  /** How the second differs from the first: gain and shift of luma, gain of chroma. */
  readonly gain: number
  readonly shift: number
  readonly saturation: number
}

export function toneDifference(first: Fingerprint, second: Fingerprint, affine: Affine): ToneDifference {
  return { ...lumaDifference(first, second, affine), ...colourDifference(first, second, affine) }
}

function lumaDifference(first: Fingerprint, second: Fingerprint, affine: Affine) {
  const { a, b, c, d, e, f } = affine
  const [boxOfFirst, boxOfSecond] = [comparable(first.content, 0), comparable(second.content, 0)]
  const [planeOfFirst, planeOfSecond] = [planesOf(first).luma, planesOf(second).luma]
  const pairs: number[] = []
  for (let y = 0.5; y < side; y += 2) {
    for (let x = 0.5; x < side; x += 2) {
      const [qx, qy] = [a * x + b * y + c, d * x + e * y + f]
      if (!isInside(boxOfSecond, x, y) || !isInside(boxOfFirst, qx, qy)) continue
      pairs.push(sample(planeOfFirst, qx, qy), sample(planeOfSecond, x, y))
    }
  }
  const [gain, shift] = line(pairs)
  let sum = 0
  for (let at = 0; at < pairs.length; at += 2) {
    sum += Math.abs((pairs[at + 1] as number) - gain * (pairs[at] as number) - shift)
  }
  return { differenceLevels: (2 * sum) / Math.max(2, pairs.length), gain, shift }
}

/** Gain and shift that bring first values nearest second ones. */
function line(pairs: readonly number[]): readonly [gain: number, shift: number] {
  const n = Math.max(1, pairs.length / 2)
  let [sx, sy, sxx, sxy] = [0, 0, 0, 0]
  for (let at = 0; at < pairs.length; at += 2) {
    const [x, y] = [pairs[at] as number, pairs[at + 1] as number]
    sx += x
    sy += y
    sxx += x * x
    sxy += x * y
  }
  const variance = sxx - (sx * sx) / n
  const gain = variance < 1e-6 ? 1 : (sxy - (sx * sy) / n) / variance
  return [gain, (sy - gain * sx) / n]
}

/**
 * The one with less colour decides: a grey copy agrees with any picture. What a gain of all colours together cannot bring
 * to agree is another hue.
 */
function colourDifference(first: Fingerprint, second: Fingerprint, { a, b, c, d, e, f }: Affine) {
  const [boxOfFirst, boxOfSecond] = [comparable(first.content, 0), comparable(second.content, 0)]
  const [xs, ys]: [number[], number[]] = [[], []]
  for (let y = 0; y < lookChromaSide; y++) {
    for (let x = 0; x < lookChromaSide; x++) {
      const [px, py] = [(x + 0.5) * cell, (y + 0.5) * cell]
      const [qx, qy] = [a * px + b * py + c, d * px + e * py + f]
      if (!isInside(boxOfSecond, px, py) || !isInside(boxOfFirst, qx, qy)) continue
      for (const plane of [0, 1]) {
        xs.push(colourAt(first, plane, qx, qy))
        ys.push(colourAt(second, plane, px, py))
      }
    }
  }
  const [strengthOfFirst, strengthOfSecond] = [power(xs), power(ys)]
  const product = xs.reduce((sum, x, at) => sum + x * (ys[at] as number), 0)
  const isFirstWeaker = strengthOfFirst < strengthOfSecond
  const strongest = Math.max(strengthOfFirst, strengthOfSecond)
  const gain = strongest < 1e-6 ? 1 : Math.min(1, Math.max(0, product / strongest))
  let sum = 0
  for (let at = 0; at < xs.length; at += 2) {
    const [weak, strong] = isFirstWeaker ? [xs, ys] : [ys, xs]
    sum += Math.hypot(
      (weak[at] as number) - gain * (strong[at] as number),
      (weak[at + 1] as number) - gain * (strong[at + 1] as number),
    )
  }
  const saturation = isFirstWeaker ? 1 / Math.max(0.01, gain) : gain
  return { chromaDifference: (2 * sum) / Math.max(2, xs.length), saturation }
}

const power = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0)

/** Cb (plane 0) or Cr (plane 1) at a place in cells of the fine raster, 0 for grey. */
function colourAt({ raster }: Fingerprint, plane: number, x: number, y: number): number {
  const most = lookChromaSide - 1
  const place = (at: number) => Math.min(most, Math.max(0, at / cell - 0.5))
  const [left, top] = [Math.min(most - 1, Math.floor(place(x))), Math.min(most - 1, Math.floor(place(y)))]
  const [dx, dy] = [place(x) - left, place(y) - top]
  const start = lookSide ** 2 + plane * lookChromaSide ** 2
  const value = (row: number, column: number) =>
    (raster[start + row * lookChromaSide + column] as number) - neutral
  const upper = value(top, left) * (1 - dx) + value(top, left + 1) * dx
  const lower = value(top + 1, left) * (1 - dx) + value(top + 1, left + 1) * dx
  return upper * (1 - dy) + lower * dy
}
