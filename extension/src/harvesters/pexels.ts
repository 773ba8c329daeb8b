import { pexelsAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { isCloudflareChallenge } from './cloudflare.ts'
import { attributeOf, find, findNew } from './dom.ts'
import { filtersFrom } from './filters.ts'
import type { Harvester, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import { pathParts } from './path.ts'
import type { Reader } from './read.ts'
import { attribute, field, firstOf, listOf, resolved, text, walk, wordOf } from './read.ts'
import { parseSrcset } from './srcset.ts'

const site = 'https://www.pexels.com'
const license = 'Pexels License'
const licenseUrl = `${site}/license/`

const image = 'img[src*="images.pexels.com/photos/"], img[srcset*="images.pexels.com/photos/"]'

/** The uploaded file: the address of any size of it without the parameters that scale it. */
function unscaled(address: unknown): string | undefined {
  const url = typeof address === 'string' ? URL.parse(address) : null
  return url?.hostname === 'images.pexels.com' ? `${url.origin}${url.pathname}` : undefined
}

/** What the image names, largest first: sizes for this screen, then the one that is shown until it is known. */
function renditions(tile: Element): readonly string[] {
  const sizes = parseSrcset(attribute('srcset', image)(tile)).map(({ url }) => url)
  const shown = attribute('src', image)(tile)
  return shown === undefined || sizes.includes(shown) ? sizes : [...sizes, shown]
}

function rendition(url: unknown): Way {
  return { kind: 'rendition', url, width: undefined, height: undefined }
}

/** The number at the end of the address of a photo's page. */
const photoId = (address: unknown) =>
  typeof address === 'string' ? /\/photo\/(?:[^/?#]*-)?(\d+)\/?(?:[?#]|$)/.exec(address)?.[1] : undefined

const photoLink = 'a[href*="/photo/"]'
const idOfTile: Reader<Element, string> = tile =>
  attributeOf(tile, 'data-photo-modal-medium-id') ?? photoId(attribute('href', photoLink)(tile))

/** Class names differ from release to release; the element and where its link and image lead have stayed. */
const tiles = layout('article tiles', {
  served: 'since 2018 or earlier',
  items: page =>
    findNew(page, 'article').filter(
      article => find(article, image) !== undefined && find(article, photoLink),
    ),
  fields: {
    imageUrl: tile => unscaled(renditions(tile)[0]),
    thumbnailUrl: tile => renditions(tile).at(-1),
    pageUrl: resolved(attribute('href', photoLink), site),
    title: firstOf(attribute('alt', image), attribute('title', photoLink)),
    // Until about 2022; the attributes of the image itself are those of the tile.
    width: attribute('data-image-width', image),
    height: attribute('data-image-height', image),
    ways: tile => renditions(tile).slice(0, -1).map(rendition),
    license: () => license,
    licenseUrl: () => licenseUrl,
    creator: firstOf(text('a[href*="/@"]'), attribute('title', 'a[href*="/@"]')),
    creatorUrl: resolved(attribute('href', 'a[href*="/@"]'), site),
    tileKey: idOfTile,
  },
})

/** Of videos among the results nothing is taken: they hold a still at most. */
const answers = layout('api answers', {
  served: 'since 2021 or earlier',
  items: page =>
    answersOf(page)
      .flatMap(answer => listOf(walk(answer, 'data')))
      .flatMap(result => listOf([walk(result, 'attributes')]))
      .filter(photo => walk(photo, 'image') !== undefined),
  fields: {
    imageUrl: firstOf(
      photo => unscaled(walk(photo, 'image', 'download_link')),
      photo => unscaled(walk(photo, 'image', 'large')),
    ),
    thumbnailUrl: field('image', 'small'),
    pageUrl: photo => `${site}/photo/${slug(photo)}${idOf(photo)}/`,
    title: firstOf(field('title'), field('description')),
    width: field('width'),
    height: field('height'),
    ways: photo => ['large', 'medium'].map(size => rendition(walk(photo, 'image', size))),
    license: () => license,
    licenseUrl: () => licenseUrl,
    creator: firstOf(fullName, field('user', 'username')),
    creatorUrl: photo => profile(walk(photo, 'user', 'slug')),
    tileKey: photo => idOf(photo),
  },
})

const idOf = (photo: object) => wordOf(walk(photo, 'id')) ?? ''

function slug(photo: object): string {
  const value = walk(photo, 'slug')
  return typeof value === 'string' && value !== '' ? `${encodeURIComponent(value)}-` : ''
}

function fullName(photo: object): string {
  const names = [walk(photo, 'user', 'first_name'), walk(photo, 'user', 'last_name')]
  return names.filter(name => typeof name === 'string' && name !== '').join(' ')
}

const profile = (name: unknown) =>
  typeof name === 'string' ? `${site}/@${encodeURIComponent(name)}/` : undefined

/** The word for `search` in the addresses of the site's languages. */
const searches =
  /^(?:search|suche|chercher|buscar|pesquisa|procurar|cerca|zoeken|wyszukaj|hledat|hledani|sok|cari|cautare|kereses|ara)$/

/** What was searched for, or the name of a collection or profile. Pages of videos hold no photos. */
function query(url: URL): string | undefined {
  const parts = pathParts(url)
  const [kind = '', name, words] = /^[a-z]{2}-[a-z]{2}$/.test(parts[0] ?? '') ? parts.slice(1) : parts
  if (kind.startsWith('@')) return kind.slice(1)
  if (searches.test(kind) && name === 'videos') return words
  return searches.test(kind) || kind === 'collections' ? name : undefined
}

/** Pexels: photos under a license of its own. Tiles and answers name sizes of the uploaded file, whose address follows. */
export const pexels: Harvester = {
  engine: 'pexels',
  label: 'Pexels',
  verified: { by: 'documentation', on: '2026-05-29' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://www.pexels.com/search/red%20panda/',
    'https://www.pexels.com/de-de/suche/roter%20panda/?orientation=landscape',
  ],
  hosts: ['https://www.pexels.com/*'],
  matches: url => /^(?:www\.)?pexels\.com$/.test(url.hostname),
  query,
  filters: filtersFrom({ aspect: 'orientation', size: 'size', color: 'color', time: 'date_from' }),
  isChallenge: isCloudflareChallenge,
  tiles: {
    selector: 'article',
    keys: tile => {
      const id = idOfTile(tile)
      return id === undefined ? [] : [id]
    },
  },
  answers: pexelsAnswers,
  layouts: [answers, tiles],
}
