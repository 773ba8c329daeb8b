/** Finds lines of text along a row of pixels. */
import { memoryWords, place } from './pixels.ts'
import { loops } from './quality-loops.ts'

/** Values that differ less, in levels, are one tone. */
const hysteresis = 24
/** Dark and bright extremes that are looked at together: four strokes of letters. */
const inWindow = 8
/** From one window to the next. */
const windowStep = 3
/** Four strokes take no more pixels than this. */
const widestPx = 110
/** What changes less from one row to the other, as a share of the contrast, goes straight on: a fence, a striped shirt. */
const leastChange = 0.1
/** What is nearer to a tone than this share of the contrast has it. */
const sameTone = 0.22
/** What is further from both tones than this share of the contrast lies between them. */
const toneEnd = 0.3
/** What differs more from the pixel before, as a share of the contrast, is an abrupt step. */
const leastStep = 0.3

/**
 * Strokes of letters lie on a ground of one tone: they stand out from it much, abruptly, all alike, with little between
 * ground and ink, and a little above or below everything is different. Weights of these, by `bench:quality -- --tune`.
 */
const weights = {
  constant: -12.44,
  widthPx: -1.02,
  contrast: 2.64,
  calm: -0.94,
  other: -0.21,
  change: 1.18,
  ground: 2.81,
  between: -0.52,
  steps: 0.9,
} as const

/** Room for the extremes of a row. */
export interface ZigzagRoom {
  readonly values: Int32Array
  readonly places: Int32Array
}

let room: ZigzagRoom = { values: new Int32Array(0), places: new Int32Array(0) }

/** @returns room for the extremes of a row; valid until the next call */
export function zigzagRoom(length: number): ZigzagRoom {
  if (room.values.length <= length) {
    room = { values: new Int32Array(length + 1), places: new Int32Array(length + 1) }
  }
  return room
}

/**
 * @param row - brightness along a row, in the memory of the loops as is the other
 * @param beside - the same along a row some pixels above or below
 * @returns how many of its pixels belong to text
 */
export function textIn(row: Uint8Array, beside: Uint8Array, room: ZigzagRoom): number {
  const count = zigzag(row, room)
  let covered = 0
  let coveredTo = -1
  for (let first = 0; first + inWindow <= count; first += windowStep) {
    const from = room.places[first] as number
    const to = room.places[first + inWindow - 1] as number
    if (to - from > widestPx || !isText(row, beside, room, first)) continue
    covered += to - Math.max(from - 1, coveredTo)
    coveredTo = to
  }
  return covered
}

function isText(row: Uint8Array, beside: Uint8Array, { values, places }: ZigzagRoom, first: number): boolean {
  let [maxHigh, minHigh, maxLow, minLow, sumHigh, sumLow] = [0, 255, 0, 255, 0, 0]
  for (let at = first; at < first + inWindow; at += 2) {
    const [one, other] = [values[at] as number, values[at + 1] as number]
    const high = Math.max(one, other)
    const low = Math.min(one, other)
    maxHigh = Math.max(maxHigh, high)
    minHigh = Math.min(minHigh, high)
    maxLow = Math.max(maxLow, low)
    minLow = Math.min(minLow, low)
    sumHigh += high
    sumLow += low
  }
  const contrast = (2 * (sumHigh - sumLow)) / inWindow
  const isGroundBright = maxHigh - minHigh < maxLow - minLow
  const calm = (isGroundBright ? maxHigh - minHigh : maxLow - minLow) / contrast
  // Without a ground it is none, whatever else: most of what is not text ends here.
  if (calm > 0.8) return false
  const other = (isGroundBright ? maxLow - minLow : maxHigh - minHigh) / contrast
  const groundTone = isGroundBright ? maxHigh : minLow
  const lowest = (2 * sumLow) / inWindow
  const [from, to] = [places[first] as number, places[first + inWindow - 1] as number]
  const pixels = to - from + 1
  const at = row.byteOffset + from
  countTones(at, beside.byteOffset + from, pixels, { contrast, groundTone, lowest })
  const counts = memoryWords()
  const change = counts[countsAt] as number
  const ground = counts[countsAt + 1] as number
  const between = counts[countsAt + 2] as number
  const steps = counts[countsAt + 3] as number
  if (change < leastChange * contrast * pixels) return false
  const evidence =
    weights.constant +
    weights.widthPx * Math.log(pixels - 1) +
    weights.contrast * Math.log(contrast) +
    weights.calm * calm +
    weights.other * other +
    weights.change * Math.min(0.6, change / contrast / pixels) +
    weights.ground * (ground / pixels) +
    weights.between * (between / pixels) +
    weights.steps * (steps / (inWindow - 1))
  return evidence > 0
}

const countsAt = place.sums / Uint32Array.BYTES_PER_ELEMENT

interface Tones {
  readonly contrast: number
  readonly groundTone: number
  readonly lowest: number
}

/** What the loop counts along pixels, by whole numbers that say the same as shares of the contrast. */
function countTones(at: number, beside: number, pixels: number, tones: Tones): void {
  const { contrast, groundTone, lowest } = tones
  const reach = Math.floor(sameTone * contrast)
  let low = Math.floor(lowest + toneEnd * contrast)
  while ((low - lowest) / contrast <= toneEnd) low++
  let high = Math.ceil(lowest + (1 - toneEnd) * contrast)
  while ((high - lowest) / contrast >= 1 - toneEnd) high--
  const step = Math.floor(leastStep * contrast)
  loops.tones(at, beside, at + pixels, groundTone, reach, low, high, step, place.sums)
}

/** Brightest and darkest values in turn, where they differ enough. @returns how many */
function zigzag(row: Uint8Array, { values, places }: ZigzagRoom): number {
  const { length } = row
  let count = 0
  let x = 0
  // Down from the first value, so that going up comes next; where it goes up at once, the first extreme is no extreme.
  let high = row[0] ?? 0
  let highAt = 0
  while (x < length) {
    let low = high
    let lowAt = highAt
    for (; x < length; x++) {
      const value = row[x] as number
      if (value <= low) {
        low = value
        lowAt = x
      } else if (value - low >= hysteresis) break
    }
    if (x >= length) break
    values[count] = low
    places[count++] = lowAt
    high = low
    highAt = lowAt
    for (; x < length; x++) {
      const value = row[x] as number
      if (value >= high) {
        high = value
        highAt = x
      } else if (high - value >= hysteresis) break
    }
    if (x >= length) break
    values[count] = high
    places[count++] = highAt
  }
  return count
}
