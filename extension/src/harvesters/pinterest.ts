import { pinterestAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { attributeOf, find, findNew } from './dom.ts'
import { chosen } from './filters.ts'
import type { Fields, Harvester, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import { pathParts } from './path.ts'
import type { Reader } from './read.ts'
import { attribute, field, firstOf, listOf, parseJson, text, walk, wordOf } from './read.ts'
import { scriptValues } from './script-data.ts'
import { parseSrcset } from './srcset.ts'

const site = 'https://www.pinterest.com'

/** The folder that names the size of a file: `/236x/`, `/474x/`, `/75x75_RS/`. */
const sizeFolder = /^(https:\/\/i\.pinimg\.com)\/(?:\d+x(?:\d+)?(?:_RS)?|originals)\//

function way(kind: Way['kind'], url: unknown, width?: unknown, height?: unknown): Way {
  return { kind, url, width, height }
}

/**
 * The uploaded file of the picture an address shows. It lies under the same name in another folder; its ending can be
 * another one, so that three are tried.
 */
function originals(address: unknown): readonly string[] {
  if (typeof address !== 'string' || !sizeFolder.test(address)) return []
  const [whole = ''] = address.split(/[?#]/)
  const original = whole.replace(sizeFolder, '$1/originals/')
  const endings = ['jpg', 'png', 'webp', 'gif'].map(ending => original.replace(/\.\w+$/, `.${ending}`))
  return [...new Set([original, ...endings.slice(0, 3)])]
}

/** Sizes the data of a pin names, largest first. */
const sizes = ['1200x', '736x', '600x', '564x', '474x']

const pinPage = (id: string | undefined) => (id === undefined ? undefined : `${site}/pin/${id}/`)

const fieldsOfPin: Fields<object> = {
  imageUrl: field('images', 'orig', 'url'),
  width: field('images', 'orig', 'width'),
  height: field('images', 'orig', 'height'),
  thumbnailUrl: firstOf(field('images', '236x', 'url'), field('images', '170x', 'url')),
  thumbnailWidth: field('images', '236x', 'width'),
  thumbnailHeight: field('images', '236x', 'height'),
  // Where the pin came from; pins that were uploaded have no other page than their own.
  pageUrl: firstOf(field('link'), pin => pinPage(wordOf(walk(pin, 'id')))),
  title: firstOf(field('title'), field('grid_title'), field('seo_alt_text')),
  ways: pin =>
    sizes.map(size => {
      const file = walk(pin, 'images', size)
      return way('rendition', walk(file, 'url'), walk(file, 'width'), walk(file, 'height'))
    }),
  // Who pinned a picture seldom made it; the site it came from is sometimes named with its maker.
  creator: field('attribution', 'author_name'),
  creatorUrl: field('attribution', 'author_url'),
  tileKey: field('id'),
}

/** Pins among what lists of the site hold; advertisements, stories and suggestions are none. */
const isPin = (item: object) =>
  walk(item, 'images', 'orig') !== undefined &&
  walk(item, 'is_promoted') !== true &&
  (walk(item, 'type') ?? 'pin') === 'pin'

/** Answers of a search hold their pins under `results`, those of boards and profiles are bare lists. */
const answers = layout('resource answers', {
  served: 'since 2015 or earlier',
  items: page =>
    answersOf(page)
      .map(answer => walk(answer, 'resource_response', 'data'))
      .flatMap(data => [...listOf(data), ...listOf(walk(data, 'results'))])
      .filter(isPin),
  fields: fieldsOfPin,
})

/** Pins of the state that the page's scripts start from: those of the first screens. */
function statePins(script: string): readonly object[] {
  const data = parseJson(script)
  const state = walk(data, 'initialReduxState') ?? walk(data, 'props', 'initialReduxState')
  const pins = walk(state, 'pins')
  return typeof pins === 'object' && pins !== null ? listOf(Object.values(pins)).filter(isPin) : []
}

const initialState = layout('initial state', {
  served: 'since 2020 or earlier; in a script of its own since 2023',
  items: page => scriptValues(page, 'script#__PWS_INITIAL_PROPS__, script#__PWS_DATA__', statePins),
  fields: fieldsOfPin,
})

const tile = '[data-test-id="pinWrapper"]'
const image = 'img[src*="i.pinimg.com/"]'
const pinLink = 'a[href*="/pin/"]'

const pinId: Reader<Element, string> = element => {
  const link = find(element, pinLink)
  return link && /\/pin\/(?:[^/?#]*--)?(\d+)/.exec(attributeOf(link, 'href') ?? '')?.[1]
}

/** What the image names, largest first. */
const shown = (element: Element) => parseSrcset(attribute('srcset', image)(element)).map(({ url }) => url)

const originalsOf = (element: Element) => originals(shown(element)[0] ?? attribute('src', image)(element))

/** The original stands in the last place of `srcset` as a rule; elsewhere its address follows from any size. */
const tiles = layout('pin tiles', {
  served: 'since 2019 or earlier',
  items: page => findNew(page, tile).filter(element => find(element, image) && pinId(element)),
  fields: {
    imageUrl: element => originalsOf(element)[0],
    thumbnailUrl: attribute('src', image),
    pageUrl: element => pinPage(pinId(element)),
    title: firstOf(text('[data-test-id="pinTitle"]'), attribute('alt', image)),
    ways: element => [
      ...originalsOf(element)
        .slice(1)
        .map(url => way('mirror', url)),
      ...shown(element)
        .filter(url => url !== attribute('src', image)(element))
        .map(url => way('rendition', url)),
    ],
    tileKey: pinId,
  },
})

/** The first parts of paths that are no names of people. */
const ownPaths =
  /^(?:search|ideas|pin|today|explore|_.*|settings|login|business|about|policy|resource|videos?)$/

/** What was searched for, or the name of a topic, of a board with its owner, or of a profile. */
function query(url: URL): string | undefined {
  const asked = url.searchParams.get('q')
  if (asked !== null) return asked
  const [first, second] = pathParts(url)
  if (first === 'ideas') return second?.replaceAll('-', ' ')
  if (first === undefined || ownPaths.test(first)) return undefined
  return second === undefined || second.startsWith('_') ? first : `${first} ${second.replaceAll('-', ' ')}`
}

/** Pins with a video or for sale alone; `pins` are all of them. */
function filters(url: URL) {
  const [first, kind] = pathParts(url)
  return chosen({ type: first === 'search' && kind !== 'pins' ? kind : undefined })
}

/** Languages of `pinterest.com`, and countries with an ending of their own. */
const languages = [
  'www',
  'ar',
  'br',
  'cz',
  'de',
  'es',
  'fi',
  'fr',
  'gr',
  'hu',
  'id',
  'in',
  'it',
  'jp',
  'kr',
  'nl',
]
const moreLanguages = ['no', 'pl', 'pt', 'ro', 'ru', 'se', 'sk', 'th', 'tr', 'uk', 'vn', 'za']
const endings = [
  'at',
  'ca',
  'ch',
  'cl',
  'co.kr',
  'co.uk',
  'com.au',
  'com.mx',
  'de',
  'dk',
  'es',
  'fr',
  'ie',
  'it',
]
const moreEndings = ['jp', 'nz', 'ph', 'pt', 'se']
const hosts = [
  ...[...languages, ...moreLanguages].map(language => `${language}.pinterest.com`),
  ...[...endings, ...moreEndings].map(ending => `www.pinterest.${ending}`),
]

/** Pinterest: pins of searches, boards and profiles. Tiles show sizes of a file; the file itself has a known address. */
export const pinterest: Harvester = {
  engine: 'pinterest',
  label: 'Pinterest',
  verified: { by: 'documentation', on: '2025-10-13' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://www.pinterest.com/search/pins/?q=red%20panda',
    'https://de.pinterest.com/somebody/red-pandas/',
    'https://www.pinterest.co.uk/ideas/red-panda/900000000000/',
  ],
  hosts: hosts.map(host => `https://${host}/*`),
  matches: url => hosts.includes(url.hostname.replace(/^pinterest\./, 'www.pinterest.')),
  query,
  filters,
  tiles: {
    selector: tile,
    keys: element => {
      const id = pinId(element)
      return id === undefined ? [] : [id]
    },
  },
  answers: pinterestAnswers,
  layouts: [initialState, answers, tiles],
}
