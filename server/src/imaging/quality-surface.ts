/** Looks along rows of a picture: text, grounds of one tone, straight edges, marks laid over it. */
import type { Raster } from './luma.ts'
import { memoryBytes, memoryWords, loops as pixels, place, placed } from './pixels.ts'
import { loops } from './quality-loops.ts'
import { textIn, zigzagRoom } from './quality-text.ts'

/** Rows that are looked along for text, evenly spread; of these, every second one for marks. */
const mostRows = 16
/** Pixels of a row that are looked at; of longer ones every second, third … */
const mostAcross = 700
/** How far away the row lies that tells letters from what goes on straight up and down. */
const besidePx = 4
/** Letters need so many abrupt steps in a row, in values of all channels. */
const abruptStep = 40
const minAbrupt = 16
const abruptPx = 2
/** Tones this near each other are one, in levels. */
const sameTone = 3
/** A step of brightness is an edge. */
const edgeStep = 8
/** Of an edge straight across, this share of the width is to show it. */
const straightShare = 0.4
/** The loops look at so many values together; of straight edges, from one such group to the next. */
const groupBytes = 16
const straightSkip = 64
/** Rows that are looked over for straight edges at a time. */
const stripRows = 64

export interface Surface {
  /** Share, 0 to 1, of the picture within lines of text. */
  readonly text: number
  /** Shares, 0 to 1, of the two most frequent tones. */
  readonly firstTone: number
  readonly secondTone: number
  /** Edges straight across the picture, each counted by how much of its width it takes. */
  readonly straight: number
  readonly overlay: Overlay
}

/** What a mark laid over a picture, half transparent and white, leaves along a row. Shares of all pixels. */
export interface Overlay {
  readonly edges: number
  /** Edges that could be its outline: all three channels come as much nearer to white. */
  readonly outlines: number
  /** Pairs of outlines, up and down again, that are equally strong. */
  readonly strokes: number
}

interface Sums {
  text: number
  edges: number
  outlines: number
  strokes: number
}

const tones = new Uint32Array(256)

export function surfaceOf(raster: Raster): Surface {
  const { data, width, height } = raster
  const rowBytes = width * 3
  const step = Math.ceil(width / mostAcross)
  const across = Math.floor(width / step)
  const rows = Math.min(height, mostRows)
  const sums: Sums = { text: 0, edges: 0, outlines: 0, strokes: 0 }
  tones.fill(0)
  for (let sampled = 0; sampled < rows; sampled++) {
    const y = Math.floor(((sampled + jitterOf(sampled)) * height) / rows)
    const above = Math.max(0, y - besidePx)
    const besideAt = placed(data, above * rowBytes, (y + 1) * rowBytes)
    const rowAt = besideAt + (y - above) * rowBytes
    const hasText = mayHaveText(rowAt, rowBytes, step)
    const isMarked = sampled % 2 === 0
    // Green: the channel every format keeps best.
    const row = hasText || isMarked ? lineOf(rowAt + 1, step, across, place.line) : undefined
    countTones(rowAt + 1, step, across)
    if (row && hasText) {
      const beside = lineOf(besideAt + 1, step, across, place.otherLine)
      sums.text += textIn(row, beside, zigzagRoom(across))
    }
    if (row && isMarked) addOverlay(rowAt, row, step, sums)
  }
  const pixels = rows * across
  const [firstTone, secondTone] = topTones()
  const marked = Math.ceil(rows / 2) * across
  return {
    text: sums.text / pixels,
    firstTone: firstTone / pixels,
    secondTone: secondTone / pixels,
    straight: straightEdges(raster),
    overlay: { edges: sums.edges / marked, outlines: sums.outlines / marked, strokes: sums.strokes / marked },
  }
}

/** Rows lie at no even distance, for lines of text do: all of them might fall between two. @returns 0 up to 1 */
const jitterOf = (sampled: number) => (sampled * 0.618 + 0.5) % 1

/** Most rows have none, and that is told by a glance. */
function mayHaveText(rowAt: number, rowBytes: number, step: number): boolean {
  const apart = abruptPx * step * 3
  const end = rowAt + rowBytes - apart - groupBytes + 1
  return end > rowAt && loops.differing(rowAt, end, apart, abruptStep, groupBytes) >= minAbrupt * step
}

function lineOf(at: number, step: number, length: number, to: number): Uint8Array {
  pixels.gather(at, 3 * step, to, to + length)
  return memoryBytes().subarray(to, to + length)
}

function countTones(from: number, step: number, across: number): void {
  const bytes = memoryBytes()
  for (let x = 0, at = from; x < across; x++, at += 3 * step) {
    const tone = bytes[at] as number
    tones[tone] = (tones[tone] as number) + 1
  }
}

/** How many pixels have the most frequent tone, and how many the one after it. */
function topTones(): readonly [first: number, second: number] {
  const takeTop = () => {
    let top = 0
    for (let tone = 1; tone < 256; tone++) if ((tones[tone] as number) > (tones[top] as number)) top = tone
    let pixels = 0
    for (let tone = Math.max(0, top - sameTone); tone <= Math.min(255, top + sameTone); tone++) {
      pixels += tones[tone] as number
      tones[tone] = 0
    }
    return pixels
  }
  return [takeTop(), takeTop()]
}

function straightEdges({ data, width, height }: Raster): number {
  const rowBytes = width * 3
  const end = rowBytes - groupBytes + 1
  if (end <= 0) return 0
  const seen = Math.ceil(end / straightSkip) * groupBytes
  const most = Math.floor(straightShare * seen)
  let sum = 0
  for (let first = 0; first + 1 < height; first += stripRows) {
    const rows = Math.min(height - first, stripRows + 1)
    const at = placed(data, first * rowBytes, (first + rows) * rowBytes)
    sum += loops.straight(at, rows, rowBytes, end, edgeStep, straightSkip, most)
  }
  return sum / seen
}

/** Edges of a mark are over within a few pixels; its strokes are not wider than some. */
const outlinePx = 2
const widestStrokePx = 24
/** A mark that covers less is not seen, one that covers more is no longer transparent. */
const [leastCover, mostCover] = [0.1, 0.75]
const sameCover = 0.05
const minEdge = 10
/** So near the ends of a row no edges are looked for. */
const edgePx = 3

function addOverlay(rowAt: number, row: Uint8Array, step: number, sums: Sums): void {
  const bytes = memoryBytes()
  let openAt = -widestStrokePx - 1
  let openCover = 0
  if (row.length <= 2 * edgePx) return
  const edges = loops.steepest(row.byteOffset, edgePx, row.length - edgePx, minEdge, place.sums)
  sums.edges += edges
  const places = memoryWords()
  const first = place.sums / places.BYTES_PER_ELEMENT
  for (let edge = first; edge < first + edges; edge++) {
    const x = places[edge] as number
    const toWhite = (row[x + 1] as number) > (row[x - 1] as number) ? 1 : -1
    const below = rowAt + (x - toWhite * outlinePx) * step * 3
    const above = rowAt + (x + toWhite * outlinePx) * step * 3
    const cover = coverOf(bytes, below, above)
    if (cover === undefined) {
      openAt = -widestStrokePx - 1
      continue
    }
    sums.outlines++
    const isOpen = x - openAt <= widestStrokePx
    if (toWhite < 0 && isOpen && Math.abs(cover - openCover) < sameCover) sums.strokes++
    openAt = toWhite > 0 ? x : -widestStrokePx - 1
    openCover = cover
  }
}

/** How much of the way to white it is from one pixel to another, where that is the same for all three channels. */
function coverOf(bytes: Uint8Array, below: number, above: number): number | undefined {
  let least = 1
  let most = 0
  for (let channel = 0; channel < 3; channel++) {
    const low = bytes[below + channel] as number
    if (low > 215) return undefined
    const cover = ((bytes[above + channel] as number) - low) / (255 - low)
    if (cover < least) least = cover
    if (cover > most) most = cover
  }
  if (most - least > sameCover || least < leastCover || most > mostCover) return undefined
  return (least + most) / 2
}
