/** Single measures of a page that may not want to be measured: see `call`. Nothing is written. */
import { call, isElement } from '../../harvesters/dom.ts'
import type { Box, Point } from './geometry.ts'

const shadowRootNode = 11

export const rootOf = (document: Document) => call(document, 'documentElement') as Element
export const bodyOf = (document: Document) => call(document, 'body') as Element | null

/** What scrolls with the viewport. */
export const scrollingOf = (document: Document): Element =>
  (call(document, 'scrollingElement') as Element | null) ?? rootOf(document)

/** Border box in the viewport. */
export const boxOf = (element: Element): Box => call(element, 'getBoundingClientRect') as Box

/** The viewport without scroll bars. */
export const viewportOf = (document: Document): Box => ({
  left: 0,
  top: 0,
  right: (call(rootOf(document), 'clientWidth') as number) || window.innerWidth,
  // In quirks mode the root is as high as the page.
  bottom: window.innerHeight,
})

export function maxScrollTopOf(document: Document): number {
  return Math.max(0, (call(scrollingOf(document), 'scrollHeight') as number) - window.innerHeight)
}

/** Whether there is more in an element than it shows. */
export const overflows = (element: Element): boolean =>
  (['Height', 'Width'] as const).some(
    side => (call(element, `scroll${side}`) as number) > (call(element, `client${side}`) as number),
  )

/** The element around another, out of shadow trees as well. */
export function around(element: Element): Element | undefined {
  const parent = call(element, 'parentNode') as Node | null
  if (!parent) return undefined
  if (isElement(parent)) return parent
  return (call(parent, 'host') as Element | undefined) ?? undefined
}

/** The first of `element` and those around it for which `test` holds. */
export function climb(
  element: Element | undefined,
  test: (element: Element) => boolean,
): Element | undefined {
  for (let at = element; at; at = around(at)) if (test(at)) return at
  return undefined
}

export function isWithin(inner: Element, outer: Element): boolean {
  if (call(outer, 'contains', inner) === true) return true
  const tree = call(inner, 'getRootNode') as Node
  return call(tree, 'nodeType') === shadowRootNode && isWithin(call(tree, 'host') as Element, outer)
}

/** The topmost thing at a point of the viewport that is none of ours, into an open shadow tree. */
export function topAt(
  document: Document,
  { x, y }: Point,
  isOwn: (element: Element) => boolean,
): Element | undefined {
  const first = call(document, 'elementFromPoint', x, y) as Element | null
  if (!first) return undefined
  // All that lies there is asked for only where it must be: that takes the browser far longer.
  const top = isOwn(first)
    ? (call(document, 'elementsFromPoint', x, y) as Element[]).find(element => !isOwn(element))
    : first
  const inner = top && (call(top, 'shadowRoot') as ShadowRoot | null)
  return (inner && (call(inner, 'elementFromPoint', x, y) as Element | null)) ?? top
}

/** Whether an element is meant to be seen. */
export const isVisible = (element: Element): boolean =>
  call(element, 'checkVisibility', { opacityProperty: true, visibilityProperty: true }) !== false

/** Scrolls an element to the middle of what shows it. */
export function reveal(element: Element): void {
  call(element, 'scrollIntoView', { block: 'center', inline: 'nearest', behavior: 'instant' })
}

/** Scrolls what is inside an element. Answers whether that moved it. */
export function scrollBy(scroller: Element, { x, y }: Point): boolean {
  const place = () => `${call(scroller, 'scrollLeft')} ${call(scroller, 'scrollTop')}`
  const before = place()
  call(scroller, 'scrollBy', { left: x, top: y, behavior: 'instant' })
  return place() !== before
}

/**
 * What a person sees of a tile. An element that only runs along in the text, such as a link around a picture, has the
 * height of a line, or no box at all; its picture is seen in its place.
 */
export function faceOf(tile: Element): Element {
  const { display } = getComputedStyle(tile)
  if (display !== 'inline' && display !== 'contents') return tile
  return (call(tile, 'querySelector', 'img, video, canvas') as Element | null) ?? tile
}

/** Text the page has for a picture in an element, shortened. */
export function altOf(element: Element): string {
  const image = call(element, 'matches', 'img')
    ? element
    : (call(element, 'querySelector', 'img[alt]') as Element | null)
  const alt = image && (call(image, 'getAttribute', 'alt') as string | null)
  return (alt ?? '').trim().slice(0, 80)
}
