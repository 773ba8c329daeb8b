/** Reduces a raster to 64 × 64 cells, each the mean of exactly the area it covers. */
import { isInside, loops, maxColumns, memoryBytes, memoryWords, place, placed } from './pixels.ts'

/** Cells along each side. */
export const cellSide = 64

const cells = cellSide * cellSide

/** The means of every cell, 0 to 255, row-major. */
export interface Cells {
  readonly red: Float64Array
  readonly green: Float64Array
  readonly blue: Float64Array
  /** 0.299 R + 0.587 G + 0.114 B. */
  readonly luma: Float64Array
}

/**
 * What a cell takes from a line: a part of its first pixel, whole ones, a part of its last. Borders of cells lie at 64th
 * parts of pixels, so all weights are whole numbers: 64 for a whole pixel, as many as the line has pixels for a cell.
 */
interface Span {
  readonly first: number
  /** `first` or later. */
  readonly last: number
  readonly firstWeight: number
  /** 0 when the last one is the first one. */
  readonly lastWeight: number
}

function spanOf(length: number, cell: number): Span {
  const from = cell * length
  const to = from + length
  const first = Math.floor(from / cellSide)
  const last = Math.ceil(to / cellSide) - 1
  return {
    first,
    last,
    firstWeight: Math.min((first + 1) * cellSide, to) - from,
    lastWeight: last > first ? to - last * cellSide : 0,
  }
}

/**
 * Values are summed as whole numbers and divided once, so a mean depends on nothing but the pixels of its cell.
 *
 * @param data - red, green, blue, red … ; rows of at most 20,000 pixels, without padding
 * @returns means that are valid until the next call
 */
export function cellsOf(data: Uint8Array, width: number, height: number): Cells {
  const rowBytes = width * 3
  if (rowBytes > maxColumns) throw new RangeError(`${rowBytes} values in a row`)
  writeSpans(width)
  if (isInside(data)) {
    writeRowSpans(height, rowBytes)
    loops.means(
      ...([
        data.byteOffset,
        rowBytes,
        place.line,
        place.sums,
        place.spans,
        place.planes,
        width * height,
      ] as const),
    )
  } else addRowByRow(data, width, height)
  planes.set(new Float64Array(memoryBytes().buffer as ArrayBuffer, place.planes, planes.length))
  return means
}

/** Room for the means of one picture: having it anew for each would cost as much as a ninth of the work. */
const planes = new Float64Array(4 * cells)
const plane = (at: number) => planes.subarray(at * cells, (at + 1) * cells)
const means: Cells = { red: plane(0), green: plane(1), blue: plane(2), luma: plane(3) }

/** Of a raster that lies elsewhere the rows of a cell at a time are copied to the loops. */
function addRowByRow(data: Uint8Array, width: number, height: number): void {
  const rowBytes = width * 3
  for (let y = 0; y < cellSide; y++) {
    const { first, last, firstWeight, lastWeight } = spanOf(height, y)
    const at = placed(data, first * rowBytes, (last + 1) * rowBytes)
    loops.weigh(at, last - first + 1, rowBytes, firstWeight, lastWeight, place.sums)
    loops.cells(place.sums, place.spans, place.planes + y * cellSide * 8, width * height)
  }
}

function writeRowSpans(height: number, rowBytes: number): void {
  const spans = memoryWords()
  for (let y = 0, at = place.line / spans.BYTES_PER_ELEMENT; y < cellSide; y++, at += 4) {
    const { first, last, firstWeight, lastWeight } = spanOf(height, y)
    spans[at] = first * rowBytes
    spans[at + 1] = last - first + 1
    spans[at + 2] = firstWeight
    spans[at + 3] = lastWeight
  }
}

/** Bytes of a pixel's three sums. */
const pixelBytes = 12

function writeSpans(width: number): void {
  const spans = memoryWords()
  for (let x = 0, at = place.spans / spans.BYTES_PER_ELEMENT; x < cellSide; x++, at += 4) {
    const { first, last, firstWeight, lastWeight } = spanOf(width, x)
    spans[at] = first * pixelBytes
    spans[at + 1] = Math.max(0, last - first - 1)
    spans[at + 2] = firstWeight
    spans[at + 3] = lastWeight
  }
}
