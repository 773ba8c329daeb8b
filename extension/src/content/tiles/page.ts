/** Where things stand on a page and what hides them. Reads only; what was read is kept for one frame. */
import { type Box, type Point, shared } from './geometry.ts'
import {
  around,
  bodyOf,
  boxOf,
  climb,
  isWithin,
  overflows,
  rootOf,
  scrollingOf,
  topAt,
  viewportOf,
} from './reading.ts'

/** A cover may stick out of a tile by this much, in CSS pixels, and still be a part of it. */
const slackPx = 24

export interface PageView {
  /**
   * Where an element could be seen: what the scroll containers around it leave of the viewport and of what is near it.
   * With an anchor: what those containers leave of everything that do not hold the anchor as well.
   */
  readonly windowOf: (element: Element, anchor?: Element) => Box
  /** What of the page a click at the point would hit. */
  readonly topAt: (point: Point) => Element | undefined
  /** Whether something that is no part of the tile lies over it at the point. */
  readonly isCovered: (tile: Element, point: Point) => boolean
  /** The nearest thing around `element` that a wheel would scroll. */
  readonly scrollerOf: (element: Element | undefined) => Element
  /** How the page is written and how dark it is. */
  readonly character: () => { readonly isRtl: boolean; readonly isDark: boolean }
  /** Measures of the frame before are no longer good. */
  readonly newFrame: () => void
  /** What was learned of the page's rules may no longer hold. */
  readonly forget: () => void
}

/**
 * @param isOwn - what is no part of the page
 * @param reachPx - how much around the viewport counts as near
 */
export function createPageView(
  document: Document,
  isOwn: (element: Element) => boolean,
  reachPx: number,
): PageView {
  const top = (point: Point) => topAt(document, point, isOwn)
  const windows = createWindows(document, reachPx)
  return {
    ...windows,
    topAt: top,
    isCovered(tile, point) {
      const over = top(point)
      if (!over || isWithin(over, tile) || isWithin(tile, over)) return false
      return sticksOut(branchBeside(over, tile), tile)
    },
    scrollerOf: element => scrollerOf(document, element),
    character: () => characterOf(document),
  }
}

/** What is around `element` and does not hold `tile`, as far out as that goes. */
function branchBeside(element: Element, tile: Element): Element {
  let branch = element
  climb(element, at => {
    if (isWithin(tile, at)) return true
    branch = at
    return false
  })
  return branch
}

/** A link or a veil laid over a tile beside it in the markup is a part of the tile all the same: it ends where that ends. */
function sticksOut(cover: Element, tile: Element): boolean {
  const over = boxOf(cover)
  const under = boxOf(tile)
  return (
    over.left < under.left - slackPx ||
    over.top < under.top - slackPx ||
    over.right > under.right + slackPx ||
    over.bottom > under.bottom + slackPx
  )
}

const everything: Box = {
  left: Number.NEGATIVE_INFINITY,
  top: Number.NEGATIVE_INFINITY,
  right: Number.POSITIVE_INFINITY,
  bottom: Number.POSITIVE_INFINITY,
}

function createWindows(document: Document, reachPx: number) {
  /** Whether an element cuts off what is inside, and where it hangs. */
  let rules = new WeakMap<Element, { readonly isClipping: boolean; readonly isFixed: boolean }>()
  let windows = new Map<Element, Box>()

  const rulesOf = (element: Element) => {
    const known = rules.get(element)
    if (known) return known
    const { overflowX, overflowY, position } = getComputedStyle(element)
    // What root and body cut off, the viewport cuts off.
    const isPlain = element === rootOf(document) || element === bodyOf(document)
    const isClipping = !isPlain && (overflowX !== 'visible' || overflowY !== 'visible')
    const made = { isClipping, isFixed: position === 'fixed' }
    rules.set(element, made)
    return made
  }
  const wide = (): Box => {
    const { right, bottom } = viewportOf(document)
    return { left: -reachPx, top: -reachPx, right: right + reachPx, bottom: bottom + reachPx }
  }
  const insideOf = (element: Element | undefined, anchor: Element | undefined): Box => {
    if (anchor && (!element || isWithin(anchor, element))) return everything
    if (!element) return wide()
    const known = anchor ? undefined : windows.get(element)
    if (known) return known
    const { isClipping, isFixed } = rulesOf(element)
    const outside = isFixed ? (anchor ? everything : wide()) : insideOf(around(element), anchor)
    const made = isClipping ? shared(outside, boxOf(element)) : outside
    if (!anchor) windows.set(element, made)
    return made
  }

  return {
    windowOf: (element: Element, anchor?: Element) => insideOf(around(element), anchor),
    newFrame() {
      windows = new Map()
    },
    forget() {
      rules = new WeakMap()
    },
  }
}

function scrollerOf(document: Document, element: Element | undefined): Element {
  const scrolling = scrollingOf(document)
  const found = climb(element, at => {
    if (at === scrolling || !overflows(at)) return at === scrolling
    // What the body says counts for the viewport, unless the root says something itself.
    if (at === bodyOf(document) && getComputedStyle(rootOf(document)).overflowY === 'visible') return false
    const { overflowX, overflowY } = getComputedStyle(at)
    return /auto|scroll/.test(overflowX + overflowY)
  })
  return found ?? scrolling
}

function characterOf(document: Document) {
  const root = rootOf(document)
  const grounds = [bodyOf(document) ?? root, root].map(element =>
    (getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? []).map(Number),
  )
  // A page that paints no ground of its own is white.
  const [red = 255, green = 255, blue = 255] =
    grounds.find(([, , , alpha = 1], index) => alpha > 0 && (grounds[index]?.length ?? 0) > 2) ?? []
  return {
    isRtl: getComputedStyle(root).direction === 'rtl',
    isDark: 0.3 * red + 0.6 * green + 0.1 * blue < 96,
  }
}
