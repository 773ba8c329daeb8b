/**
 * Browsers draw no page that is higher than some ten million pixels; a layout of a million pictures is. It is folded: the
 * page has a height that can be drawn, and shows the part of the layout that begins `shiftPx` further down. Scrolling goes
 * through the layout pixel by pixel; leaps, as by the scroll bar, go as far through the layout as through the page.
 */
import type { Layout } from './layout.ts'

/** A page of this height is drawn by every browser: Firefox ends at 17.8, Chromium at 33.5 million. */
export const mostPx = 12_000_000

/** Heights of the layout, of the page it is drawn on, and of the window. */
export interface Heights {
  readonly layoutPx: number
  readonly pagePx: number
  readonly windowPx: number
}

export const heightsOf = ({ heightPx }: Layout, windowPx: number, limitPx = mostPx): Heights => ({
  layoutPx: heightPx,
  pagePx: Math.min(heightPx, limitPx),
  windowPx,
})

const within = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value))

/** Ways that can be scrolled, of the layout and of the page. */
const waysOf = ({ layoutPx, pagePx, windowPx }: Heights) => ({
  layoutWayPx: Math.max(1, layoutPx - windowPx),
  pageWayPx: Math.max(1, pagePx - windowPx),
})

/** The shift by which the page stands as far from its top as the layout does, by their heights. @param yPx - on the page */
export function shiftAfterLeap(heights: Heights, yPx: number): number {
  const { layoutPx, pagePx } = heights
  const { layoutWayPx, pageWayPx } = waysOf(heights)
  const share = within(yPx / pageWayPx, 0, 1)
  return within(Math.round(share * layoutWayPx - yPx), 0, layoutPx - pagePx)
}

/** The shift by which a height of the layout lies as far down the page, by their heights. */
export function shiftTo(heights: Heights, layoutYPx: number): number {
  const { layoutPx, pagePx } = heights
  const { layoutWayPx, pageWayPx } = waysOf(heights)
  const pageYPx = within(layoutYPx / layoutWayPx, 0, 1) * pageWayPx
  return within(Math.round(layoutYPx - pageYPx), 0, layoutPx - pagePx)
}

/** Room, in windows, that is left above and below before the page is folded anew. */
const edgeWindows = 4

/**
 * The shift with which one can scroll on, where the page is about to end and the layout is not; the same one elsewhere.
 *
 * @param yPx - where the page is, from the top of the grid
 */
export function shiftNearEdge(heights: Heights, shiftPx: number, yPx: number): number {
  const { layoutPx, pagePx, windowPx } = heights
  const mostShiftPx = layoutPx - pagePx
  const { layoutWayPx, pageWayPx } = waysOf(heights)
  const edgePx = edgeWindows * windowPx
  // So near to an end of the layout, page and layout end together.
  const closePx = (2 * edgePx * layoutWayPx) / pageWayPx
  const layoutYPx = yPx + shiftPx
  if (yPx < edgePx && shiftPx > 0) return layoutYPx < closePx ? 0 : shiftTo(heights, layoutYPx)
  if (pageWayPx - yPx < edgePx && shiftPx < mostShiftPx) {
    return layoutWayPx - layoutYPx < closePx ? mostShiftPx : shiftTo(heights, layoutYPx)
  }
  return shiftPx
}

/** The layout as the page shows it; itself where it is not too high. */
export function folded(layout: Layout, shiftPx: number, limitPx = mostPx): Layout {
  if (layout.heightPx <= limitPx) return layout
  return {
    ...layout,
    heightPx: limitPx,
    row: index => {
      const row = layout.row(index)
      return { ...row, topPx: row.topPx - shiftPx }
    },
    rowAt: yPx => layout.rowAt(yPx + shiftPx),
  }
}
