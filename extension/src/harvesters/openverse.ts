import { openverseAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { isCloudflareChallenge } from './cloudflare.ts'
import { attributeOf, findNew } from './dom.ts'
import { drawnOf } from './drawn.ts'
import { filtersFrom } from './filters.ts'
import type { Harvester, Page, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import type { Reader } from './read.ts'
import { attribute, field, firstOf, listOf, parseJson, resolved, walk, wordOf } from './read.ts'
import { flattened, scriptValues } from './script-data.ts'

const origin = 'https://openverse.org/'

/** How Openverse writes terms, and how their makers do. */
const licenseNames: Readonly<Record<string, string>> = {
  cc0: 'CC0',
  pdm: 'Public Domain Mark',
  'sampling+': 'CC Sampling+',
  'nc-sampling+': 'CC NC-Sampling+',
}

const license: Reader<object, string> = result => {
  const code = walk(result, 'license')
  const version = walk(result, 'license_version')
  if (typeof code !== 'string' || !/^[a-z0-9+-]{2,20}$/i.test(code)) return undefined
  const known = Object.hasOwn(licenseNames, code.toLowerCase()) ? licenseNames[code.toLowerCase()] : undefined
  return `${known ?? `CC ${code.toUpperCase()}`} ${typeof version === 'string' ? version : ''}`.trim()
}

const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\da-f-]{32,36}$/i.test(value)

/** The copy that Openverse makes on demand, in the size of the original. */
function copies(id: unknown): readonly Way[] {
  if (!isId(id)) return []
  const url = `https://api.openverse.org/v1/images/${id}/thumb/?full_size=true&compressed=false`
  return [{ kind: 'rendition', url, width: undefined, height: undefined }]
}

/** Of a result, in the page's data and in answers alike. */
const fields = {
  imageUrl: field('url'),
  thumbnailUrl: field('thumbnail'),
  pageUrl: firstOf<object>(field('foreign_landing_url'), result => {
    const id = walk(result, 'id')
    return isId(id) ? `${origin}image/${id}` : undefined
  }),
  title: field('title'),
  width: field('width'),
  height: field('height'),
  ways: (result: object) => copies(walk(result, 'id')),
  license,
  licenseUrl: field('license_url'),
  creator: field('creator'),
  creatorUrl: field('creator_url'),
  attribution: field('attribution'),
  tileKey: field('id'),
}

/** Sound has the same fields; its addresses are others. */
const isImage = (result: object) =>
  typeof walk(result, 'url') === 'string' &&
  !/\/v1\/audio\//.test(wordOf(walk(result, 'detail_url')) ?? wordOf(walk(result, 'thumbnail')) ?? '')

const answers = layout('API answers', {
  served: 'since 2021',
  items: page =>
    answersOf(page)
      .flatMap(answer => listOf(walk(answer, 'results')))
      .filter(isImage),
  fields,
})

const tileLink = 'a[itemprop="contentUrl"][href*="/image/"]'
const idIn = (address: string | undefined) => /\/image\/([\da-f-]{32,36})/i.exec(address ?? '')?.[1]

const tileId: Reader<Element, string> = link => idIn(attributeOf(link, 'href'))

interface PageData {
  readonly results: readonly object[]
  /** What was searched for when the page was served. */
  readonly term: unknown
}

function pageDataIn(text: string): readonly PageData[] {
  const data = parseJson(text)
  const [state] = flattened(data, 'searchTerm', 1)
  return [
    { results: flattened(data, 'foreign_landing_url').filter(isImage), term: walk(state, 'searchTerm') },
  ]
}

/** The first results; a later search within the page leaves them where they are. */
function firstResults(page: Page): readonly object[] {
  const asked = page.url.searchParams.get('q')
  const found = scriptValues(page, 'script#__NUXT_DATA__', pageDataIn)
    .filter(({ term }) => typeof term !== 'string' || term === '' || asked === null || term === asked)
    .flatMap(({ results }) => results)
  return drawnOf(page, found, tileLink, tileId, field('id'))
}

const pageData = layout('__NUXT_DATA__', { served: 'since 2024', items: firstResults, fields })

/** Tiles name the thumbnail only, and where Openverse describes the picture. */
const tiles = layout('tiles', {
  served: 'since 2022',
  items: page => findNew(page, tileLink).filter(tileId),
  fields: {
    thumbnailUrl: attribute('src', 'img'),
    pageUrl: resolved(attribute('href'), origin),
    title: firstOf(attribute('alt', 'img'), attribute('title')),
    ways: link => copies(tileId(link)),
    tileKey: tileId,
  },
})

/** Openverse: openly licensed pictures of many collections; terms and credit come with every result. */
export const openverse: Harvester = {
  engine: 'openverse',
  label: 'Openverse',
  verified: { by: 'documentation', on: '2026-08-20' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://openverse.org/search/image?q=red+panda',
    'https://openverse.org/de/search/image?q=red+panda&license=by%2Cby-sa',
    'https://openverse.org/image/collection?source=met',
  ],
  hosts: ['https://openverse.org/*'],
  matches: url => /^(?:www\.)?openverse\.org$/.test(url.hostname),
  query: ({ searchParams }) =>
    ['q', 'tag', 'creator', 'source'].map(name => searchParams.get(name)).find(value => value) ?? undefined,
  filters: filtersFrom({
    size: 'size',
    type: ['categories', 'category', 'extension'],
    aspect: 'aspect_ratio',
    rights: ['license', 'license_type'],
    site: 'source',
    safe: 'includeSensitiveResults',
  }),
  isChallenge: isCloudflareChallenge,
  more: 'button[data-testid="load-more"]',
  tiles: {
    selector: tileLink,
    keys: link => {
      const id = tileId(link)
      return id === undefined ? [] : [id]
    },
  },
  answers: openverseAnswers,
  layouts: [pageData, answers, tiles],
}
