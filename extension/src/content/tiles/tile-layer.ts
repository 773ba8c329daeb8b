/** Marks on the tiles of a results page, and the mode in which a person picks and drops tiles. Knows no messages. */
import { isOnPage } from '../../harvesters/dom.ts'
import { createExtras } from './extras.ts'
import { type Point, shared } from './geometry.ts'
import { createGlass } from './glass.ts'
import type { Mark } from './mark-of.ts'
import { createNearness, reachPx } from './nearness.ts'
import { createPageView, type PageView } from './page.ts'
import { createPicking } from './picking.ts'
import { createPulse } from './pulse.ts'
import { boxOf, faceOf, reveal, rootOf, scrollBy, scrollingOf, viewportOf } from './reading.ts'
import { createScene, type Scene } from './scene.ts'
import { createSurface, isOwn } from './surface.ts'
import { createTip } from './tip.ts'

/** Where our own bar and headers of pages may lie over a tile that was scrolled to, in CSS pixels. */
const marginPx = { top: 72, bottom: 110 }

/** A tile and what is to be said about it. */
export interface MarkedTile {
  /** What {@link TileLayerDeps.onPick} names it by. */
  readonly key: string
  readonly tile: Element
  readonly mark: Mark
  /** Whether a collect would take it; tiles that are not are dimmed. */
  readonly isPicked: boolean
  /** The class that holds it, where that is another one. */
  readonly className?: string
  /** A sentence on why it failed, was rejected and so on. */
  readonly reason?: string
}

export interface TileLayer {
  /** Draws the marks of these tiles and of no others. Cheap where little has changed. */
  readonly show: (tiles: readonly MarkedTile[]) => void
  /** Takes everything off the page; picking ends without a word. */
  readonly clear: () => void
  readonly startPicking: () => void
  /** Ends picking without calling `onPickingEnded`. */
  readonly stopPicking: () => void
  readonly isPicking: () => boolean
}

export interface TileLayerDeps {
  readonly document: Document
  /** The person picked or dropped tiles; drawn once {@link TileLayer.show} is called with the new state. */
  readonly onPick: (keys: readonly string[], isPicked: boolean) => void
  /** The person ended picking by Escape or Enter. */
  readonly onPickingEnded: () => void
}

export function createTileLayer({ document, onPick, onPickingEnded }: TileLayerDeps): TileLayer {
  const surface = createSurface(document)
  const view = createPageView(document, isOwn, reachPx)
  const nearness = createNearness(() => pulse.request())
  const scene = createScene({
    document,
    view,
    surface,
    near: nearness.near,
    appeared: tile => pulse.sizes.observe(tile),
    vanished: tile => pulse.sizes.unobserve(tile),
  })
  const tip = createTip(surface.root, scene.badgeAt)
  const extras = createExtras(surface)
  const picking = createPicking({
    ...createGround(document, view, scene),
    pick(tiles, isPicked) {
      const keys = new Set(tiles.filter(tile => tile.isPicked !== isPicked).map(({ key }) => key))
      if (keys.size > 0) onPick([...keys], isPicked)
    },
    redraw: () => pulse.request(),
    say: extras.tell,
    end() {
      stopPicking()
      onPickingEnded()
    },
  })
  const glass = createGlass(document, surface.root, picking, isOwn)
  const withFace = createFaces()
  let known: ReadonlyMap<Element, MarkedTile> = new Map()
  let isPicking = false

  const pulse = createPulse(document, isThorough => {
    const measured = isPicking ? extras.measure(picking) : undefined
    const looked = scene.look(isThorough)
    if (measured) extras.draw(measured)
    return looked
  })

  function stopPicking(): void {
    if (!isPicking) return
    setPicking(false)
    glass.lift()
    picking.reset()
  }

  function setPicking(next: boolean): void {
    isPicking = next
    scene.setPicking(next)
    surface.sheet.classList.toggle('picking', next)
    extras.setPicking(next, known.values())
    tip.hide()
    pulse.request()
  }

  return {
    show(tiles) {
      const next = new Map(tiles.map(withFace).map(tile => [tile.tile, tile]))
      for (const tile of known.keys()) if (!next.has(tile)) nearness.remove(tile)
      for (const tile of next.keys()) if (!known.has(tile)) nearness.add(tile)
      known = next
      scene.setTiles(next)
      surface.attach()
      pulse.start()
      tip.start()
      pulse.request()
      if (isPicking) {
        glass.lower()
        extras.count(next.values())
      }
    },
    clear() {
      stopPicking()
      for (const tile of known.keys()) nearness.remove(tile)
      known = new Map()
      scene.setTiles(known)
      scene.clear()
      pulse.stop()
      tip.stop()
      surface.host.remove()
    },
    startPicking() {
      if (isPicking) return
      surface.attach()
      pulse.start()
      setPicking(true)
      glass.lower()
    },
    stopPicking,
    isPicking: () => isPicking,
  }
}

/** Puts what is seen of a tile in the place of the tile. */
function createFaces(): (tile: MarkedTile) => MarkedTile {
  const faces = new WeakMap<Element, Element>()
  return marked => {
    const { tile } = marked
    const before = faces.get(tile)
    const face = before && isOnPage(before) ? before : faceOf(tile)
    faces.set(tile, face)
    return face === tile ? marked : { ...marked, tile: face }
  }
}

/** What picking asks of the page. */
function createGround(document: Document, view: PageView, scene: Scene) {
  const boxOfTile = ({ tile }: MarkedTile) => boxOf(tile)
  return {
    tiles: scene.tiles,
    tileAt: scene.tileAt,
    boxOf: boxOfTile,
    seenFrom: (tile: MarkedTile, anchor: MarkedTile | undefined) =>
      shared(boxOf(tile.tile), view.windowOf(tile.tile, anchor?.tile ?? rootOf(document))),
    viewport: () => viewportOf(document),
    scrolled: () => ({ x: window.scrollX, y: window.scrollY }),
    scroll(at: Point, by: Point, isNested: boolean) {
      const scroller = view.scrollerOf(view.topAt(at))
      if (isNested && scroller === scrollingOf(document)) return false
      return scrollBy(scroller, by)
    },
    reveal({ tile }: MarkedTile) {
      const { bottom } = viewportOf(document)
      const box = boxOf(tile)
      const seen = shared(box, view.windowOf(tile))
      const isInView = seen.top >= marginPx.top && seen.bottom <= bottom - marginPx.bottom
      if (!isInView || seen.bottom - seen.top < box.bottom - box.top - 1) reveal(tile)
    },
  }
}
