/** What the miniature of a picture tells about its light, its colours and how much there is to see. */
import { type Miniature, miniatureSide } from './luma.ts'

/** Every second cell along each side tells as much as all of them. */
const apart = 2
const side = miniatureSide / apart
const cells = side * side
const steps = 2 * side * (side - 1)
/** Neighbouring cells that differ less, in levels of a channel, show nothing. */
const minStep = 6
/** The darkest and the brightest parts of a picture, as shares of it. */
const edgeShare = 0.05

export interface Light {
  /** Luma, 0 to 255, that 5 % of the picture is darker than, and that 5 % is brighter than. */
  readonly dark: number
  readonly bright: number
  /** Hasler and Süsstrunk's measure: 0 is grey, from about 110 on everybody calls it extremely colourful. */
  readonly colorfulness: number
  /** Share of the cells, 0 to 1, that differ from none of their neighbours. */
  readonly empty: number
  /** Mean difference of neighbouring cells, in levels; what shows nothing counts as none. */
  readonly change: number
}

const counts = new Uint16Array(256)
const isSeen = new Uint8Array(cells)
/** From a cell to the one beside it, and below it. */
const right = apart
const below = apart * miniatureSide

/** Where the cells that are looked at lie in the miniature, row by row. */
const places = Uint16Array.from(
  { length: cells },
  (_, cell) => Math.floor(cell / side) * below + (cell % side) * right,
)

export function lightOf(mini: Miniature): Light {
  const { dark, bright } = rangeOf(mini.luma)
  const { empty, change } = structureOf(mini)
  return { dark, bright, empty, change, colorfulness: colorfulnessOf(mini) }
}

function rangeOf(luma: Float64Array): Pick<Light, 'dark' | 'bright'> {
  counts.fill(0)
  for (let cell = 0; cell < cells; cell++) {
    const level = Math.min(255, ((luma[places[cell] as number] as number) + 0.5) | 0)
    counts[level] = (counts[level] as number) + 1
  }
  const levelFrom = (first: number, towards: 1 | -1) => {
    let seen = 0
    let level = first
    while (seen + (counts[level] as number) < edgeShare * cells) {
      seen += counts[level] as number
      level += towards
    }
    return level
  }
  return { dark: levelFrom(0, 1), bright: levelFrom(255, -1) }
}

/** @see D. Hasler, S. Süsstrunk, "Measuring colourfulness in natural images", 2003 */
function colorfulnessOf({ red, green, blue }: Miniature): number {
  let sumA = 0
  let sumB = 0
  let squares = 0
  for (let cell = 0; cell < cells; cell++) {
    const at = places[cell] as number
    const r = red[at] as number
    const g = green[at] as number
    const a = r - g
    const b = (r + g) / 2 - (blue[at] as number)
    sumA += a
    sumB += b
    squares += a * a + b * b
  }
  const [meanA, meanB] = [sumA / cells, sumB / cells]
  const spread = squares / cells - meanA * meanA - meanB * meanB
  return Math.sqrt(Math.max(0, spread)) + 0.3 * Math.sqrt(meanA * meanA + meanB * meanB)
}

function structureOf({ luma, red, blue }: Miniature): Pick<Light, 'empty' | 'change'> {
  isSeen.fill(0)
  let change = 0
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const cell = y * side + x
      const at = places[cell] as number
      const here = luma[at] as number
      if (x + 1 < side) {
        const by = Math.abs(here - (luma[at + right] as number))
        if (by >= minStep) change += by
        if (by >= minStep || isOtherColour(red, blue, at, at + right)) isSeen[cell] = isSeen[cell + 1] = 1
      }
      if (y + 1 < side) {
        const by = Math.abs(here - (luma[at + below] as number))
        if (by >= minStep) change += by
        if (by >= minStep || isOtherColour(red, blue, at, at + below)) isSeen[cell] = isSeen[cell + side] = 1
      }
    }
  }
  let seen = 0
  for (let cell = 0; cell < cells; cell++) seen += isSeen[cell] as number
  return { empty: 1 - seen / cells, change: change / steps }
}

const isOtherColour = (red: Float64Array, blue: Float64Array, at: number, other: number): boolean =>
  Math.abs((red[at] as number) - (red[other] as number)) >= minStep ||
  Math.abs((blue[at] as number) - (blue[other] as number)) >= minStep
