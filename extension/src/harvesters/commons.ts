import { commonsAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { attributeOf, find, findNew } from './dom.ts'
import { drawnOf } from './drawn.ts'
import { filtersFrom } from './filters.ts'
import type { Harvester, Page, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import type { Reader } from './read.ts'
import {
  attribute,
  entityDecoded,
  field,
  firstOf,
  listOf,
  numberOf,
  resolved,
  walk,
  withoutMarkup,
  wordOf,
} from './read.ts'
import { scriptLiterals } from './script-data.ts'

const origin = 'https://commons.wikimedia.org/'

/** `…/thumb/a/ab/Name.jpg/320px-Name.jpg`: a copy of `…/a/ab/Name.jpg` in another width, also of a page of a file. */
const copyOf =
  /^((?:https?:)?\/\/upload\.wikimedia\.org\/wikipedia\/[a-z-]+)\/thumb(\/[\da-f]\/[\da-f]{2}\/[^/?#]+)\/[^/?#]+/

function original(address: unknown): string | undefined {
  if (typeof address !== 'string' || !/\/\/upload\.wikimedia\.org\//.test(address)) return undefined
  const [, start, file] = copyOf.exec(address) ?? []
  return start === undefined ? address : `${start}${file}`
}

/** Sound, film, models and documents stand among the results as well; their originals are no pictures. */
const otherFile = /\.(?:web[mv]|og[agv]|opus|mp[34]|mpe?g|wav|flac|midi?|stl|pdf|djvu?|json|glb)$/i

function isPicture(address: string | undefined): boolean {
  return address !== undefined && !otherFile.test(address.replace(/[?#].*$/s, ''))
}

/** Widths in which copies are kept ready. */
const widths = [3840, 1920, 1280]

/** Larger copies than the one shown, for when the original is too large, or a drawing, which has no size of its own. */
function copies(address: unknown, width: unknown, height: unknown): readonly Way[] {
  const full = numberOf(width)
  if (typeof address !== 'string' || !copyOf.test(address) || !(full > 0)) return []
  return widths
    .filter(one => one < full || (one < 3840 && /\.svg\//i.test(address)))
    .map(one => ({
      kind: 'rendition',
      url: address.replace(/\/((?:[\w-]*?-)??)\d+px-(?=[^/]*$)/, `/$1${one}px-`),
      width: one,
      height: Math.round((numberOf(height) * one) / full),
    }))
}

const info = (...path: readonly (string | number)[]) => field('imageinfo', 0, ...path)
const stated = (name: string) => info('extmetadata', name, 'value')
const thumbnail = info('thumburl')

/** The first link in text that is HTML, unless it leads to a page that nobody has written. */
function linkIn(source: Reader<object>): Reader<object, string> {
  return result => {
    const html = source(result)
    const href =
      typeof html === 'string' ? /<a\s[^<>]*?href="([^"<>]+)"/.exec(html.slice(0, 4096))?.[1] : undefined
    if (href === undefined || /[?&;]redlink=1/.test(href)) return undefined
    return resolved(
      entityDecoded(() => href),
      origin,
    )(result)
  }
}

/** In one line. */
const folded =
  (text: Reader<object, string>): Reader<object, string> =>
  result =>
    text(result)?.replace(/\s+/g, ' ').trim()

/** Where the file comes from; that it is the maker's own work is no credit. */
const source: Reader<object> = result => {
  const credit = stated('Credit')(result)
  return typeof credit === 'string' && !credit.includes('int-own-work') ? credit : undefined
}

/** Of a file, in the data of the page and in answers of the programming interface alike. */
const fileFields = {
  imageUrl: info('url'),
  thumbnailUrl: (result: object) =>
    thumbnail(result) === info('url')(result) ? undefined : thumbnail(result),
  pageUrl: firstOf<object>(info('descriptionurl'), field('canonicalurl')),
  title: field('title'),
  width: info('width'),
  height: info('height'),
  thumbnailWidth: info('thumbwidth'),
  thumbnailHeight: info('thumbheight'),
  ways: (result: object) => copies(thumbnail(result), info('width')(result), info('height')(result)),
  license: withoutMarkup(firstOf(stated('LicenseShortName'), stated('UsageTerms'))),
  licenseUrl: stated('LicenseUrl'),
  creator: folded(withoutMarkup(stated('Artist'))),
  creatorUrl: linkIn(stated('Artist')),
  attribution: folded(withoutMarkup(firstOf(stated('Attribution'), source))),
}

/** Files in the order in which the engine ranks them, where it says so. */
function filesIn(pages: unknown): readonly object[] {
  const all = listOf(typeof pages === 'object' && pages !== null ? Object.values(pages) : undefined)
  const place = (file: object) => numberOf(walk(file, 'index')) || 0
  return all
    .filter(file => {
      const url = info('url')(file)
      return (
        typeof url === 'string' && isPicture(url) && /^image\//.test(wordOf(info('mime')(file)) ?? 'image/')
      )
    })
    .toSorted((a, b) => place(a) - place(b))
}

const answers = layout('API answers', {
  served: 'since 2010 or earlier',
  items: page => answersOf(page).flatMap(answer => filesIn(walk(answer, 'query', 'pages'))),
  fields: fileFields,
})

/** `File:Name.jpg`, from the link to the page of a file. */
const fileName: Reader<Element, string> = tile => {
  const link = attributeOf(find(tile, 'a') ?? tile, 'href') ?? ''
  const name = /\/wiki\/(File:[^?#]+)/.exec(link)?.[1]
  if (name === undefined) return undefined
  try {
    return decodeURIComponent(name).replaceAll('_', ' ')
  } catch {
    return name
  }
}

const searchTile = 'a.sdms-image-result'
const shown = firstOf(attribute('data-src', 'img'), attribute('src', 'img'))
const shownOriginal = (tile: Element) => original(shown(tile))
const isPictureTile = (tile: Element) => isPicture(shownOriginal(tile))
const shownThumbnail: Reader<Element> = tile =>
  shown(tile) === shownOriginal(tile) ? undefined : shown(tile)

/** The first results of a search; a later one within the page leaves them where they are. */
function initialResults(page: Page): readonly object[] {
  const asked = page.url.searchParams.get('search')
  const found = scriptLiterals(page, '"sdmsInitialSearchResults":').filter(data => {
    const term = walk(data, 'term')
    return typeof term !== 'string' || asked === null || term === asked
  })
  const files = found.flatMap(data => filesIn(walk(data, 'results')))
  return drawnOf(page, files, searchTile, shownOriginal, info('url'))
}

const searchData = layout('MediaSearch data', {
  served: 'since 2021',
  items: initialResults,
  fields: fileFields,
})

const searchTiles = layout('MediaSearch tiles', {
  served: 'since 2021',
  items: page => findNew(page, searchTile).filter(isPictureTile),
  fields: {
    imageUrl: shownOriginal,
    thumbnailUrl: shownThumbnail,
    pageUrl: resolved(attribute('href'), origin),
    title: firstOf(attribute('title'), fileName),
  },
})

const galleries = layout('gallery', {
  served: 'since 2005 or earlier',
  items: page => findNew(page, 'li.gallerybox').filter(isPictureTile),
  fields: {
    imageUrl: shownOriginal,
    thumbnailUrl: shownThumbnail,
    pageUrl: resolved(attribute('href', 'a'), origin),
    title: fileName,
    width: attribute('data-file-width', 'img'),
    height: attribute('data-file-height', 'img'),
    thumbnailWidth: attribute('width', 'img'),
    thumbnailHeight: attribute('height', 'img'),
    ways: tile =>
      copies(
        shown(tile),
        attribute('data-file-width', 'img')(tile),
        attribute('data-file-height', 'img')(tile),
      ),
  },
})

/** The words that were searched for, or the category or page that is shown. */
function query({ searchParams, pathname }: URL): string | undefined {
  const asked = searchParams.get('search')
  if (asked) return asked
  const title = searchParams.get('title') ?? /^\/wiki\/(.+)$/.exec(pathname)?.[1]
  if (title === undefined || title.startsWith('Special:')) return undefined
  try {
    return decodeURIComponent(title).replaceAll('_', ' ')
  } catch {
    return title
  }
}

const hosts = ['commons.wikimedia.org', 'commons.m.wikimedia.org']

/** Wikimedia Commons: search, categories and galleries; every copy's address leads to its original. */
export const commons: Harvester = {
  engine: 'commons',
  label: 'Wikimedia Commons',
  verified: { by: 'real answer', on: '2021-08-26' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://commons.wikimedia.org/w/index.php?search=red+panda&title=Special:MediaSearch&type=image',
    'https://commons.wikimedia.org/wiki/Special:MediaSearch?type=image&search=red+panda',
    'https://commons.wikimedia.org/wiki/Category:Ailurus_fulgens',
    'https://commons.m.wikimedia.org/wiki/Ailurus_fulgens',
  ],
  hosts: hosts.flatMap(host => [`https://${host}/wiki/*`, `https://${host}/w/index.php*`]),
  matches: url => hosts.includes(url.hostname),
  query,
  filters: filtersFrom({ size: 'fileres', type: 'filemime', rights: 'haslicense' }, 'search'),
  more: '.sdms-load-more, #mw-category-media > a[href*="filefrom="]',
  tiles: {
    selector: `${searchTile}, li.gallerybox`,
    keys: tile => [shown(tile), shownOriginal(tile)].filter(key => typeof key === 'string'),
  },
  answers: commonsAnswers,
  layouts: [searchData, answers, searchTiles, galleries],
}
