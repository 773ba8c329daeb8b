/** How many pictures of equal size are looked at at once. */

export interface ScreenShape {
  readonly columns: number
  readonly rows: number
}

const gapPx = 8

/** As many tiles of at least `tilePx` as fit; never fewer than two by two. */
export function screenShape(widthPx: number, heightPx: number, tilePx: number): ScreenShape {
  const columns = Math.max(2, Math.floor((widthPx + gapPx) / (tilePx + gapPx)))
  const sidePx = (widthPx - gapPx * (columns - 1)) / columns
  const rows = Math.max(2, Math.floor((heightPx + gapPx) / (sidePx + gapPx)))
  return { columns, rows }
}

/** Where an arrow leads from a place among `count`; `undefined` for other keys. */
export function stepTo(key: string, place: number, columns: number, count: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  }
  const by = steps[key]
  if (by === undefined) return undefined
  const to = place + by
  return to < 0 || to >= count ? place : to
}
