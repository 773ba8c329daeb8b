/** The one element everything is drawn in, over the viewport. */
import { createClosedRoot } from '../closed-root.ts'
import { element } from '../elements.ts'
import type { Box, Point } from './geometry.ts'
import { boxOf, maxScrollTopOf, rootOf, scrollingOf } from './reading.ts'
import css from './tiles.css?inline'

const barName = 'gleaner-bar'
const ownName = 'gleaner-marks'

/** Whether an element is one that we put on the page. */
export const isOwn = ({ localName }: Element): boolean => localName === barName || localName === ownName

interface ScrollTimelineMaker {
  new (options: { readonly source: Element; readonly axis: 'block' }): AnimationTimeline
}

export interface Surface {
  readonly host: HTMLElement
  readonly root: ShadowRoot
  /** Holds what moves with the page. */
  readonly sheet: HTMLElement
  /** Puts the surface on the page where it is not there any more. */
  readonly attach: () => void
  /** Takes in where viewport and page stand. To be called once a frame, before {@link onSheet}. */
  readonly measure: () => void
  /** Moves the sheet to where {@link measure} found the page. */
  readonly follow: () => void
  /** Coordinates on the sheet of a box in the viewport. */
  readonly onSheet: (box: Box) => Box
  /** Suits the page. */
  readonly dress: (page: { readonly isRtl: boolean; readonly isDark: boolean }) => void
  /** Puts something to a place on the sheet; hides it where there is none. */
  readonly place: (made: HTMLElement, box: Box | undefined) => void
}

const px = (length: number) => `${Math.round(length * 100) / 100}px`

export function createSurface(document: Document): Surface {
  const { host, root, dress } = createClosedRoot(ownName, {
    position: 'fixed',
    inset: '0',
    display: 'block',
    'pointer-events': 'none',
    contain: 'layout style',
    // One below the bar.
    'z-index': '2147483646',
  })
  dress(css)
  const sheet = element('section', {
    class: 'sheet',
    attributes: { 'aria-label': 'Marks of Gleaner on the results' },
  })
  root.append(sheet)

  let origin: Point = { x: 0, y: 0 }
  let scale = 1
  let scrolled: Point = { x: 0, y: 0 }
  let maxTop = 0
  const ride = createRide(sheet, document)

  return {
    host,
    root,
    sheet,
    attach() {
      if (host.isConnected) return
      const page = rootOf(document)
      // Before the bar, so that the Tab key leads from the tiles to the bar.
      page.insertBefore(host, [...page.children].find(({ localName }) => localName === barName) ?? null)
    },
    measure() {
      // A page that is transformed as a whole carries along even what is fixed to the viewport.
      const { left, top, right } = boxOf(host)
      origin = { x: left, y: top }
      scale = (right - left) / (host.offsetWidth || 1) || 1
      const isCarried = Math.abs(left) > 0.5 || Math.abs(top) > 0.5 || Math.abs(scale - 1) > 0.001
      scrolled = isCarried ? { x: 0, y: 0 } : { x: window.scrollX, y: window.scrollY }
      maxTop = isCarried ? 0 : maxScrollTopOf(document)
    },
    follow: () => ride(scrolled, maxTop),
    onSheet: ({ left, top, right, bottom }) => ({
      left: (left - origin.x) / scale + scrolled.x,
      top: (top - origin.y) / scale + scrolled.y,
      right: (right - origin.x) / scale + scrolled.x,
      bottom: (bottom - origin.y) / scale + scrolled.y,
    }),
    dress({ isRtl, isDark }) {
      sheet.dir = isRtl ? 'rtl' : 'ltr'
      sheet.classList.toggle('is-dark', isDark)
    },
    place(made, box) {
      made.hidden = box === undefined
      if (!box) return
      made.style.transform = `translate(${px(box.left)}, ${px(box.top)})`
      made.style.width = px(box.right - box.left)
      made.style.height = px(box.bottom - box.top)
    },
  }
}

/**
 * Lets the sheet ride on the page: by an animation that runs with the scroll position where the browser has those, so
 * that not even a busy page leaves the marks behind; otherwise by setting its place after each scroll.
 */
function createRide(sheet: HTMLElement, document: Document): (scrolled: Point, maxTop: number) => void {
  const { ScrollTimeline } = globalThis as { ScrollTimeline?: ScrollTimelineMaker }
  let ride: Animation | undefined
  let riding = ''
  return (scrolled, maxTop) => {
    const isRiding = ScrollTimeline !== undefined && maxTop > 0 && scrolled.y >= 0
    const wanted = isRiding ? `${scrolled.x} ${maxTop}` : `${scrolled.x} ${scrolled.y} still`
    if (wanted === riding) return
    riding = wanted
    ride?.cancel()
    ride = undefined
    const x = px(-scrolled.x)
    if (!isRiding) {
      sheet.style.transform = `translate(${x}, ${px(-scrolled.y)})`
      return
    }
    ride = sheet.animate({ transform: [`translate(${x}, 0)`, `translate(${x}, ${px(-maxTop)})`] }, {
      fill: 'both',
      timeline: new ScrollTimeline({ source: scrollingOf(document), axis: 'block' }),
    } as KeyframeAnimationOptions)
  }
}
