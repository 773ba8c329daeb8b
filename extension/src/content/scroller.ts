/** Scrolls a page on: the window, or the part of it that holds the results. */
import { call } from '../harvesters/dom.ts'
import { scrollingOf } from './tiles/reading.ts'

/** Part of the visible height by which a screen moves on: nothing is passed over. */
const stepShare = 0.9
/** Browsers round positions. */
const slackPx = 4

type Measure = 'scrollTop' | 'scrollHeight' | 'clientHeight'
const measure = (element: Element, name: Measure) => call(element, name) as number

const parentOf = (element: Element) => call(element, 'parentElement') as Element | null

/** The nearest element around `tile` that scrolls by itself; what scrolls the document where there is none. */
function containerOf(document: Document, tile: Element | undefined): Element {
  for (let around = tile ? parentOf(tile) : null; around; around = parentOf(around)) {
    const isLonger = measure(around, 'scrollHeight') > measure(around, 'clientHeight') + slackPx
    if (isLonger && /^(?:auto|scroll|overlay)$/.test(getComputedStyle(around).overflowY)) return around
  }
  return scrollingOf(document)
}

const isVisible = (element: Element) => (call(element, 'getClientRects') as DOMRectList).length > 0

export interface Scroller {
  /**
   * Moves one screen on. At the end of the page presses the engine's own button for more results, if there is one.
   *
   * @returns whether that was the end of the page as it is now
   */
  readonly scrollOn: () => boolean
}

export function createScroller(deps: {
  readonly document: Document
  /** A tile of the results. */
  readonly lastTile: () => Element | undefined
  /** The engine's button for more results. */
  readonly more: () => Element | undefined
}): Scroller {
  const scrollBy = (container: Element, top: number): unknown =>
    call(container, 'scrollBy', { top, behavior: 'instant' })
  const isAtEnd = (container: Element) =>
    measure(container, 'scrollTop') + measure(container, 'clientHeight') >=
    measure(container, 'scrollHeight') - slackPx

  return {
    scrollOn: () => {
      const container = containerOf(deps.document, deps.lastTile())
      const step = Math.max(1, measure(container, 'clientHeight') * stepShare)
      // Pages that wait for a scroll at their end hear of none where nothing moves.
      if (isAtEnd(container)) scrollBy(container, -step)
      scrollBy(container, step + slackPx)
      if (!isAtEnd(container)) return false
      const more = deps.more()
      if (more && isVisible(more)) call(more, 'click')
      return true
    },
  }
}
