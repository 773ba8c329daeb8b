import { duckduckgoAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { attributeOf, find, findAll, findNew, textOf } from './dom.ts'
import { siteOf } from './filters.ts'
import type { Harvester } from './harvester.ts'
import { layout } from './harvester.ts'
import type { Reader } from './read.ts'
import { attribute, dimension, field, firstOf, listOf, text, walk } from './read.ts'

/** The host that hands pictures through; its `ip3` folder holds the icons of sites. */
const picture = 'img[src*="external-content.duckduckgo.com/iu/"]'

/**
 * What a tile and its result share: the id of the thumbnail at Bing. In the page it is a parameter of the address that
 * hands the thumbnail through, in an answer part of the address itself, which may name another server.
 */
function thumbnailId(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined
  const inner = URL.parse(address, 'https://duckduckgo.com/')?.searchParams.get('u') ?? address
  return /\bO[A-Z]{2}\.[\w-]+/.exec(inner)?.[0] ?? inner
}

const shownThumbnail = firstOf(attribute('src', picture), attribute('data-src', 'img[data-src]'))

/** The paragraph in a tile that says how large the original is. */
const sizeLabel: Reader<Element, string> = tile =>
  findAll(tile, 'p')
    .map(textOf)
    .find(words => /\d\s*×\s*\d/.test(words))

/** Class names are made anew with every release; the elements and the host of the thumbnails have stayed. */
const figures = layout('figures', {
  served: 'since 2025',
  items: page => findNew(page, 'figure').filter(figure => find(figure, picture)),
  fields: {
    thumbnailUrl: shownThumbnail,
    pageUrl: attribute('href', 'figcaption a'),
    title: firstOf(attribute('title', 'h3'), text('h3'), attribute('alt', picture)),
    width: dimension(sizeLabel, 'width'),
    height: dimension(sizeLabel, 'height'),
    tileKey: tile => thumbnailId(shownThumbnail(tile)),
  },
})

const tiles = layout('tile--img', {
  served: 'until 2025',
  items: page => findNew(page, '.tile--img'),
  fields: {
    imageUrl: attribute('data-id'),
    thumbnailUrl: firstOf(attribute('data-src', '.tile--img__img'), attribute('src', '.tile--img__img')),
    pageUrl: attribute('href', 'a.tile--img__sub'),
    title: firstOf(text('.tile--img__title'), attribute('alt', '.tile--img__img')),
    width: dimension(text('.tile--img__dimensions'), 'width'),
    height: dimension(text('.tile--img__dimensions'), 'height'),
    tileKey: tile => thumbnailId(shownThumbnail(tile)),
  },
})

/** What the page asks for while it is scrolled, and for its first results: the originals are nowhere else. */
const answers = layout('i.js', {
  served: 'since 2016 or earlier',
  items: page => answersOf(page).flatMap(answer => listOf(walk(answer, 'results'))),
  fields: {
    imageUrl: field('image'),
    thumbnailUrl: field('thumbnail'),
    pageUrl: field('url'),
    title: field('title'),
    width: field('width'),
    height: field('height'),
    tileKey: result => thumbnailId(walk(result, 'thumbnail')),
  },
})

const filterNames = {
  size: 'size',
  color: 'color',
  type: 'type',
  layout: 'aspect',
  license: 'rights',
  time: 'time',
} as const

/** Filters stand in one parameter: `iaf=size:Large,license:Public`. */
function filters({ searchParams }: URL) {
  const pairs = (searchParams.get('iaf') ?? '').split(',').flatMap(part => {
    const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(part) ?? []
    return Object.hasOwn(filterNames, name)
      ? [[filterNames[name as keyof typeof filterNames], value] as const]
      : []
  })
  const safe = searchParams.get('kp')
  return { ...siteOf(searchParams.get('q')), ...Object.fromEntries(pairs), ...(safe && { safe }) }
}

/** Hosts that serve the same page: with and without generated pictures, and with the strict filter. */
const hosts = ['duckduckgo.com', 'noai.duckduckgo.com', 'safe.duckduckgo.com']

/** DuckDuckGo Images: tiles show thumbnails alone; the originals come in the answers of `i.js`. */
export const duckduckgo: Harvester = {
  engine: 'duckduckgo',
  label: 'DuckDuckGo Images',
  verified: { by: 'real page', on: '2026-07-07' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://duckduckgo.com/?q=red+panda&iax=images&ia=images',
    'https://noai.duckduckgo.com/?q=red+panda&ia=images&iax=images&iaf=size%3ALarge',
    'https://duckduckgo.com/Red_panda?ia=images&iax=images',
  ],
  hosts: hosts.map(host => `https://${host}/*`),
  matches: url => hosts.includes(url.hostname.replace(/^www\./, '')),
  query: url => url.searchParams.get('q') ?? undefined,
  filters,
  isChallenge: ({ document }) =>
    find(document, '.anomaly-modal__modal, .anomaly-modal__title, #challenge-form') !== undefined,
  tiles: {
    selector: 'figure, .tile--img',
    keys: tile => {
      const shown = find(tile, picture) ?? find(tile, 'img[data-src]')
      const id = shown && thumbnailId(attributeOf(shown, 'src') ?? attributeOf(shown, 'data-src'))
      return id === undefined ? [] : [id]
    },
  },
  answers: duckduckgoAnswers,
  layouts: [figures, tiles, answers],
}
