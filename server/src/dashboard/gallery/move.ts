import type { Layout } from './layout.ts'

const middleOf = ({ leftPx, widthPx }: { readonly leftPx: number; readonly widthPx: number }) =>
  leftPx + widthPx / 2

/** The picture of another row that stands nearest above or below; itself where there is no such row. */
function across(layout: Layout, place: number, byRows: number): number {
  const from = layout.rowOf(place)
  const to = Math.max(0, Math.min(layout.rowCount - 1, from + byRows))
  if (to === from) return place
  const box = layout.boxes(layout.row(from)).find(each => each.place === place)
  const middlePx = box ? middleOf(box) : 0
  const [first, ...rest] = layout.boxes(layout.row(to))
  if (!first) return place
  const farness = (each: typeof first) => Math.abs(middleOf(each) - middlePx)
  return rest.reduce((nearest, each) => (farness(each) < farness(nearest) ? each : nearest), first).place
}

/**
 * Where a key leads from a place.
 *
 * @param pageRows - rows a page key jumps over
 * @returns the place to go to, or `undefined` for keys that move nothing
 */
export function movePlace(key: string, place: number, layout: Layout, pageRows: number): number | undefined {
  if (layout.count === 0) return undefined
  const last = layout.count - 1
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, place - 1)
    case 'ArrowRight':
      return Math.min(last, place + 1)
    case 'ArrowUp':
      return across(layout, place, -1)
    case 'ArrowDown':
      return across(layout, place, 1)
    case 'PageUp':
      return across(layout, place, -pageRows)
    case 'PageDown':
      return across(layout, place, pageRows)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}
