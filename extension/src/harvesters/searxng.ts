import { searxngAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { attributeOf, find, findAll, findNew, textOf } from './dom.ts'
import { filtersFrom } from './filters.ts'
import type { Harvester, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import type { Reader } from './read.ts'
import { attribute, dimension, field, firstOf, listOf, text, walk } from './read.ts'

/** An instance may hand thumbnails through itself: `/image_proxy?url=…&h=…`. Links to originals it never does. */
function behindProxy(source: Reader<Element>): Reader<Element, string> {
  return tile => {
    const address = source(tile)
    if (typeof address !== 'string') return undefined
    const url = URL.parse(address, 'https://instance.invalid/')
    return (/\/image_proxy$/.test(url?.pathname ?? '') && url?.searchParams.get('url')) || address
  }
}

/** An engine without thumbnails shows the original itself, which is none. */
function unless(source: Reader<Element>, same: Reader<Element>): Reader<Element> {
  return tile => {
    const value = source(tile)
    return value === same(tile) ? undefined : value
  }
}

const link = firstOf(attribute('href', 'a.result-images-source'), attribute('href', 'a'))
const shown = behindProxy(
  firstOf(attribute('src', 'img.image_thumbnail'), attribute('data-src', 'img.image_thumbnail')),
)
const size = firstOf(text('.image_resolution'), text('.result-resolution'))

/** The text of an element without the label before it: `<p><span>Author:</span>Ann</p>`. */
function labelled(selector: string): Reader<Element, string> {
  return tile => {
    const element = find(tile, selector)
    const label = element && find(element, 'span')
    return (
      element &&
      textOf(element)
        .slice(label ? textOf(label).length : 0)
        .trim()
    )
  }
}

/** The same picture in other file formats. */
const formats: Reader<Element, readonly Way[]> = tile =>
  findAll(tile, '.result-format a').map(format => ({
    kind: 'rendition',
    url: attributeOf(format, 'href'),
    width: undefined,
    height: undefined,
  }))

const simple = layout('simple theme', {
  served: 'since 2017; the only theme since 2022',
  items: page => findNew(page, 'article.result-images'),
  fields: {
    imageUrl: link,
    thumbnailUrl: unless(shown, link),
    pageUrl: attribute('href', '.result-url a'),
    title: firstOf(text('.title'), attribute('alt', 'img.image_thumbnail'), text('h4')),
    width: dimension(size, 'width'),
    height: dimension(size, 'height'),
    creator: labelled('.result-author'),
    ways: formats,
  },
})

const original = attribute('href', 'a[data-toggle="modal"]')
const modalThumbnail = behindProxy(attribute('src', 'a[data-toggle="modal"] img'))

const oscar = layout('oscar theme', {
  served: '2014 to 2021',
  items: page => findNew(page, '.result-images').filter(tile => find(tile, 'a[data-toggle="modal"]')),
  fields: {
    imageUrl: original,
    thumbnailUrl: unless(modalThumbnail, original),
    pageUrl: tile => {
      const last = findAll(tile, '.modal-footer a.btn').at(-1)
      return last && attributeOf(last, 'href')
    },
    title: firstOf(attribute('alt', 'a[data-toggle="modal"] img'), text('.modal-title')),
    creator: text('.photo-author'),
  },
})

const resolution = field('resolution')

/** Results of other kinds stand among them where several categories are searched at once. */
const json = layout('format=json', {
  served: 'since 2014',
  items: page =>
    answersOf(page)
      .flatMap(answer => listOf(walk(answer, 'results')))
      .filter(result => walk(result, 'template') === 'images.html'),
  fields: {
    imageUrl: field('img_src'),
    thumbnailUrl: field('thumbnail_src'),
    pageUrl: field('url'),
    title: field('title'),
    width: dimension(resolution, 'width'),
    height: dimension(resolution, 'height'),
    creator: field('author'),
  },
})

/** SearXNG and searx: software anybody may run under an address of their own, known by its pages. */
export const searxng: Harvester = {
  engine: 'searxng',
  label: 'SearXNG and searx',
  verified: { by: 'real answer', on: '2026-08-14' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://searx.example/search?q=red+panda&categories=images',
    'https://example.org/searxng/search?q=red+panda&category_images=1&pageno=2',
  ],
  hosts: [],
  matches: () => false,
  recognises: document => find(document, 'meta[name="generator"][content^="searx" i]') !== undefined,
  query: (url, document) => {
    const field = document && find(document, '#q[name="q"], form#search input[name="q"]')
    return url.searchParams.get('q') ?? (field && attributeOf(field, 'value'))
  },
  filters: filtersFrom({ time: 'time_range', safe: 'safesearch' }),
  more: '#pagination .next_page button, #pagination .pull-right button',
  tiles: { selector: '.result-images' },
  answers: searxngAnswers,
  layouts: [simple, oscar, json],
}
