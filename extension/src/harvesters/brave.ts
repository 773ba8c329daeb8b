import { limits } from '@gleaner/shared/limits'
import { braveAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { attributeOf, find, findNew, textOf } from './dom.ts'
import { drawnOf } from './drawn.ts'
import { filtersFrom } from './filters.ts'
import type { Harvester, Page } from './harvester.ts'
import { layout } from './harvester.ts'
import type { Reader } from './read.ts'
import { attribute, field, firstOf, listOf, walk } from './read.ts'
import { flattened, scriptLiterals } from './script-data.ts'

const picture = '.image-wrapper img, img:not(.favicon)'

const proxy = 'https://imgs.search.brave.com/'

/**
 * The original that Brave's image proxy was told to fetch: the end of the proxy's address is that of the original in
 * base64, with a slash after every sixteen characters.
 */
function proxied(address: unknown): string | undefined {
  if (typeof address !== 'string' || !address.startsWith(proxy)) return undefined
  const encoded = address.split('/g:ce/', 2)[1] ?? ''
  const isWhole = encoded.length <= limits.urlChars * 2 && /^[\w/-]+$/.test(encoded)
  if (!isWhole) return undefined
  try {
    const bytes = atob(encoded.replaceAll('/', '').replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, byte => byte.charCodeAt(0)),
    )
  } catch {
    return undefined
  }
}

/** Of a result in the data of the page and of answers. */
const dataFields = {
  imageUrl: firstOf<object>(field('properties', 'url'), result => proxied(walk(result, 'thumbnail', 'src'))),
  thumbnailUrl: field('thumbnail', 'src'),
  pageUrl: field('url'),
  title: field('title'),
  width: field('properties', 'width'),
  height: field('properties', 'height'),
  thumbnailWidth: field('thumbnail', 'width'),
  thumbnailHeight: field('thumbnail', 'height'),
}

const isImage = (result: object) => typeof walk(result, 'properties', 'url') === 'string'

const tile = 'button.image-result'
const shownThumbnail = attribute('src', picture)
const shownOriginal: Reader<Element, string> = shown => proxied(shownThumbnail(shown))

/** The page's data is a list of its parts, one of which holds the answer to the search. */
function firstResults(page: Page): readonly object[] {
  const asked = page.url.searchParams.get('q')
  const found = scriptLiterals(page, 'const data =')
    .flatMap(listOf)
    .map(part => walk(part, 'data', 'body', 'response'))
    .filter(response => {
      const query = walk(response, 'query', 'original')
      return typeof query !== 'string' || asked === null || query === asked
    })
    .flatMap(response => listOf(walk(response, 'results')).filter(isImage))
  return drawnOf(page, found, tile, shownOriginal, field('properties', 'url'))
}

const pageData = layout('page data', { served: 'since 2023', items: firstResults, fields: dataFields })

/** The same for a search within the page: the parts come flattened, each on its own. */
function* answered(page: Page): Generator<object> {
  for (const answer of answersOf(page)) {
    for (const part of listOf(walk(answer, 'nodes'))) {
      yield* flattened(walk(part, 'data'), 'properties').filter(isImage)
    }
  }
}

const answers = layout('__data.json', { served: 'since 2023', items: answered, fields: dataFields })

/** Sizes stand in the style of the tile and are those of the thumbnail. */
const styled =
  (name: string): Reader<Element, string> =>
  tile =>
    new RegExp(`--${name}:\\s*(\\d{1,5})`).exec((attributeOf(tile, 'style') ?? '').slice(0, 1000))?.[1]

const tiles = layout('image-result', {
  served: 'since 2024',
  items: page => findNew(page, tile).filter(shownThumbnail),
  fields: {
    imageUrl: shownOriginal,
    thumbnailUrl: shownThumbnail,
    pageUrl: attribute('href', 'a[href^="http"]'),
    title: firstOf(attribute('alt', picture), attribute('title')),
    thumbnailWidth: styled('width'),
    thumbnailHeight: styled('height'),
  },
})

/** Brave Images: the results in the data of the page; the addresses of the tiles' thumbnails hold the originals. */
export const brave: Harvester = {
  engine: 'brave',
  label: 'Brave Images',
  verified: { by: 'documentation', on: '2026-08-20' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://search.brave.com/images?q=red+panda',
    'https://search.brave.com/images?q=red+panda&source=web&offset=1',
  ],
  hosts: ['https://search.brave.com/images*'],
  matches: url => url.hostname === 'search.brave.com',
  query: url => url.searchParams.get('q') ?? undefined,
  filters: filtersFrom({
    size: 'size',
    color: 'color',
    type: ['_type', 'type'],
    aspect: 'layout',
    rights: 'license',
    time: 'tf',
    safe: 'safesearch',
  }),
  isChallenge: ({ document }) => {
    const title = find(document, 'title')
    return title !== undefined && /\bcaptcha\b/i.test(textOf(title))
  },
  tiles: {
    selector: tile,
    keys: shown => [shownThumbnail(shown), shownOriginal(shown)].filter(key => key !== undefined),
  },
  answers: braveAnswers,
  layouts: [pageData, answers, tiles],
}
