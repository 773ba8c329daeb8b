/** Walks along rows and columns of a picture: grounds of one tone, straight edges, marks laid over it, text. */
import type { Raster } from './luma.ts'
import { textIn, zigzagRoom } from './quality-text.ts'

/** Lines that are walked along, evenly spread. */
const mostRows = 28
const mostColumns = 16
/** Pixels of a row that are looked at; of longer ones every second, third … */
const mostAcross = 700
/** How far away the row lies that tells letters from what goes on straight up and down. */
const besidePx = 4
/** Tones this near each other are one, in levels. */
const sameTone = 3
/** A step of brightness is an edge. */
const edgeStep = 8
/** Of an edge straight across, this share of the columns is to show it. */
const straightShare = 0.4

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

export function surfaceOf(raster: Raster): Surface {
  const { data, width, height } = raster
  const step = Math.ceil(width / mostAcross)
  const across = Math.floor(width / step)
  const rows = Math.min(height, mostRows)
  const room = zigzagRoom(across)
  const [row, beside] = [new Uint8Array(across), new Uint8Array(across)]
  const tones = new Uint32Array(256)
  const sums = { text: 0, edges: 0, outlines: 0, strokes: 0 }
  for (let sampled = 0; sampled < rows; sampled++) {
    const y = Math.floor(((sampled + 0.5) * height) / rows)
    greenOf(data, y * width, step, row)
    greenOf(data, Math.max(0, y - besidePx) * width, step, beside)
    sums.text += textIn(row, beside, room)
    for (let x = 0; x < across; x++) {
      const tone = row[x] as number
      tones[tone] = (tones[tone] as number) + 1
    }
    addOverlay(data, y * width, row, step, sums)
  }
  const pixels = rows * across
  const [firstTone, secondTone] = topTones(tones)
  return {
    text: sums.text / pixels,
    firstTone: firstTone / pixels,
    secondTone: secondTone / pixels,
    straight: straightEdges(raster),
    overlay: { edges: sums.edges / pixels, outlines: sums.outlines / pixels, strokes: sums.strokes / pixels },
  }
}

/** Green: the channel every format keeps best. */
function greenOf(data: Uint8Array, firstPixel: number, step: number, into: Uint8Array): void {
  let at = firstPixel * 3 + 1
  for (let x = 0; x < into.length; x++, at += 3 * step) into[x] = data[at] as number
}

/** How many pixels have the most frequent tone, and how many the one after it. */
function topTones(tones: Uint32Array): readonly [first: number, second: number] {
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
  const columns = Math.min(width, mostColumns)
  const edges = new Uint8Array(height)
  for (let sampled = 0; sampled < columns; sampled++) {
    let at = Math.floor(((sampled + 0.5) * width) / columns) * 3 + 1
    let before = data[at] as number
    for (let y = 1; y < height; y++) {
      at += width * 3
      const value = data[at] as number
      const by = value - before
      before = value
      if (by >= edgeStep || by <= -edgeStep) edges[y] = (edges[y] as number) + 1
    }
  }
  let sum = 0
  for (let y = 1; y < height; y++) sum += Math.max(0, (edges[y] as number) / columns - straightShare)
  return sum
}

/** Edges of a mark are over within a few pixels; its strokes are not wider than some. */
const outlinePx = 2
const widestStrokePx = 24
/** A mark that covers less is not seen, one that covers more is no longer transparent. */
const [leastCover, mostCover] = [0.1, 0.75]
const sameCover = 0.05
const minEdge = 10

function addOverlay(
  data: Uint8Array,
  firstPixel: number,
  row: Uint8Array,
  step: number,
  sums: { edges: number; outlines: number; strokes: number },
): void {
  let [openAt, openCover] = [-widestStrokePx - 1, 0]
  for (let x = 3; x < row.length - 3; x++) {
    const by = (row[x + 1] as number) - (row[x - 1] as number)
    const size = Math.abs(by)
    // Only where it is steepest.
    if (size < minEdge || size < Math.abs((row[x + 2] as number) - (row[x] as number))) continue
    if (size <= Math.abs((row[x] as number) - (row[x - 2] as number))) continue
    sums.edges++
    const toWhite = by > 0 ? 1 : -1
    const below = (firstPixel + (x - toWhite * outlinePx) * step) * 3
    const above = (firstPixel + (x + toWhite * outlinePx) * step) * 3
    const cover = coverOf(data, below, above)
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
function coverOf(data: Uint8Array, below: number, above: number): number | undefined {
  let [least, most] = [1, 0]
  for (let channel = 0; channel < 3; channel++) {
    const low = data[below + channel] as number
    if (low > 215) return undefined
    const cover = ((data[above + channel] as number) - low) / (255 - low)
    least = Math.min(least, cover)
    most = Math.max(most, cover)
  }
  if (most - least > sameCover || least < leastCover || most > mostCover) return undefined
  return (least + most) / 2
}
