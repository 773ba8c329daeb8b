import { unsplashAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { attributeOf, find, findNew } from './dom.ts'
import { filtersFrom } from './filters.ts'
import type { Harvester, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import { pathParts } from './path.ts'
import type { Reader } from './read.ts'
import { attribute, field, firstOf, listOf, resolved, text, walk } from './read.ts'
import { parseSrcset } from './srcset.ts'

const site = 'https://unsplash.com'

/** The host of pictures that only subscribers may download; what is shown of them is not under the free license. */
const paidHost = 'plus.unsplash.com'

const isPaid = (address: unknown) => typeof address === 'string' && URL.parse(address)?.hostname === paidHost

const licenseName = (address: unknown) => (isPaid(address) ? 'Unsplash+ License' : 'Unsplash License')
const licensePage = (address: unknown) => `${site}/${isPaid(address) ? 'plus/license' : 'license'}`

/** Parameters that say which picture is meant and who asks for it; all others scale, crop or convert. */
const keptParameters = ['ixid', 'ixlib']

/** The file as it was uploaded: the address of any size of it without what scales it. */
function unscaled(address: string | undefined): readonly Way[] {
  const url = URL.parse(address ?? '')
  // Addresses of before 2019 are signed (`s`): they lead nowhere once anything is taken out.
  if (url?.hostname !== 'images.unsplash.com' || url.searchParams.has('s')) return []
  for (const name of [...url.searchParams.keys()]) {
    if (!keptParameters.includes(name)) url.searchParams.delete(name)
  }
  return [{ kind: 'original', url: url.href, width: undefined, height: undefined }]
}

const figure = 'figure[data-testid^="asset-grid"][itemprop="image"]'
const image = 'img[itemprop="thumbnailUrl"]'
const shown = attribute('src', image)
const link = 'a[itemprop="contentUrl"]'

/** The id of a photo: the last eleven characters of the address of its page. */
const photoId: Reader<Element, string> = tile =>
  /([\w-]{11})\/?(?:[?#]|$)/.exec(attributeOf(find(tile, link) ?? tile, 'href') ?? '')?.[1]

/** Class names are made anew with every release; `itemprop` and `data-testid` have stayed. */
const figures = layout('masonry figures', {
  served: 'since 2022 or earlier',
  items: page => findNew(page, figure),
  fields: {
    imageUrl: shown,
    thumbnailUrl: tile => parseSrcset(attribute('srcset', image)(tile)).at(-1)?.url,
    pageUrl: resolved(attribute('href', link), site),
    title: firstOf(attribute('title', link), attribute('alt', image)),
    width: attribute('width', image),
    height: attribute('height', image),
    ways: tile => unscaled(shown(tile)),
    license: tile => licenseName(shown(tile)),
    licenseUrl: firstOf(attribute('href', 'link[itemprop="license"]'), tile => licensePage(shown(tile))),
    creator: firstOf(attribute('content', 'meta[itemprop="creditText"]'), text('a[href*="/@"]')),
    creatorUrl: resolved(attribute('href', 'a[href*="/@"]'), site),
    tileKey: photoId,
  },
})

/** Photos of a search, or of a topic, collection or profile, whose answers are bare lists. */
const answers = layout('napi answers', {
  served: 'since 2018 or earlier',
  items: page =>
    answersOf(page)
      .flatMap(answer => [answer, walk(answer, 'results'), walk(answer, 'photos', 'results')])
      .flatMap(listOf)
      .filter(photo => walk(photo, 'urls', 'raw') !== undefined),
  fields: {
    imageUrl: field('urls', 'raw'),
    thumbnailUrl: field('urls', 'thumb'),
    pageUrl: field('links', 'html'),
    title: firstOf(field('description'), field('alt_description')),
    width: field('width'),
    height: field('height'),
    ways: photo =>
      ['full', 'regular', 'small'].map(size => ({
        kind: 'rendition',
        url: walk(photo, 'urls', size),
        width: undefined,
        height: undefined,
      })),
    license: photo => licenseName(walk(photo, 'urls', 'raw')),
    licenseUrl: photo => licensePage(walk(photo, 'urls', 'raw')),
    creator: field('user', 'name'),
    creatorUrl: field('user', 'links', 'html'),
    tileKey: field('id'),
  },
})

/** What was searched for, or the name of a topic, collection or profile; addresses write hyphens for spaces. */
function query(url: URL): string | undefined {
  const parts = pathParts(url)
  // In other languages than English: `/fr/s/photos/…`.
  const [kind = '', ...rest] = /^[a-z]{2}(?:-[a-z]{2})?$/i.test(parts[0] ?? '') ? parts.slice(1) : parts
  if (kind.startsWith('@')) return kind.slice(1)
  const name = kind === 's' || kind === 'collections' ? rest[1] : kind === 't' ? rest[0] : undefined
  return name?.replaceAll('-', ' ')
}

/** Unsplash: photos under a license of its own, and between them paid ones, which are marked as such. */
export const unsplash: Harvester = {
  engine: 'unsplash',
  label: 'Unsplash',
  verified: { by: 'real page', on: '2025-12-09' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://unsplash.com/s/photos/red-panda',
    'https://unsplash.com/fr/s/photos/panda-roux?orientation=portrait',
    'https://unsplash.com/t/animals',
  ],
  hosts: ['https://unsplash.com/*'],
  matches: url => /^(?:www\.)?unsplash\.com$/.test(url.hostname),
  query,
  filters: filtersFrom({ aspect: 'orientation', color: 'color', time: 'order_by', rights: 'license' }),
  tiles: {
    selector: figure,
    keys: tile => {
      const id = photoId(tile)
      return id === undefined ? [] : [id]
    },
  },
  answers: unsplashAnswers,
  layouts: [answers, figures],
}
