import type { GalleryImage } from '@gleaner/shared/gallery'
import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useKeys } from '../parts/key-sheet.tsx'
import type { Layout } from './layout.ts'
import { movePlace } from './move.ts'
import type { FoldedLayout } from './use-fold.ts'
import type { Pictures } from './use-pictures.ts'
import type { SelectionControl } from './use-selection.ts'

interface Options {
  readonly grid: RefObject<HTMLElement | null>
  readonly fold: FoldedLayout
  readonly topPx: number
  readonly pictures: Pictures
  readonly selection: SelectionControl
  readonly openId: string | null
  readonly onOpen: (image: GalleryImage) => void
  readonly onKey: (key: string, image: GalleryImage | undefined) => boolean
}

const words = [
  { shown: '← → ↑ ↓', does: 'Go to the next picture' },
  { shown: 'Home End PgUp PgDn', does: 'Go far' },
  { shown: 'Enter', does: 'Open the picture' },
  { shown: 'Space', does: 'Select or deselect it' },
  { shown: 'Shift + arrows', does: 'Select from one picture to another' },
  { shown: 'Ctrl A', does: 'Select everything the filter takes (⌘ A on a Mac)' },
  { shown: 'Esc', does: 'Select nothing' },
  { shown: 'K', does: 'Mark as kept' },
  { shown: 'N', does: 'Mark as unsure' },
  { shown: 'M', does: 'Move what is selected to a class' },
  { shown: 'C', does: 'Split what is selected off into a new class' },
  { shown: 'Del', does: 'Put into the trash' },
  { shown: 'R', does: 'Put back, in the trash' },
]

/** Rows of the window that stay in sight when a page key goes on. */
const edgePx = 90

/** Scrolls a row into sight, no further than needed. */
function showRow({ reach, scrolled }: FoldedLayout, topPx: number, index: number): void {
  const row = reach(index).row(index)
  const fromPx = topPx + row.topPx
  const abovePx = index === 0 ? 0 : fromPx - edgePx
  const belowPx = fromPx + row.heightPx + edgePx - window.innerHeight
  if (window.scrollY > abovePx) window.scrollTo({ top: Math.max(0, abovePx), behavior: 'instant' })
  else if (window.scrollY < belowPx) window.scrollTo({ top: belowPx, behavior: 'instant' })
  scrolled()
}

/** Tiles that come to stand in another row are made anew; the focus must not be lost with the old one. */
function useLastingFocus(grid: RefObject<HTMLElement | null>, layout: Layout, active: number) {
  const isHere = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: tiles are made anew exactly when the layout changes
  useLayoutEffect(() => {
    if (!isHere.current || document.activeElement !== document.body) return
    grid.current?.querySelector<HTMLElement>(`[data-place="${active}"]`)?.focus({ preventScroll: true })
  }, [layout])
  return {
    onFocus: () => {
      isHere.current = true
    },
    onBlur: ({ target }: FocusEvent) =>
      queueMicrotask(() => {
        const isInside = grid.current?.contains(document.activeElement) ?? false
        if (target.isConnected && !isInside) isHere.current = false
      }),
  }
}

/** Focus that follows the keys: one tile can be reached by Tab, the arrows lead on from there. */
export function useGridKeys({ grid, fold, topPx, pictures, selection, openId, onOpen, onKey }: Options) {
  const { layout } = fold
  const [activePlace, setActive] = useState(0)
  const isMoving = useRef(false)
  useKeys('Pictures', words)
  const active = Math.max(0, Math.min(activePlace, layout.count - 1))
  const focusIfMoved = useCallback((element: HTMLElement | null) => {
    if (!element || !isMoving.current) return
    isMoving.current = false
    element.focus({ preventScroll: true })
  }, [])
  const { placeOf, find } = pictures
  const isReady = topPx !== 0 && layout.count > 0
  const show = useRef((_place: number) => {})
  useEffect(() => {
    show.current = place => {
      setActive(place)
      showRow(fold, topPx, layout.rowOf(Math.min(place, layout.count - 1)))
    }
  })
  const openPlace = openId === null ? undefined : placeOf(openId)
  // What was looked at beside the grid is where one goes on from in it.
  useEffect(() => {
    if (isReady && openPlace !== undefined) show.current(openPlace)
  }, [isReady, openPlace])
  // A picture that is opened by its address may stand anywhere.
  const lostId = openPlace === undefined ? openId : null
  useEffect(() => {
    if (!isReady || lostId === null) return
    let isWanted = true
    find(lostId).then(
      place => isWanted && place !== undefined && show.current(place),
      () => undefined, // the panel says itself what cannot be read
    )
    return () => {
      isWanted = false
    }
  }, [isReady, lostId, find])

  const goTo = (place: number) => {
    isMoving.current = place !== active
    setActive(place)
    showRow(fold, topPx, layout.rowOf(place))
  }
  const move = (event: KeyboardEvent): boolean => {
    const { key, shiftKey, ctrlKey, metaKey } = event
    if (ctrlKey || metaKey) return false
    const rowPx = layout.count === 0 ? 1 : layout.row(layout.rowOf(active)).heightPx
    const pageRows = Math.max(1, Math.floor((window.innerHeight - 2 * edgePx) / rowPx))
    const to = movePlace(key, active, layout, pageRows)
    if (to === undefined) return false
    if (shiftKey) void selection.extendTo(to)
    goTo(to)
    if (!shiftKey) selection.begin(to, selection.picked)
    return true
  }
  const act = ({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean => {
    const image = pictures.at(active)
    if (ctrlKey || metaKey) {
      if (key.toLowerCase() !== 'a') return false
      selection.all()
      return true
    }
    if (key === ' ' && shiftKey) void selection.extendTo(active)
    else if (key === ' ') image && selection.toggle(image.id, active)
    else if (key === 'Enter') image && onOpen(image)
    else if (key === 'Escape') selection.clear()
    else return onKey(key, image)
    return true
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const onControl = event.target instanceof Element && event.target.closest('button') !== null
    if (event.altKey || event.defaultPrevented || onControl) return
    if (move(event) || act(event)) event.preventDefault()
  }
  const focus = useLastingFocus(grid, layout, active)
  return { active, setActive, focusIfMoved, handlers: { ...focus, onKeyDown } }
}
