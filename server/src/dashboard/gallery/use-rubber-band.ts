import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { type Layout, placesIn } from './layout.ts'
import { nothingPicked, type Picked, withPicked } from './picked.ts'

/** In pixels of the layout. */
export interface Band {
  readonly leftPx: number
  readonly topPx: number
  readonly rightPx: number
  readonly bottomPx: number
}

interface Options {
  readonly grid: RefObject<HTMLElement | null>
  readonly layout: Layout
  readonly idAt: (place: number) => string | undefined
  readonly picked: Picked
  readonly onPick: (picked: Picked) => void
}

interface Drag {
  readonly pointerId: number
  readonly startX: number
  readonly startY: number
  /** What was selected before, and stays. */
  readonly before: Picked
  clientX: number
  clientY: number
  isDrawn: boolean
}

/** A press becomes a drag past this way. */
const threshold = 6
/** Near the edges of the window the page moves along. */
const edgePx = 48

/** A rectangle drawn with mouse or pen selects what it touches; with Ctrl or Shift it adds to what was selected. */
export function useRubberBand(options: Options) {
  const [band, setBand] = useState<Band | null>(null)
  const drag = useRef<Drag | null>(null)
  const latest = useRef(options)
  const wasDrawn = useRef(false)
  useEffect(() => {
    latest.current = options
  })

  const draw = () => {
    const current = drag.current
    const { grid, layout, idAt, onPick } = latest.current
    const box = grid.current?.getBoundingClientRect()
    if (!current || !box) return
    const [x, y] = [current.clientX - box.left, current.clientY - box.top]
    const next: Band = {
      leftPx: Math.max(0, Math.min(current.startX, x)),
      topPx: Math.max(0, Math.min(current.startY, y)),
      rightPx: Math.min(box.width, Math.max(current.startX, x)),
      bottomPx: Math.min(box.height, Math.max(current.startY, y)),
    }
    setBand(next)
    const ids = placesIn(layout, next).flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, step) => idAt(first + step) ?? []).flat(),
    )
    onPick(withPicked(current.before, ids, true))
  }
  const drawLatest = useRef(draw)
  useEffect(() => {
    drawLatest.current = draw
  })

  const isDrawing = band !== null
  useEffect(() => {
    if (!isDrawing) return
    let frame = 0
    const follow = () => {
      const at = drag.current?.clientY ?? edgePx
      const by = at < edgePx ? at - edgePx : Math.max(0, at - (window.innerHeight - edgePx))
      if (by !== 0) {
        window.scrollBy({ top: by / 3, behavior: 'instant' })
        drawLatest.current()
      }
      frame = requestAnimationFrame(follow)
    }
    frame = requestAnimationFrame(follow)
    return () => cancelAnimationFrame(frame)
  }, [isDrawing])

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    wasDrawn.current = false
    const box = options.grid.current?.getBoundingClientRect()
    if (event.button !== 0 || event.pointerType === 'touch' || !box) return
    const isAdding = event.ctrlKey || event.metaKey || event.shiftKey
    drag.current = {
      pointerId: event.pointerId,
      startX: event.clientX - box.left,
      startY: event.clientY - box.top,
      before: isAdding ? options.picked : nothingPicked,
      clientX: event.clientX,
      clientY: event.clientY,
      isDrawn: false,
    }
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const current = drag.current
    const box = options.grid.current?.getBoundingClientRect()
    if (!current || !box || event.pointerId !== current.pointerId) return
    current.clientX = event.clientX
    current.clientY = event.clientY
    const wayPx = Math.hypot(
      event.clientX - box.left - current.startX,
      event.clientY - box.top - current.startY,
    )
    if (!current.isDrawn && wayPx < threshold) return
    if (!current.isDrawn) event.currentTarget.setPointerCapture(event.pointerId)
    current.isDrawn = true
    draw()
  }
  const end = () => {
    wasDrawn.current = drag.current?.isDrawn ?? false
    drag.current = null
    setBand(null)
  }
  return {
    band,
    /** Whether the click that follows ends a drag, and means nothing else. */
    takesClick: () => wasDrawn.current,
    handlers: { onPointerDown, onPointerMove, onPointerUp: end, onPointerCancel: end },
  }
}
