/** The tiles that are drawn just now: which they are, where they stand, what lies over them. */
import { type Box, holds, isEmpty, middle, type Point, shared } from './geometry.ts'
import type { PageView } from './page.ts'
import { badgeSpot, createPlate, type Plate, type Stand } from './plates.ts'
import type { Looked } from './pulse.ts'
import { boxOf, climb, isVisible, viewportOf } from './reading.ts'
import type { Surface } from './surface.ts'
import type { MarkedTile } from './tile-layer.ts'

/** Tiles drawn at a time, whatever the page. */
const maxPlates = 400

/** Sticky headers and footers are met here first, in CSS pixels from the edge of the viewport. */
const edgePx = 180

/** How long may be spent in one frame on finding out what lies over tiles, in milliseconds. */
const budgetMs = 4

interface Spot extends Plate {
  stand: Stand
  /** Middle of the badge, where there is room for it. */
  badge: Point | undefined
  /** What lies over it is to be found out. */
  isDue: boolean
  isBadgeCovered: boolean
  isCovered: boolean
}

export interface SceneDeps {
  readonly document: Document
  readonly view: PageView
  readonly surface: Surface
  readonly near: ReadonlySet<Element>
  /** A tile is drawn from now on, or no longer. */
  readonly appeared: (tile: Element) => void
  readonly vanished: (tile: Element) => void
}

export type Scene = ReturnType<typeof createScene>

export function createScene({ document, view, surface, near, appeared, vanished }: SceneDeps) {
  let marked: ReadonlyMap<Element, MarkedTile> = new Map()
  const spots = new Map<Element, Spot>()
  let isRtl = false
  let isPicking = false

  const standOf = (tile: Element): Stand => {
    const box = boxOf(tile)
    return { box, seen: shared(box, view.windowOf(tile)) }
  }

  /** Tiles of which something can be seen; where there are too many, those in the middle. */
  function standing(): readonly (readonly [Element, Stand])[] {
    const all = [...near]
      .filter(tile => marked.has(tile))
      .map(tile => [tile, standOf(tile)] as const)
      .filter(([, { seen }]) => !isEmpty(seen))
    if (all.length <= maxPlates) return all
    const { x, y } = middle(viewportOf(document))
    const far = ([, { seen }]: readonly [Element, Stand]) =>
      Math.hypot(middle(seen).x - x, middle(seen).y - y)
    return all.toSorted((one, other) => far(one) - far(other)).slice(0, maxPlates)
  }

  const isAtEdge = ({ y }: Point, { bottom }: Box) => y < edgePx || y > bottom - edgePx
  const pointOf = ({ badge, stand }: Spot) => badge ?? middle(stand.seen)

  /** Finds out what lies over a tile. */
  function test(tile: Element, spot: Spot, viewport: Box): void {
    const { x, y } = pointOf(spot)
    const isSeen = isVisible(tile)
    // Two corners tell of covers that begin in the middle of a badge, on whichever side.
    spot.isBadgeCovered = !isSeen || [-8, 8].some(byPx => view.isCovered(tile, { x: x + byPx, y: y + byPx }))
    const isPlateNeeded = isPicking || marked.get(tile)?.isPicked === false
    const center = middle(shared(spot.stand.seen, viewport))
    spot.isCovered = !isSeen || (isPlateNeeded ? view.isCovered(tile, center) : spot.isBadgeCovered)
    spot.isDue = false
  }

  /** Tests what is due, what is new, and what may have come under a header; answers whether there was time for all of it. */
  function testAll(now: ReadonlyMap<Element, Spot>): boolean {
    const viewport = viewportOf(document)
    const toTest: [Element, Spot][] = []
    for (const [tile, spot] of now) {
      if (!holds(viewport, pointOf(spot))) {
        spot.isDue = true
        spot.isBadgeCovered = spot.isCovered = false
      } else if (spot.isDue) toTest.unshift([tile, spot])
      else if (isAtEdge(pointOf(spot), viewport)) toTest.push([tile, spot])
    }
    const endMs = performance.now() + budgetMs
    for (const [tile, spot] of toTest) {
      if (performance.now() > endMs) return !spot.isDue
      test(tile, spot, viewport)
    }
    return true
  }

  function drop(tile: Element): void {
    spots.get(tile)?.element.remove()
    spots.delete(tile)
    vanished(tile)
  }

  function spotOf(tile: Element, stand: Stand): Spot {
    const spot: Spot = spots.get(tile) ?? {
      ...createPlate(),
      stand,
      badge: undefined,
      isDue: true,
      isBadgeCovered: true,
      isCovered: true,
    }
    spot.stand = stand
    spot.badge = badgeSpot(stand, isRtl)
    return spot
  }

  /** Everything is measured first and written afterwards. */
  function look(isThorough: boolean): Looked {
    view.newFrame()
    if (isThorough) {
      view.forget()
      for (const spot of spots.values()) spot.isDue = true
      const character = view.character()
      isRtl = character.isRtl
      surface.dress(character)
    }
    surface.measure()
    const now = new Map(standing().map(([tile, stand]) => [tile, spotOf(tile, stand)]))
    const isDone = testAll(now)

    surface.follow()
    let hasMoved = false
    for (const tile of [...spots.keys()]) {
      if (now.has(tile)) continue
      drop(tile)
      hasMoved = true
    }
    for (const [tile, spot] of now) {
      if (!spots.has(tile)) {
        spots.set(tile, spot)
        surface.sheet.append(spot.element)
        appeared(tile)
      }
      const what = marked.get(tile)
      if (what) spot.say(what)
      const shows = { badge: spot.badge !== undefined && !spot.isBadgeCovered, plate: !spot.isCovered }
      if (spot.place(surface.onSheet(spot.stand.box), spot.stand, shows)) hasMoved = true
    }
    return { hasMoved, isDone }
  }

  return {
    look,
    tiles: () => marked.values(),
    setTiles(tiles: ReadonlyMap<Element, MarkedTile>): void {
      marked = tiles
    },
    setPicking(next: boolean): void {
      isPicking = next
      for (const spot of spots.values()) spot.isDue = true
    },
    clear(): void {
      for (const tile of [...spots.keys()]) drop(tile)
    },
    /** The tile whose badge is at a point of the viewport. */
    badgeAt({ x, y }: Point): MarkedTile | undefined {
      for (const [tile, { badge, isBadgeCovered }] of spots) {
        if (badge && !isBadgeCovered && Math.hypot(badge.x - x, badge.y - y) < 12) return marked.get(tile)
      }
      return undefined
    },
    /** The tile a click at the point would mean. */
    tileAt(point: Point): MarkedTile | undefined {
      const hit = climb(view.topAt(point), element => marked.has(element))
      if (hit) return marked.get(hit)
      // Something of a tile may lie beside it in the markup, or let the pointer through.
      const under = [...spots].filter(
        ([tile, { stand }]) => holds(stand.seen, point) && !view.isCovered(tile, point),
      )
      const area = ({ left, top, right, bottom }: Box) => (right - left) * (bottom - top)
      const [first] = under.toSorted(([, one], [, other]) => area(one.stand.box) - area(other.stand.box))
      return first && marked.get(first[0])
    },
  }
}
