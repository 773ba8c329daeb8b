import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Layout } from './layout.ts'
import type { FoldedLayout } from './use-fold.ts'
import type { InSight } from './use-pictures.ts'

/** Rows from here to there are drawn. */
export interface Sight {
  readonly firstRow: number
  readonly lastRow: number
  /** Whether it goes by too fast for pictures to be worth fetching. */
  readonly isFast: boolean
}

/** Drawn beyond the window, so that what comes into sight is there already. */
const marginPx = 500
/** Pixels a millisecond from which nobody can make out a picture. */
const fastPxPerMs = 8
const restMs = 90

const sameSight = (one: Sight, other: Sight) =>
  one.firstRow === other.firstRow && one.lastRow === other.lastRow && one.isFast === other.isFast

function sightOf(layout: Layout, topPx: number, isFast: boolean): Sight {
  const fromPx = window.scrollY - topPx
  return {
    firstRow: layout.rowAt(fromPx - marginPx),
    lastRow: layout.rowAt(fromPx + window.innerHeight + marginPx),
    isFast,
  }
}

/**
 * Which rows of a layout are near the window.
 *
 * @param topPx - distance of the layout from the top of the document
 */
export function useSight(layout: Layout, topPx: number): Sight {
  const [sight, setSight] = useState(() => sightOf(layout, topPx, false))
  useLayoutEffect(() => {
    let last = { atMs: performance.now(), yPx: window.scrollY }
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = (isFast: boolean) =>
      setSight(now => {
        const next = sightOf(layout, topPx, isFast)
        return sameSight(now, next) ? now : next
      })
    const onScroll = () => {
      const now = { atMs: performance.now(), yPx: window.scrollY }
      const speed = Math.abs(now.yPx - last.yPx) / Math.max(4, now.atMs - last.atMs)
      last = now
      const isFast = speed > fastPxPerMs
      look(isFast)
      clearTimeout(timer)
      if (isFast) timer = setTimeout(() => look(false), restMs)
    }
    const onResize = () => look(false)
    look(false)
    window.addEventListener('scroll', onScroll, { passive: true })
    window.addEventListener('resize', onResize)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('scroll', onScroll)
      window.removeEventListener('resize', onResize)
    }
  }, [layout, topPx])
  return sight
}

interface Steady extends Pick<FoldedLayout, 'layout' | 'isLeap' | 'scrolled'> {
  readonly topPx: number
  /** By how many places the list has moved, in all. */
  readonly shifted: number
  /** Another function whenever what is held has changed. */
  readonly at: (place: number) => { readonly id: string } | undefined
  readonly placeOf: (id: string) => number | undefined
  /** Set to what should stay where it is while the list is read anew. */
  readonly inSight: RefObject<InSight | undefined>
}

interface Held {
  readonly id: string | undefined
  readonly place: number
  /** How far above the window its row begins. */
  readonly offPx: number
}

/** What is looked at stays where it is on the screen, whatever is added, taken away or laid out anew above it. */
export function useSteadyScroll(steady: Steady): void {
  const { layout, isLeap, scrolled, topPx, shifted, at, placeOf, inSight } = steady
  const held = useRef<Held | undefined>(undefined)
  const lastShifted = useRef(shifted)
  const known = useRef({ placeOf })
  useLayoutEffect(() => {
    known.current = { placeOf }
  })
  useLayoutEffect(() => {
    const by = shifted - lastShifted.current
    lastShifted.current = shifted
    const before = held.current
    if (!before || layout.count === 0 || topPx === 0 || isLeap.current) return
    const now = before.id === undefined ? undefined : known.current.placeOf(before.id)
    const place = Math.max(0, Math.min(layout.count - 1, now ?? before.place + by))
    const toPx = topPx + layout.row(layout.rowOf(place)).topPx + before.offPx
    if (Math.abs(toPx - window.scrollY) >= 1) window.scrollTo({ top: toPx, behavior: 'instant' })
    scrolled()
  }, [layout, isLeap, scrolled, shifted, topPx])
  useEffect(() => {
    const note = () => {
      const fromPx = window.scrollY - topPx
      if (fromPx <= 0 || layout.count === 0) {
        held.current = undefined
        inSight.current = undefined
        return
      }
      const row = layout.row(layout.rowAt(fromPx + 1))
      const id = at(row.first)?.id
      held.current = { id, place: row.first, offPx: fromPx - row.topPx }
      inSight.current = id === undefined ? undefined : { id, place: row.first }
    }
    note()
    window.addEventListener('scroll', note, { passive: true })
    return () => window.removeEventListener('scroll', note)
  }, [layout, topPx, inSight, at])
}
