import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { folded, heightsOf, mostPx, shiftAfterLeap, shiftNearEdge, shiftTo } from './fold.ts'
import type { Layout } from './layout.ts'

export interface FoldedLayout {
  /** As the page shows it: to be asked for heights, and drawn. */
  readonly layout: Layout
  /** Whether the layout was folded anew for somebody who goes elsewhere: nothing is to be kept in its place. */
  readonly isLeap: RefObject<boolean>
  /** The layout with the height of a row on the page; it is folded anew where that row is not. */
  readonly reach: (rowIndex: number) => Layout
  /** To be called after every scrolling by program: it is not taken for a leap. */
  readonly scrolled: () => void
}

/** Windows that nobody scrolls at once by wheel or key: the scroll bar was taken. */
const leapWindows = 3

/** Any layout on a page that browsers can draw; see `fold.ts`. @param topPx - where it begins on the page */
export function useFold(whole: Layout, topPx: number): FoldedLayout {
  const [shiftPx, setShift] = useState(0)
  const isLeap = useRef(false)
  const isFolded = whole.heightPx > mostPx
  const layout = useMemo(() => folded(whole, shiftPx), [whole, shiftPx])
  const lastPx = useRef(0)
  const latest = useRef({ whole, shiftPx, topPx })
  useEffect(() => {
    latest.current = { whole, shiftPx, topPx }
  })
  const scrolled = useCallback(() => {
    lastPx.current = window.scrollY - latest.current.topPx
  }, [])
  const leapTo = useCallback((nextPx: number) => {
    isLeap.current = true
    flushSync(() => setShift(nextPx))
    isLeap.current = false
  }, [])
  useEffect(() => {
    if (!isFolded) return
    const onScroll = () => {
      const { whole, shiftPx, topPx } = latest.current
      const heights = heightsOf(whole, window.innerHeight)
      const yPx = window.scrollY - topPx
      const wayPx = Math.abs(yPx - lastPx.current)
      lastPx.current = yPx
      if (wayPx > leapWindows * window.innerHeight) {
        const nextPx = shiftAfterLeap(heights, yPx)
        if (nextPx !== shiftPx) leapTo(nextPx)
      } else setShift(shiftNearEdge(heights, shiftPx, yPx))
    }
    // Before those that look at what is in sight.
    window.addEventListener('scroll', onScroll, { passive: true, capture: true })
    return () => window.removeEventListener('scroll', onScroll, { capture: true })
  }, [isFolded, leapTo])
  const reach = useCallback(
    (rowIndex: number): Layout => {
      const { whole, shiftPx } = latest.current
      const heights = heightsOf(whole, window.innerHeight)
      const { topPx: rowPx } = whole.row(rowIndex)
      const onPagePx = rowPx - shiftPx
      if (onPagePx >= 0 && onPagePx <= heights.pagePx - heights.windowPx) return folded(whole, shiftPx)
      const nextPx = shiftTo(heights, rowPx)
      if (nextPx !== shiftPx) leapTo(nextPx)
      return folded(whole, nextPx)
    },
    [leapTo],
  )
  return { layout, isLeap, reach, scrolled }
}
