/** Where each of any number of pictures stands: equal squares, or rows that keep the shape of every picture. */

export interface GridRow {
  readonly index: number
  /** Place of its first picture. */
  readonly first: number
  readonly count: number
  readonly topPx: number
  readonly heightPx: number
}

export interface TileBox {
  readonly place: number
  readonly leftPx: number
  readonly widthPx: number
}

export interface Layout {
  /** Pictures in all. */
  readonly count: number
  readonly rowCount: number
  /** The most pictures a row has. */
  readonly columnCount: number
  readonly heightPx: number
  readonly row: (index: number) => GridRow
  /** The row of a place. */
  readonly rowOf: (place: number) => number
  /** The row at a height, the nearest one where there is none. */
  readonly rowAt: (yPx: number) => number
  readonly boxes: (row: GridRow) => readonly TileBox[]
}

const within = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value))

/** As many columns as fit with tiles of at least `minTilePx`, stretched to fill the width. */
export function squareLayout(count: number, widthPx: number, minTilePx: number, gapPx: number): Layout {
  const columnCount = Math.max(1, Math.floor((widthPx + gapPx) / (minTilePx + gapPx)))
  const tilePx = Math.max(1, Math.floor((widthPx - gapPx * (columnCount - 1)) / columnCount))
  const rowCount = Math.ceil(count / columnCount)
  const stepPx = tilePx + gapPx
  return {
    count,
    rowCount,
    columnCount,
    heightPx: Math.max(0, rowCount * stepPx - gapPx),
    row: index => {
      const first = index * columnCount
      const inRow = within(count - first, 0, columnCount)
      return { index, first, count: inRow, topPx: index * stepPx, heightPx: tilePx }
    },
    rowOf: place => Math.floor(place / columnCount),
    rowAt: yPx => within(Math.floor(yPx / stepPx), 0, Math.max(0, rowCount - 1)),
    boxes: ({ first, count: inRow }) =>
      Array.from({ length: inRow }, (_, column) => ({
        place: first + column,
        leftPx: column * stepPx,
        widthPx: tilePx,
      })),
  }
}

/** Narrower and wider pictures are cut in the grid, or a strip would take a row for itself. */
const narrowest = 0.45
const widest = 3.2
/** Width over height by its byte; see `Shapes`. */
const aspectOfByte = Float64Array.from({ length: 256 }, (_, byte) =>
  within(2 ** ((byte - 128) / 32), narrowest, widest),
)
const aspectAt = (shapes: Uint8Array, place: number) => aspectOfByte[shapes[place] ?? 128] ?? 1

/** How far a height is from the one aimed at, as much for half of it as for twice it. */
const farFrom = (heightPx: number, targetPx: number) => Math.abs(Math.log(heightPx / targetPx))

/** Where rows begin, and how high each is: full rows of about `targetPx`, the last one of at most that. */
function breakRows(shapes: Uint8Array, widthPx: number, targetPx: number, gapPx: number) {
  const firsts: number[] = []
  const heights: number[] = []
  const heightOf = (sum: number, inRow: number) => Math.max(1, (widthPx - gapPx * (inRow - 1)) / sum)
  for (let place = 0; place < shapes.length; ) {
    let sum = 0
    let inRow = 0
    let heightPx = targetPx
    while (place + inRow < shapes.length) {
      const wider = sum + aspectAt(shapes, place + inRow)
      const nextPx = heightOf(wider, inRow + 1)
      if (nextPx < targetPx) {
        const isBetterWithout =
          inRow > 0 && farFrom(heightOf(sum, inRow), targetPx) < farFrom(nextPx, targetPx)
        heightPx = isBetterWithout ? heightOf(sum, inRow) : nextPx
        inRow += isBetterWithout ? 0 : 1
        break
      }
      sum = wider
      inRow++
    }
    firsts.push(place)
    heights.push(Math.round(heightPx))
    place += inRow
  }
  return { firsts, heights }
}

/** Index of the last of `sorted` that is not above `value`. */
function lastUpTo(sorted: ArrayLike<number>, value: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((sorted[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Rows as wide as the grid in which every picture keeps its shape.
 *
 * @param shapes - one byte a picture: 128 + 32 · log2(width / height)
 * @param targetPx - height rows are near to
 */
export function rowLayout(shapes: Uint8Array, widthPx: number, targetPx: number, gapPx: number): Layout {
  const { firsts, heights } = breakRows(shapes, widthPx, targetPx, gapPx)
  const tops = new Float64Array(firsts.length + 1)
  heights.forEach((heightPx, index) => {
    tops[index + 1] = (tops[index] ?? 0) + heightPx + gapPx
  })
  const countOf = (index: number) => (firsts[index + 1] ?? shapes.length) - (firsts[index] ?? 0)
  return {
    count: shapes.length,
    rowCount: firsts.length,
    columnCount: firsts.reduce((most, _, index) => Math.max(most, countOf(index)), 1),
    heightPx: Math.max(0, (tops[firsts.length] ?? 0) - gapPx),
    row: index => ({
      index,
      first: firsts[index] ?? 0,
      count: countOf(index),
      topPx: tops[index] ?? 0,
      heightPx: heights[index] ?? targetPx,
    }),
    rowOf: place => lastUpTo(firsts, place),
    rowAt: yPx => within(lastUpTo(tops, yPx), 0, Math.max(0, firsts.length - 1)),
    boxes: row => boxesOf(shapes, row, widthPx, gapPx),
  }
}

/** Side by side; a full row ends exactly at the edge, whatever rounding took. */
function boxesOf(shapes: Uint8Array, row: GridRow, widthPx: number, gapPx: number): readonly TileBox[] {
  const places = Array.from({ length: row.count }, (_, column) => row.first + column)
  const sum = places.reduce((total, place) => total + aspectAt(shapes, place), 0)
  const roomPx = widthPx - gapPx * (row.count - 1)
  const isFull = row.first + row.count < shapes.length || sum * row.heightPx >= roomPx - sum
  const pxPerAspect = isFull ? roomPx / sum : row.heightPx
  let passed = 0
  return places.map((place, column) => {
    const leftPx = Math.round(passed * pxPerAspect) + column * gapPx
    passed += aspectAt(shapes, place)
    return { place, leftPx, widthPx: Math.round(passed * pxPerAspect) + column * gapPx - leftPx }
  })
}

/** Places of the pictures that a rectangle touches, as ranges from first to last, row by row. */
export function placesIn(
  layout: Layout,
  { leftPx, topPx, rightPx, bottomPx }: { leftPx: number; topPx: number; rightPx: number; bottomPx: number },
): readonly (readonly [first: number, last: number])[] {
  if (layout.count === 0 || bottomPx < 0 || topPx > layout.heightPx) return []
  const ranges: [number, number][] = []
  for (let index = layout.rowAt(topPx); index <= layout.rowAt(bottomPx); index++) {
    const row = layout.row(index)
    if (row.topPx > bottomPx || row.topPx + row.heightPx < topPx) continue
    const touched = layout
      .boxes(row)
      .filter(box => box.leftPx <= rightPx && box.leftPx + box.widthPx >= leftPx)
    const [first, last] = [touched.at(0), touched.at(-1)]
    if (first && last) ranges.push([first.place, last.place])
  }
  return ranges
}
