/** The small raster every fingerprint is made from, so that all of them see the same picture. */

/** Cells along each side of a {@link Miniature}. */
export const miniatureSide = 64

/** Pixels in memory: row-major, 3 bytes each (red, green, blue; sRGB), no padding. */
export interface Raster {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** A picture reduced to 64 × 64 cells, each the mean of the area it covers; values 0 to 255, row-major. */
export interface Miniature {
  readonly red: Float64Array
  readonly green: Float64Array
  readonly blue: Float64Array
  /** 0.299 R + 0.587 G + 0.114 B. */
  readonly luma: Float64Array
}

const cells = miniatureSide * miniatureSide

/**
 * Reduces (or stretches) a picture to 64 × 64 by exact area: a pixel across a border counts for each side by the
 * share that lies there. Hence the result hardly depends on the size the picture came in.
 */
export function miniature(raster: Raster): Miniature {
  const { data, width, height } = raster
  const planes = {
    red: new Float64Array(cells),
    green: new Float64Array(cells),
    blue: new Float64Array(cells),
  }
  const columns = columnSpans(width)
  const row = new Float64Array(miniatureSide * 3)
  const cellHeight = height / miniatureSide
  for (let y = 0; y < height; y++) {
    reduceRow(data, y * width * 3, columns, row)
    const last = Math.min(miniatureSide, Math.ceil((y + 1) / cellHeight))
    for (let cellY = Math.floor(y / cellHeight); cellY < last; cellY++) {
      const share = Math.min((cellY + 1) * cellHeight, y + 1) - Math.max(cellY * cellHeight, y)
      if (share > 0) addRow(planes, cellY * miniatureSide, row, share / cellHeight)
    }
  }
  const luma = planes.red.map(
    (red, at) => 0.299 * red + 0.587 * (planes.green[at] ?? 0) + 0.114 * (planes.blue[at] ?? 0),
  )
  return { ...planes, luma }
}

/** Mean Cb and Cr (JFIF), each −128 to 127; 0 and 0 for a grey picture. */
export function meanChroma({ red, blue, luma }: Miniature): readonly [cb: number, cr: number] {
  const meanLuma = mean(luma)
  return [(mean(blue) - meanLuma) * 0.564, (mean(red) - meanLuma) * 0.713]
}

/**
 * Largest difference between any two values, whatever their cell and channel: 0 for a picture all white, black or of
 * one grey. A plain area of a colour is not counted as empty: swatches are pictures.
 */
export function valueRange({ red, green, blue }: Miniature): number {
  return Math.max(...red, ...green, ...blue) - Math.min(...red, ...green, ...blue)
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

/** What each of the 64 columns takes from a source row: a left part, whole pixels, a right part; sum of shares 1. */
interface Spans {
  readonly first: Uint32Array
  readonly firstShare: Float64Array
  readonly last: Uint32Array
  readonly lastShare: Float64Array
  readonly wholeShare: number
}

function columnSpans(width: number): Spans {
  const cellWidth = width / miniatureSide
  const spans = {
    first: new Uint32Array(miniatureSide),
    firstShare: new Float64Array(miniatureSide),
    last: new Uint32Array(miniatureSide),
    lastShare: new Float64Array(miniatureSide),
    wholeShare: 1 / cellWidth,
  }
  for (let x = 0; x < miniatureSide; x++) {
    const from = x * cellWidth
    const to = (x + 1) * cellWidth
    const first = Math.floor(from)
    const last = Math.min(width, Math.ceil(to)) - 1
    spans.first[x] = first
    spans.firstShare[x] = (Math.min(first + 1, to) - from) / cellWidth
    spans.last[x] = last
    spans.lastShare[x] = last > first ? (to - last) / cellWidth : 0
  }
  return spans
}

function reduceRow(data: Uint8Array, start: number, spans: Spans, row: Float64Array): void {
  for (let x = 0; x < miniatureSide; x++) {
    const first = spans.first[x] ?? 0
    const last = spans.last[x] ?? 0
    let red = 0
    let green = 0
    let blue = 0
    for (let at = start + (first + 1) * 3; at < start + last * 3; at += 3) {
      red += data[at] as number
      green += data[at + 1] as number
      blue += data[at + 2] as number
    }
    const whole = spans.wholeShare
    const left = spans.firstShare[x] ?? 0
    const right = spans.lastShare[x] ?? 0
    const leftAt = start + first * 3
    const rightAt = start + last * 3
    row[x * 3] = red * whole + (data[leftAt] as number) * left + (data[rightAt] as number) * right
    row[x * 3 + 1] =
      green * whole + (data[leftAt + 1] as number) * left + (data[rightAt + 1] as number) * right
    row[x * 3 + 2] =
      blue * whole + (data[leftAt + 2] as number) * left + (data[rightAt + 2] as number) * right
  }
}

function addRow(
  planes: { red: Float64Array; green: Float64Array; blue: Float64Array },
  start: number,
  row: Float64Array,
  share: number,
): void {
  for (let x = 0; x < miniatureSide; x++) {
    planes.red[start + x] = (planes.red[start + x] as number) + (row[x * 3] as number) * share
    planes.green[start + x] = (planes.green[start + x] as number) + (row[x * 3 + 1] as number) * share
    planes.blue[start + x] = (planes.blue[start + x] as number) + (row[x * 3 + 2] as number) * share
  }
}
