import { attributeOf, call, closest, elementsIn, find, findAll, findNew, isElement, textOf } from './dom.ts'
import type { Rendition } from './generic/renditions.ts'
import {
  captionOf,
  isImageFile,
  linkAround,
  onPage,
  pictureAttributes,
  renditionsOf,
  shownSize,
  urlsInCss,
} from './generic/renditions.ts'
import type { Fields, Harvester, Page } from './harvester.ts'
import { layout } from './harvester.ts'
import { elementsPerPause, openShadowsIn } from './shadows.ts'

/** Elements of one page whose computed style is asked for at most. */
const maxStyled = 500

/** A picture and where it stands. */
interface Picture {
  readonly page: Page
  readonly element: Element
  /** Most likely the largest first; at least one. */
  readonly renditions: readonly Rendition[]
}

const fields: Fields<Picture> = {
  imageUrl: ({ renditions }) => renditions[0]?.url,
  thumbnailUrl: ({ renditions }) => (renditions.length > 1 ? renditions.at(-1)?.url : undefined),
  ways: ({ renditions }) =>
    renditions.slice(1, -1).map(({ url, width }) => ({ kind: 'rendition', url, width, height: undefined })),
  pageUrl: ({ page, element }) => {
    const link = linkAround(page.document, element)
    return (link && !isImageFile(link) ? link : page.url).href
  },
  width: picture => sizeOf(picture)?.width,
  height: picture => sizeOf(picture)?.height,
  title: ({ element }) => titleOf(element),
}

/** Of the largest rendition: its width is said or known, its height follows from the shape of what is shown. */
function sizeOf({ element, renditions }: Picture) {
  const width = renditions[0]?.width
  const shown = shownSize(element)
  return width && shown ? { width, height: Math.round((width * shown.height) / shown.width) } : undefined
}

function titleOf(element: Element): string | undefined {
  const written = ['alt', 'title', 'aria-label'].map(name => attributeOf(element, name)?.trim())
  const caption = captionOf(element)
  return written.find(text => text) ?? (caption && textOf(caption))
}

const parts = new WeakMap<Page, Page['roots']>()

/** The parts that are new, and the open shadow roots in them. */
function* partsOf(page: Page): Generator<undefined, Page['roots']> {
  const known = parts.get(page)
  if (known) return known
  const all = [...page.roots]
  for (const shadow of openShadowsIn(page.roots)) {
    if (shadow) all.push(shadow)
    else yield
  }
  parts.set(page, all)
  return all
}

/**
 * All that match in what is new. Of an element that changed only itself and what is around it: pages restyle the
 * wrapper of everything with each step of a scroll.
 */
function* findDeep(page: Page, selector: string): Generator<undefined, Iterable<Element>> {
  const found = new Set(findNew({ roots: yield* partsOf(page) }, selector))
  for (const element of page.changed) {
    const around = closest(element, selector)
    if (around) found.add(around)
  }
  return found
}

/** The pictures to which what changed gives an address: those of a `source`, and those in a link. */
function picturesOf(element: Element): readonly Element[] {
  const holder = closest(element, 'picture, a[href]')
  const isOwn = holder === element || (holder && closest(element, 'source') === element)
  return holder && isOwn ? findAll(holder, 'img') : []
}

function* imagesOf(page: Page): Generator<Picture | undefined> {
  const images = new Set(yield* findDeep(page, 'img'))
  for (const element of page.changed.flatMap(picturesOf)) images.add(element)
  for (const element of images) {
    const renditions = renditionsOf(page.document, element)
    yield renditions.length > 0 ? { page, element, renditions } : undefined
  }
}

const inlineBackground = '[style*="background"]'
const tileWords = ['thumb', 'photo', 'image', 'img', 'pict', 'tile', 'card', 'cover', 'gallery', 'background']
const tileKinds = 'a, div, li, figure, span, section, article, button'
const tileLike = `:is(${tileKinds}):is(${[
  ...tileWords.map(word => `[class*="${word}" i]`),
  '[role="img"]',
].join(', ')}):not(:has(img))`

const styled = new WeakMap<Document, WeakSet<Element>>()
const styledCount = new WeakMap<Document, number>()

/**
 * What is new and looks like a tile, and tiles around what is new or changed. Asked of one element after the other: to
 * ask it of all at once takes a large page longer than a picture may be waited for.
 */
function* tilesOf(page: Page): Generator<Element | undefined> {
  const parts = yield* partsOf(page)
  for (const part of [...parts, ...page.changed]) {
    if (isElement(part)) yield closest(part, tileLike)
  }
  let passed = 0
  for (const part of parts) {
    for (const element of elementsIn(part, tileKinds)) {
      if (call(element, 'matches', tileLike) === true) yield element
      else if (++passed % elementsPerPause === 0) yield undefined
    }
  }
}

/** Backgrounds that stand in the element itself, and those of style sheets where an element looks like a tile. */
function* backgroundsOf(page: Page): Generator<Picture | undefined> {
  const { document } = page
  for (const element of yield* findDeep(page, inlineBackground)) {
    yield background(page, element, attributeOf(element, 'style') ?? '')
  }
  const view = call(document, 'defaultView') as Window | null
  const known = styled.get(document) ?? new WeakSet()
  styled.set(document, known)
  if (!view || (styledCount.get(document) ?? 0) >= maxStyled) return
  for (const element of tilesOf(page)) {
    const count = styledCount.get(document) ?? 0
    if (count >= maxStyled) return
    const isNew = element && !known.has(element)
    if (isNew) {
      known.add(element)
      styledCount.set(document, count + 1)
    }
    yield isNew ? background(page, element, view.getComputedStyle(element).backgroundImage) : undefined
  }
}

function background(page: Page, element: Element, css: string): Picture | undefined {
  const urls = urlsInCss(page.document, css)
  if (urls.length === 0) return undefined
  const link = linkAround(page.document, element)
  const linked = link && isImageFile(link) ? [link.href] : []
  return { page, element, renditions: [...new Set([...linked, ...urls])].map(url => ({ url, weight: 0 })) }
}

/** Links to image files that show no picture themselves. */
function* linksOf(page: Page): Generator<Picture | undefined> {
  for (const element of yield* findDeep(page, 'a[href]')) {
    const url = onPage(page.document, attributeOf(element, 'href'))
    const isFile = url !== undefined && isImageFile(url) && !find(element, 'img')
    yield isFile ? { page, element, renditions: [{ url: url.href, weight: 0 }] } : undefined
  }
}

const metaNames = ['og:image', 'og:image:url', 'og:image:secure_url', 'twitter:image', 'twitter:image:src']
const metaImages = metaNames.flatMap(name => [`meta[property="${name}"]`, `meta[name="${name}"]`]).join(', ')

/** The picture a page names for those who link to it. */
function* namedByPage(page: Page): Generator<Picture | undefined> {
  for (const element of findNew({ roots: page.roots }, metaImages)) {
    const url = onPage(page.document, attributeOf(element, 'content'))
    yield url && { page, element, renditions: [{ url: url.href, weight: 0 }] }
  }
}

const meta = (page: Page, property: string) => {
  const element = find(page.document, `meta[property="${property}"]`)
  return element && attributeOf(element, 'content')
}

const sources = new WeakMap<Element, { readonly url: string | undefined }>()

/** Pages put another picture into an element they have: then it is another result. */
function sourceOf({ element, renditions: [best] }: Picture): object {
  const known = sources.get(element)
  if (known && known.url === best?.url) return known
  const source = { url: best?.url }
  sources.set(element, source)
  return source
}

const whole = { source: sourceOf, element: ({ element }: Picture) => element }

/** Any page: every picture in it, the largest rendition first. */
export const generic: Harvester = {
  engine: 'page',
  label: 'Pictures of any page',
  verified: { by: 'documentation', on: '2026-09-14' },
  access: 'request',
  usualOriginals: 1,
  examples: ['https://example.org/'],
  hosts: [],
  matches: () => false,
  query: () => undefined,
  tiles: { selector: `img, ${inlineBackground}` },
  writesLater: ['style', ...pictureAttributes],
  readsShadows: true,
  layouts: [
    layout('images', { served: 'img, picture, lazy attributes', items: imagesOf, ...whole, fields }),
    layout('backgrounds', { served: 'CSS background images', items: backgroundsOf, ...whole, fields }),
    layout('links', {
      served: 'links to image files',
      items: linksOf,
      ...whole,
      fields: {
        ...fields,
        pageUrl: ({ page }) => page.url.href,
        title: ({ element }) => titleOf(element) ?? textOf(element),
      },
    }),
    layout('named by the page', {
      served: 'og:image, twitter:image',
      items: namedByPage,
      source: ({ element }) => element,
      element: () => undefined,
      fields: {
        ...fields,
        pageUrl: ({ page }) => page.url.href,
        width: ({ page }) => meta(page, 'og:image:width'),
        height: ({ page }) => meta(page, 'og:image:height'),
        title: ({ page }) => meta(page, 'og:image:alt') ?? meta(page, 'og:title'),
      },
    }),
  ],
}
