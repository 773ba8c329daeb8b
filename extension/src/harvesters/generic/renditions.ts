/** Every address under which a picture of a page may be had, and which of them is likely to be the largest. */
import { attributeOf, call, closest, find, findAll } from '../dom.ts'
import { parseSrcset } from '../srcset.ts'

/** One address of a picture. */
export interface Rendition {
  readonly url: string
  /** Width in pixels where the page says it or the browser knows it. */
  readonly width?: number | undefined
  /** Larger means more likely to be the largest. */
  readonly weight: number
}

/** What stands for a size that is not said. Where a picture comes later, what is shown until then is smaller. */
const weights = { linked: 3e9, large: 2e9, lazy: 1e9, unknown: 0 } as const

/** Attributes in which pages keep the full size for a click or a magnifying glass. */
const largeAttributes = [
  'data-full',
  'data-full-src',
  'data-large',
  'data-large-src',
  'data-large_image',
  'data-original',
  'data-orig-file',
  'data-hires',
  'data-zoom-image',
  'data-zoom-src',
]
/** Attributes that hold the address until the picture comes into view. */
const lazyAttributes = ['data-src', 'data-lazy', 'data-lazy-src', 'data-actualsrc', 'data-echo']
const srcsetAttributes = ['srcset', 'data-srcset', 'data-lazy-srcset']

/** Attributes of pictures that are written or rewritten while a page is looked at. */
export const pictureAttributes = [...largeAttributes, ...lazyAttributes, ...srcsetAttributes.slice(1)]

/** Whether an address looks like that of an image file; a page about a file ends in its name, too. */
export function isImageFile(url: URL): boolean {
  return /\/[^/:]+\.(?:jpe?g|png|webp|gif|avif|bmp|tiff?)$/i.test(url.pathname)
}

/** The absolute form of an address on the page, http(s) only. */
export function onPage(document: Document, address: string | undefined): URL | undefined {
  if (!address || address.length > 8192 || /^\s*(?:data|blob|javascript|about):/i.test(address))
    return undefined
  const url = URL.parse(address.trim(), call(document, 'baseURI') as string)
  return url && /^https?:$/.test(url.protocol) ? url : undefined
}

/** The link around an element. */
export function linkAround(document: Document, element: Element): URL | undefined {
  const link = closest(element, 'a[href]')
  return link && onPage(document, attributeOf(link, 'href'))
}

/** Pictures with a shorter side are icons, spacers and trackers. */
const minSidePx = 32

const isTiny = ({ width, height }: Size) => Math.min(width, height) < minSidePx

interface Size {
  readonly width: number
  readonly height: number
}

const sized = (width: unknown, height: unknown): Size | undefined =>
  Number(width) > 0 && Number(height) > 0 ? { width: Number(width), height: Number(height) } : undefined

/** Of the picture that has come, in pixels of the page: fewer than its own where it was chosen for a dense screen. */
function naturalSize(image: Element): Size | undefined {
  return sized(call(image, 'naturalWidth'), call(image, 'naturalHeight'))
}

/** Size of the picture that is shown, or of the box it is to fill; good for its shape. */
export function shownSize(image: Element): Size | undefined {
  return naturalSize(image) ?? sized(attributeOf(image, 'width'), attributeOf(image, 'height'))
}

/**
 * @param image - an `img`
 * @returns each address once, most likely the largest first; none of an icon
 */
export function renditionsOf(document: Document, image: Element): readonly Rendition[] {
  const all: Rendition[] = []
  const add = (address: string | undefined, weight: number, width?: number) => {
    const url = onPage(document, address)?.href
    if (url !== undefined) all.push({ url, weight, width })
  }
  const link = linkAround(document, image)
  if (link && isImageFile(link)) add(link.href, weights.linked)
  for (const name of largeAttributes) add(attributeOf(image, name), weights.large)
  const box = Number(attributeOf(image, 'width')) || 1
  for (const source of [image, ...sourcesOf(image)]) {
    for (const name of srcsetAttributes) {
      for (const { url, width, density } of parseSrcset(attributeOf(source, name))) {
        add(url, width ?? (density ?? 1) * box, width)
      }
    }
  }
  const isChosen = all.some(({ weight }) => weight < weights.lazy)
  for (const name of lazyAttributes) add(attributeOf(image, name), weights.lazy)
  const natural = naturalSize(image)
  const width = isChosen ? undefined : natural?.width
  // Alone it is an icon; beside others it only keeps the place of one that has not come yet.
  const shown = all.length === 0 ? shownSize(image) : natural
  const own = shown && isTiny(shown) ? [] : [attributeOf(image, 'src'), call(image, 'currentSrc')]
  for (const address of own) {
    if (typeof address === 'string') add(address, width ?? weights.unknown, width)
  }
  return distinct(all.toSorted((a, b) => b.weight - a.weight))
}

function sourcesOf(image: Element): readonly Element[] {
  const picture = closest(image, 'picture')
  return picture ? findAll(picture, 'source') : []
}

function distinct(renditions: readonly Rendition[]): readonly Rendition[] {
  const byUrl = new Map<string, Rendition>()
  for (const one of renditions) {
    const known = byUrl.get(one.url)
    if (!known || known.width === undefined)
      byUrl.set(one.url, { ...one, weight: known?.weight ?? one.weight })
  }
  return [...byUrl.values()]
}

const cssUrl = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^'")\s]*))\s*\)(?:\s*(\d+(?:\.\d+)?)(?:x|dppx)\b)?/gi

/**
 * Addresses in a CSS value such as that of `background-image`: those of the uppermost picture, for the densest screen
 * first.
 */
export function urlsInCss(document: Document, value: string): readonly string[] {
  for (const layer of layersOf(value.slice(0, 20_000))) {
    const found = [...layer.matchAll(cssUrl)].flatMap(([, double, single, bare, density = '1']) => {
      const url = onPage(document, double ?? single ?? bare)?.href
      return url === undefined ? [] : { url, density: Number(density) }
    })
    if (found.length > 0) return found.toSorted((a, b) => b.density - a.density).map(({ url }) => url)
  }
  return []
}

/** The parts between commas that stand in no brackets. */
function layersOf(value: string): readonly string[] {
  const layers = ['']
  let depth = 0
  for (const character of value) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === ',' && depth === 0) layers.push('')
    else layers[layers.length - 1] += character
  }
  return layers
}

/** What is written under a picture. */
export function captionOf(element: Element): Element | undefined {
  const figure = closest(element, 'figure')
  return figure && find(figure, 'figcaption')
}
