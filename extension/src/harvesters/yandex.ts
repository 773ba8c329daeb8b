import type { SearchFilters } from '@gleaner/shared/candidate'
import { find, findNew } from './dom.ts'
import { chosen, inWords, siteIn } from './filters.ts'
import type { Harvester, Page, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import { at, attribute, entityDecoded, field, firstOf, json, numberOf, parameter, walk } from './read.ts'

/** State of the page's application, from which its scripts draw the results. */
const state = json(attribute('data-state'))
const renderedLink = 'a[href*="img_url="]:not([href*="cbir_id="])'

function listOf(value: unknown): readonly object[] {
  if (!Array.isArray(value)) return []
  return value.filter((item): item is object => typeof item === 'object' && item !== null)
}

function stateParts(page: Page, ...path: readonly string[]): readonly unknown[] {
  return findNew(page, '[data-state]').map(root => walk(state(root), 'initialState', ...path))
}

/**
 * Results the server put into the page: the first 30. The state outlives a second search within the same page, which
 * shows in a query other than the address's beside links that have been drawn since.
 */
function stateResults(page: Page): readonly object[] {
  const { document, url } = page
  const asked = url.searchParams.get('text')
  const held = stateParts(page, 'internalState', 'query').find(query => typeof query === 'string')
  const isOutlived = asked !== null && held !== undefined && held !== asked
  if (isOutlived && find(document, renderedLink)) return []
  return stateParts(page, 'serpList', 'items').flatMap(items => {
    const keys = walk(items, 'keys')
    if (!Array.isArray(keys)) return []
    return listOf(keys.map(key => (typeof key === 'string' ? walk(items, 'entities', key) : undefined)))
  })
}

/** Copies of the picture on other sites and other files of it on the same: largest first. */
function copies(...path: readonly string[]): (item: object) => readonly Way[] {
  const pixels = (copy: object) => numberOf(walk(copy, 'w')) * numberOf(walk(copy, 'h')) || 0
  return item => {
    const viewer = walk(item, ...path)
    const all = [...listOf(walk(viewer, 'preview')), ...listOf(walk(viewer, 'dups'))]
    return all
      .toSorted((a, b) => pixels(b) - pixels(a))
      .map(copy => ({
        kind: 'mirror',
        url: entityDecoded(field('url'))(copy),
        width: walk(copy, 'w'),
        height: walk(copy, 'h'),
      }))
  }
}

const serpList = layout('data-state serpList', {
  served: 'since November 2023',
  items: stateResults,
  fields: {
    imageUrl: firstOf(
      entityDecoded(field('origUrl')),
      entityDecoded(field('viewerData', 'preview', 0, 'url')),
      entityDecoded(parameter(field('url'), 'img_url')),
    ),
    thumbnailUrl: entityDecoded(firstOf(field('image'), field('viewerData', 'thumb', 'url'))),
    pageUrl: entityDecoded(firstOf(field('snippet', 'url'), field('viewerData', 'snippet', 'url'))),
    title: entityDecoded(firstOf(field('snippet', 'title'), field('alt'))),
    width: field('origWidth'),
    height: field('origHeight'),
    thumbnailWidth: field('viewerData', 'thumb', 'w'),
    thumbnailHeight: field('viewerData', 'thumb', 'h'),
    ways: copies('viewerData'),
  },
})

/** The first few of them, drawn by the server. */
const drawnSite = '.CbirSites-Item'

/** Pages with a given picture. The strip of similar pictures is another matter and stays out. */
const cbirSites = layout('data-state cbirSites', {
  served: 'since November 2023, search by image',
  items: page => stateParts(page, 'cbirSites', 'sites').flatMap(listOf),
  fields: {
    imageUrl: entityDecoded(field('originalImage', 'url')),
    thumbnailUrl: entityDecoded(field('thumb', 'url')),
    pageUrl: entityDecoded(field('url')),
    title: entityDecoded(field('title')),
    width: field('originalImage', 'width'),
    height: field('originalImage', 'height'),
  },
})

const oldTile = '.serp-item[data-bem]'
const item = json(attribute('data-bem'))
const itemParts = at(item, 'serp-item')
const copiesOfItem = copies('serp-item')

const dataBem = layout('serp-item data-bem', {
  served: 'until November 2023',
  items: page => findNew(page, oldTile),
  fields: {
    imageUrl: entityDecoded(firstOf(at(itemParts, 'preview', 0, 'url'), at(itemParts, 'img_href'))),
    thumbnailUrl: entityDecoded(firstOf(at(itemParts, 'thumb', 'url'), attribute('src', 'img'))),
    pageUrl: entityDecoded(at(itemParts, 'snippet', 'url')),
    title: entityDecoded(at(itemParts, 'snippet', 'title')),
    width: at(itemParts, 'preview', 0, 'w'),
    height: at(itemParts, 'preview', 0, 'h'),
    thumbnailWidth: firstOf(at(itemParts, 'thumb', 'w'), at(itemParts, 'thumb', 'size', 'width')),
    thumbnailHeight: firstOf(at(itemParts, 'thumb', 'h'), at(itemParts, 'thumb', 'size', 'height')),
    ways: tile => copiesOfItem({ 'serp-item': itemParts(tile) }),
  },
})

const linkedOriginal = entityDecoded(parameter(attribute('href'), 'img_url'))
const siteOriginal = attribute('href', 'a.Thumb')
const drawnThumbnail = firstOf(attribute('src', 'img'), attribute('data-src', 'img'))

/** Tiles the page's scripts have drawn: results past the first 30 are nowhere else. */
const links = layout('rendered links', {
  served: 'since 2020 or earlier',
  items: page => findNew(page, renderedLink),
  fields: {
    imageUrl: linkedOriginal,
    thumbnailUrl: drawnThumbnail,
    title: attribute('alt', 'img'),
  },
})

const kinds = inWords({ clipart: 'clip art', lineart: 'line drawing', demotivator: 'demotivator' })
const times = inWords({ '7D': 'past week' })

/** In Yandex's own words: what is not said in words there stays as it is in the address. */
function filters({ searchParams }: URL): SearchFilters {
  const of = (name: string) => searchParams.get(name) ?? undefined
  const exact = of('isize') === 'eq' ? `exactly ${of('iw') ?? '?'}×${of('ih') ?? '?'}` : undefined
  return chosen({
    size: exact ?? of('isize'),
    color: of('icolor'),
    type: [kinds(of('type')), of('itype')].filter(Boolean).join(', '),
    time: times(of('recent')),
    site: of('site') ?? siteIn(searchParams.get('text')),
    aspect: of('iorient'),
  })
}

function isChallenge({ document, url }: Pick<Page, 'document' | 'url'>): boolean {
  const question = '#smartcaptcha-status, .CheckboxCaptcha, .AdvancedCaptcha, .form__captcha'
  return url.pathname.startsWith('/showcaptcha') || find(document, question) !== undefined
}

const domains = ['com', 'ru', 'com.tr', 'kz', 'by', 'uz', 'eu'].map(ending => `yandex.${ending}`)
const names = [...domains, 'ya.ru']

/** Yandex Images: the results stand in the state of the page's application and, once drawn, in the links of the tiles. */
export const yandex: Harvester = {
  engine: 'yandex',
  label: 'Yandex Images',
  verified: { by: 'real page', on: '2026-04-24' },
  access: 'install',
  usualOriginals: 1,
  examples: [
    'https://yandex.com/images/search?text=red+panda',
    'https://yandex.ru/images/search?rpt=imageview&url=https%3A%2F%2Fphotos.example.org%2Fpanda.jpg',
    'https://ya.ru/images/search?text=red+panda',
  ],
  hosts: names.flatMap(name =>
    [name, `www.${name}`].flatMap(host => [`https://${host}/images/*`, `https://${host}/showcaptcha*`]),
  ),
  matches: url => names.includes(url.hostname.replace(/^(?:www|m)\./, '')),
  query: url => url.searchParams.get('text') ?? undefined,
  filters,
  isChallenge,
  more: '.FetchListButton button, .SerpList-LoadContent button',
  tiles: {
    selector: `${renderedLink}:not(.serp-item *), ${oldTile}, ${drawnSite}`,
    keys: tile =>
      [linkedOriginal, drawnThumbnail, siteOriginal]
        .map(read => read(tile))
        .filter(key => typeof key === 'string'),
  },
  writesLater: ['data-state', 'data-bem', 'data-src'],
  layouts: [serpList, cbirSites, dataBem, links],
}
