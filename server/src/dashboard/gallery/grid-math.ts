/** Sizes and moves of a grid of equal square tiles. */

export interface GridShape {
  readonly columns: number
  /** Side of a tile. */
  readonly tilePx: number
}

/** As many columns as fit with tiles of at least `minTilePx`, stretched to fill the width. */
export function gridShape(widthPx: number, minTilePx: number, gapPx: number): GridShape {
  const columns = Math.max(1, Math.floor((widthPx + gapPx) / (minTilePx + gapPx)))
  const tilePx = Math.max(1, Math.floor((widthPx - gapPx * (columns - 1)) / columns))
  return { columns, tilePx }
}

export const rowsOf = (count: number, columns: number): number => Math.ceil(count / columns)

/** Items that must be held for the rows up to `lastRow` to be filled. */
export const neededItems = (lastRow: number, columns: number, total: number): number =>
  Math.min(total, (lastRow + 1) * columns)

/**
 * Where a key leads from tile `index`.
 *
 * @param pageRows - rows a page key jumps over
 * @returns the index to go to, or `undefined` for keys that move nothing
 */
export function moveIndex(
  key: string,
  index: number,
  {
    columns,
    total,
    pageRows,
  }: { readonly columns: number; readonly total: number; readonly pageRows: number },
): number | undefined {
  if (total === 0) return undefined
  const last = total - 1
  // Up and down stay where there is no tile in that direction, except that the last row is always reached.
  const down = (rows: number) => {
    const target = index + rows * columns
    if (target <= last) return target
    return rowsOf(index + 1, columns) < rowsOf(total, columns) ? last : index
  }
  const up = (rows: number) => (index - rows * columns >= 0 ? index - rows * columns : index % columns)
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, index - 1)
    case 'ArrowRight':
      return Math.min(last, index + 1)
    case 'ArrowUp':
      return up(1)
    case 'ArrowDown':
      return down(1)
    case 'PageUp':
      return up(pageRows)
    case 'PageDown':
      return down(pageRows)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}
