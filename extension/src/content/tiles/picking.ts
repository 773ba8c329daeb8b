/** What pointer and keys do while a person picks. Decides; measures through `page`, draws through `draw`. */
import {
  type Box,
  between,
  type Direction,
  holds,
  isEmpty,
  meets,
  middle,
  neighbour,
  type Point,
} from './geometry.ts'
import type { MarkedTile } from './tile-layer.ts'

export interface PickingDeps {
  readonly tiles: () => Iterable<MarkedTile>
  readonly tileAt: (point: Point) => MarkedTile | undefined
  readonly boxOf: (tile: MarkedTile) => Box
  /** What scroll containers leave of the box of a tile, apart from those that hold `anchor` as well. */
  readonly seenFrom: (tile: MarkedTile, anchor: MarkedTile | undefined) => Box
  readonly viewport: () => Box
  readonly scrolled: () => Point
  /** Scrolls what lies at a point. Answers whether it did; with `isNested` the page itself is left to the browser. */
  readonly scroll: (at: Point, by: Point, isNested: boolean) => boolean
  readonly reveal: (tile: MarkedTile) => void
  readonly pick: (tiles: readonly MarkedTile[], isPicked: boolean) => void
  readonly redraw: () => void
  readonly say: (tile: MarkedTile) => void
  readonly end: () => void
}

/** A rectangle being drawn, from where the pointer went down. It begins at a place of the page, not of the viewport. */
interface Drag {
  readonly from: Point
  readonly anchor: MarkedTile | undefined
  readonly offset: Point
  to: Point
  drops: boolean
  isRectangle: boolean
}

/** A pointer that moves less than this, in CSS pixels, has clicked. */
const slackPx = 5

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

export function createPicking(deps: PickingDeps) {
  let drag: Drag | undefined
  let focused: Element | undefined
  let isByKey = false

  const focusedTile = () => {
    for (const tile of deps.tiles()) if (tile.tile === focused) return tile
    return undefined
  }

  /** Where the rectangle begins just now: with the tile under it, or with the page. */
  function origin({ anchor, offset }: Drag): Point {
    const box = anchor && deps.boxOf(anchor)
    if (box && !isEmpty(box)) return { x: box.left + offset.x, y: box.top + offset.y }
    const { x, y } = deps.scrolled()
    return { x: offset.x - x, y: offset.y - y }
  }

  function rectangle(): Box | undefined {
    if (!drag?.isRectangle) return undefined
    const { left, top, right, bottom } = between(origin(drag), drag.to)
    // A straight line meets tiles, too.
    return { left, top, right: right + 1, bottom: bottom + 1 }
  }

  function begin(event: PointerEvent): void {
    const from = { x: event.clientX, y: event.clientY }
    const anchor = deps.tileAt(from)
    const box = anchor && deps.boxOf(anchor)
    const { x, y } = deps.scrolled()
    const offset = box ? { x: from.x - box.left, y: from.y - box.top } : { x: from.x + x, y: from.y + y }
    drag = { from, anchor, offset, to: from, drops: event.altKey || event.shiftKey, isRectangle: false }
  }

  function finish(current: Drag): void {
    const drawn = rectangle()
    drag = undefined
    if (drawn) {
      deps.pick(
        [...deps.tiles()].filter(
          tile => meets(deps.boxOf(tile), drawn) && meets(deps.seenFrom(tile, current.anchor), drawn),
        ),
        !current.drops,
      )
    } else if (current.anchor) {
      focused = current.anchor.tile
      deps.pick([current.anchor], !current.drops && !current.anchor.isPicked)
    }
  }

  function pointer(event: PointerEvent): void {
    if (!event.isPrimary) return
    const { type, pointerType } = event
    if (type === 'pointerdown') {
      event.preventDefault()
      isByKey = false
      if (event.button === 0) begin(event)
    } else if (!drag) return
    else if (type === 'pointermove') {
      drag.to = { x: event.clientX, y: event.clientY }
      drag.drops = event.altKey || event.shiftKey
      const { from, to } = drag
      // A finger that moves scrolls the page.
      drag.isRectangle ||= pointerType !== 'touch' && Math.hypot(to.x - from.x, to.y - from.y) > slackPx
    } else if (type === 'pointerup') finish(drag)
    else drag = undefined
    deps.redraw()
  }

  /** From which tile an arrow starts: the one it led to before, as long as it can be seen. */
  function start(boxes: readonly Box[], all: readonly MarkedTile[]): number {
    const viewport = deps.viewport()
    const at = all.findIndex(({ tile }) => tile === focused)
    const box = boxes[at]
    return box && meets(box, viewport) ? at : -1
  }

  function move(direction: Direction, extends_: boolean): void {
    const all = [...deps.tiles()]
    const boxes = all.map(deps.boxOf)
    const from = start(boxes, all)
    const viewport = deps.viewport()
    const before = all[from]
    const box = boxes[from]
    const to = box
      ? neighbour(boxes, box, direction)
      : boxes.findIndex(candidate => holds(viewport, middle(candidate)))
    const tile = all[to]
    if (!tile) return
    focused = tile.tile
    deps.reveal(tile)
    deps.say(tile)
    if (extends_) deps.pick(before ? [before, tile] : [tile], true)
  }

  function scrollBy(key: string): boolean {
    const { right, bottom } = deps.viewport()
    const page = bottom * 0.9
    const steps: Readonly<Record<string, number>> = { PageDown: page, PageUp: -page, Home: -1e7, End: 1e7 }
    const step = steps[key]
    if (step === undefined) return false
    return deps.scroll({ x: right / 2, y: bottom / 2 }, { x: 0, y: step }, false)
  }

  /** Acts on a key. Answers whether the key meant something. */
  function act({ key, shiftKey, altKey, ctrlKey, metaKey, repeat }: KeyboardEvent): boolean {
    const direction = arrows[key]
    if (key.toLowerCase() === 'a' && (ctrlKey || metaKey)) {
      deps.pick(
        [...deps.tiles()].filter(tile => !isEmpty(deps.boxOf(tile))),
        !altKey && !shiftKey,
      )
    } else if (altKey || ctrlKey || metaKey) return false
    else if (direction) move(direction, shiftKey)
    else if (key === ' ') {
      const tile = focusedTile()
      if (tile && !repeat) deps.pick([tile], !tile.isPicked)
    } else if (key === 'Escape' && drag) drag = undefined
    else if (key === 'Escape' || key === 'Enter') {
      if (!repeat) deps.end()
    } else return scrollBy(key)
    return true
  }

  return {
    pointer,
    key(event: KeyboardEvent): void {
      if (!act(event)) return
      event.preventDefault()
      isByKey = true
      deps.redraw()
    },
    wheel(event: WheelEvent): void {
      // With the control key held the browser zooms.
      if (event.ctrlKey) return
      const unit = event.deltaMode === 1 ? 32 : event.deltaMode === 2 ? deps.viewport().bottom : 1
      const by = { x: event.deltaX * unit, y: event.deltaY * unit }
      if (deps.scroll({ x: event.clientX, y: event.clientY }, by, true)) event.preventDefault()
    },
    reset(): void {
      drag = undefined
      focused = undefined
      isByKey = false
    },
    /** What is to be drawn beside the tiles, in the viewport. */
    rectangle,
    drops: () => drag?.drops === true,
    focused: () => (isByKey ? focused : undefined),
  }
}
export type Picking = ReturnType<typeof createPicking>
