import { pixabayAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { isCloudflareChallenge } from './cloudflare.ts'
import { closest, find, findNew } from './dom.ts'
import { chosen, filtersFrom, together } from './filters.ts'
import type { Harvester, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import { pathParts } from './path.ts'
import type { Reader } from './read.ts'
import { attribute, field, firstOf, listOf, resolved, walk, wordOf } from './read.ts'
import { parseSrcset } from './srcset.ts'

const site = 'https://pixabay.com'
const license = 'Pixabay Content License'
const licenseUrl = `${site}/service/license-summary/`

/** Photos, illustrations and vectors; portraits of people and partners' pictures stand elsewhere. */
const picture = 'cdn.pixabay.com/photo/'
const attributes = ['src', 'srcset', 'data-lazy', 'data-lazy-src', 'data-lazy-srcset']
const image = attributes.map(name => `img[${name}*="${picture}"]`).join()

/** What an image element names, largest first; until it is scrolled to, the addresses wait in other attributes. */
function renditions(element: Element): readonly string[] {
  const read = (name: string) => attribute(name)(element)
  const sets = [read('srcset'), read('data-lazy-srcset')].flatMap(set => parseSrcset(set))
  const urls = [...sets.map(({ url }) => url), read('src'), read('data-lazy'), read('data-lazy-src')]
  const own = [...new Set(urls.filter(url => url?.includes(picture)))] as readonly string[]
  return own.toSorted((a, b) => sideOf(b) - sideOf(a))
}

/** The side in pixels that ends the name of a file: `…_640.jpg`, `…__340.jpg`, `…_960_720.jpg`. */
function sideOf(url: string): number {
  return Number(/_(\d{2,4})(?:_\d{2,4})?\.\w+$/.exec(url)?.[1] ?? 0)
}

/** The largest size that is open to anybody, where a page names smaller ones. The uploaded file is for those who sign in. */
function largestOpen(url: string | undefined): readonly Way[] {
  const open = url?.replace(/_{1,2}\d{2,4}(?:_\d{2,4})?(?=\.\w+$)/, '_1280')
  return open === url ? [] : [{ ...way(open), kind: 'original' }]
}

function way(url: unknown): Way {
  return { kind: 'rendition', url, width: undefined, height: undefined }
}

const pageLink = (element: Element) => closest(element, 'a[href]')

/** The number at the end of the address of a picture's page. */
const pictureId = (address: unknown) =>
  typeof address === 'string' ? /-(\d+)\/?(?:[?#]|$)/.exec(address)?.[1] : undefined

const hrefOf: Reader<Element, string> = element => {
  const anchor = pageLink(element)
  return anchor && attribute('href')(anchor)
}

/** Class names are made anew with every release; where link and image lead has stayed. */
const tiles = layout('linked images', {
  served: 'since 2019 or earlier',
  items: page => findNew(page, image).filter(element => pictureId(hrefOf(element)) !== undefined),
  fields: {
    imageUrl: element => renditions(element).at(0),
    thumbnailUrl: element => renditions(element).at(-1),
    pageUrl: resolved(hrefOf, site),
    title: attribute('alt'),
    ways: element => [
      ...largestOpen(renditions(element).at(0)),
      ...renditions(element).slice(1, -1).map(way),
    ],
    license: () => license,
    licenseUrl: () => licenseUrl,
    tileKey: element => pictureId(hrefOf(element)),
  },
})

/** The addresses of a result's sizes, smallest first. */
function sources(result: object): readonly unknown[] {
  const named = walk(result, 'sources')
  return typeof named === 'object' && named !== null ? Object.values(named) : []
}

/** The answer to the address of the page itself when it is asked for as data. */
const answers = layout('search answers', {
  served: 'since 2023 or earlier',
  items: page =>
    answersOf(page)
      .flatMap(answer => listOf(walk(answer, 'page', 'results')))
      .filter(result => /^(?:photo|illustration|vector)$/.test(wordOf(walk(result, 'mediaType')) ?? '')),
  fields: {
    imageUrl: result => sources(result).at(-1),
    thumbnailUrl: result => sources(result).at(0),
    pageUrl: resolved(field('href'), site),
    title: firstOf(field('name'), field('description')),
    ways: result => sources(result).slice(1, -1).toReversed().map(way),
    license: () => license,
    licenseUrl: () => licenseUrl,
    creator: field('user', 'username'),
    tileKey: result => pictureId(walk(result, 'href')),
  },
})

const plainFilters = filtersFrom({ aspect: 'orientation', color: 'colors', time: 'date', safe: 'safesearch' })

/** What is searched: `/images/`, `/photos/`, `/vectors/` …, after the language where it is not English. */
function searchParts(url: URL): readonly string[] {
  const parts = pathParts(url)
  return /^[a-z]{2}(?:-[a-z]{2})?$/i.test(parts[0] ?? '') ? parts.slice(1) : parts
}

function filters(url: URL) {
  const [kind] = searchParts(url)
  return chosen({
    ...plainFilters(url),
    size: together(url, 'min_width', 'min_height'),
    type: url.searchParams.get('image_type') ?? (kind === 'images' ? undefined : kind),
  })
}

/** Pixabay: pictures under a license of its own. What is named is the largest size open to anybody, 1280 px as a rule. */
export const pixabay: Harvester = {
  engine: 'pixabay',
  label: 'Pixabay',
  verified: { by: 'documentation', on: '2025-07-05' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://pixabay.com/images/search/red%20panda/',
    'https://pixabay.com/de/vectors/search/roter%20panda/?orientation=horizontal',
  ],
  hosts: ['https://pixabay.com/*'],
  matches: url => /^(?:www\.)?pixabay\.com$/.test(url.hostname),
  query: url => {
    const [, search, words] = searchParts(url)
    return search === 'search' ? words : (url.searchParams.get('q') ?? undefined)
  },
  filters,
  isChallenge: isCloudflareChallenge,
  more: 'a[rel="next"]',
  tiles: {
    selector: `a[href*="-"]:has(${image})`,
    keys: tile => {
      const id = find(tile, image) && pictureId(attribute('href')(tile))
      return id === undefined ? [] : [id]
    },
  },
  answers: pixabayAnswers,
  layouts: [answers, tiles],
}
