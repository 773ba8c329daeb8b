/** What the miniature of a picture tells about its light, its colours and how much there is to see. */
import { type Miniature, miniatureSide } from './luma.ts'

const side = miniatureSide
const cells = side * side
const steps = 2 * side * (side - 1)
/** Neighbouring cells that differ less, in levels of a channel, show nothing. */
const minStep = 3
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

export function lightOf(mini: Miniature): Light {
  return { ...rangeOf(mini.luma), ...structureOf(mini), colorfulness: colorfulnessOf(mini) }
}

function rangeOf(luma: Float64Array): Pick<Light, 'dark' | 'bright'> {
  const counts = new Uint16Array(256)
  for (let at = 0; at < cells; at++) {
    const level = Math.min(255, Math.max(0, Math.round(luma[at] as number)))
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
  let [sumA, sumB, squaresA, squaresB] = [0, 0, 0, 0]
  for (let at = 0; at < cells; at++) {
    const [r, g] = [red[at] as number, green[at] as number]
    const a = r - g
    const b = (r + g) / 2 - (blue[at] as number)
    sumA += a
    sumB += b
    squaresA += a * a
    squaresB += b * b
  }
  const [meanA, meanB] = [sumA / cells, sumB / cells]
  const spread = squaresA / cells - meanA * meanA + squaresB / cells - meanB * meanB
  return Math.sqrt(Math.max(0, spread)) + 0.3 * Math.sqrt(meanA * meanA + meanB * meanB)
}

function structureOf({ luma, red, blue }: Miniature): Pick<Light, 'empty' | 'change'> {
  const isSeen = new Uint8Array(cells)
  let change = 0
  const compare = (at: number, other: number) => {
    const by = Math.abs((luma[at] as number) - (luma[other] as number))
    if (by >= minStep) change += by
    else if (
      Math.abs((red[at] as number) - (red[other] as number)) < minStep &&
      Math.abs((blue[at] as number) - (blue[other] as number)) < minStep
    ) {
      return
    }
    isSeen[at] = 1
    isSeen[other] = 1
  }
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = y * side + x
      if (x + 1 < side) compare(at, at + 1)
      if (y + 1 < side) compare(at, at + side)
    }
  }
  let seen = 0
  for (let at = 0; at < cells; at++) seen += isSeen[at] as number
  return { empty: 1 - seen / cells, change: change / steps }
}
