import { flickrAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { attributeOf, find, findNew } from './dom.ts'
import { chosen, filtersFrom, together } from './filters.ts'
import type { Fields, Harvester, Page, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import { pathParts } from './path.ts'
import type { Reader } from './read.ts'
import { attribute, field, firstOf, listOf, parseJson, text, walk, wordOf } from './read.ts'
import { scriptValues } from './script-data.ts'

/** What the numbers in pages, answers and addresses stand for, as the service itself lists them. */
const licenses: Readonly<Record<string, readonly [name: string, url?: string]>> = {
  0: ['All rights reserved'],
  1: ['CC BY-NC-SA 2.0', 'https://creativecommons.org/licenses/by-nc-sa/2.0/'],
  2: ['CC BY-NC 2.0', 'https://creativecommons.org/licenses/by-nc/2.0/'],
  3: ['CC BY-NC-ND 2.0', 'https://creativecommons.org/licenses/by-nc-nd/2.0/'],
  4: ['CC BY 2.0', 'https://creativecommons.org/licenses/by/2.0/'],
  5: ['CC BY-SA 2.0', 'https://creativecommons.org/licenses/by-sa/2.0/'],
  6: ['CC BY-ND 2.0', 'https://creativecommons.org/licenses/by-nd/2.0/'],
  7: ['No known copyright restrictions', 'https://www.flickr.com/commons/usage/'],
  8: ['United States Government Work', 'https://www.usa.gov/government-copyright'],
  9: ['CC0 1.0', 'https://creativecommons.org/publicdomain/zero/1.0/'],
  10: ['Public Domain Mark', 'https://creativecommons.org/publicdomain/mark/1.0/'],
  11: ['CC BY 4.0', 'https://creativecommons.org/licenses/by/4.0/'],
  12: ['CC BY-SA 4.0', 'https://creativecommons.org/licenses/by-sa/4.0/'],
  13: ['CC BY-ND 4.0', 'https://creativecommons.org/licenses/by-nd/4.0/'],
  14: ['CC BY-NC 4.0', 'https://creativecommons.org/licenses/by-nc/4.0/'],
  15: ['CC BY-NC-SA 4.0', 'https://creativecommons.org/licenses/by-nc-sa/4.0/'],
  16: ['CC BY-NC-ND 4.0', 'https://creativecommons.org/licenses/by-nc-nd/4.0/'],
}

function licenseOf(id: unknown): readonly [name: string, url?: string] | undefined {
  const key = wordOf(id) ?? ''
  return Object.hasOwn(licenses, key) ? licenses[key] : undefined
}

/** Sizes worth keeping, largest first. */
const largeSizes = ['o', '6k', '5k', '4k', '3k', 'k', 'h', 'l', 'b', 'c', 'z']
/** Sizes a photo may have to do with where its owner opens no other; still smaller ones and squares are thumbnails. */
const middleSizes = ['m', 'w', 'n']
/** Sizes in the order in which they make a good thumbnail. */
const smallSizes = ['m', 'n', 'w', 't', 's', 'q', 'sq', 'z', 'c']

/** One file of a photo: `url`, `width` and `height` as the data has them. */
type Size = Omit<Way, 'kind'>

/** How a kind of data names a photo's files. */
type SizeOf = (photo: object, size: string) => Size | undefined

const firstSize = (photo: object, names: readonly string[], sizeOf: SizeOf) =>
  names.map(name => sizeOf(photo, name)).find(size => size !== undefined)

/** The readers that go by a photo's files. The largest file that is open counts as the original. */
function sizeFields(sizeOf: SizeOf): Fields<object> {
  const largest = (photo: object) => firstSize(photo, [...largeSizes, ...middleSizes], sizeOf)
  const thumbnail = (photo: object) => firstSize(photo, smallSizes, sizeOf)
  return {
    imageUrl: photo => largest(photo)?.url,
    width: photo => largest(photo)?.width,
    height: photo => largest(photo)?.height,
    thumbnailUrl: photo => thumbnail(photo)?.url,
    thumbnailWidth: photo => thumbnail(photo)?.width,
    thumbnailHeight: photo => thumbnail(photo)?.height,
    ways: photo =>
      largeSizes.flatMap(name => {
        const size = sizeOf(photo, name)
        return size && size.url !== thumbnail(photo)?.url ? [{ kind: 'rendition', ...size }] : []
      }),
  }
}

const site = 'https://www.flickr.com'

/** The readers that go by a photo's owner and terms. */
function ownerFields(owner: Reader<object>, creator: Reader<object>): Fields<object> {
  const ofOwner = (photo: object, rest: string) => {
    const name = owner(photo)
    return typeof name === 'string' && name !== '' ? `${site}/photos/${name}/${rest}` : undefined
  }
  return {
    pageUrl: photo => ofOwner(photo, wordOf(walk(photo, 'id')) ?? ''),
    license: photo => licenseOf(walk(photo, 'license'))?.[0],
    licenseUrl: photo => licenseOf(walk(photo, 'license'))?.[1],
    creator,
    creatorUrl: photo => ofOwner(photo, ''),
    tileKey: field('id'),
  }
}

/** What the page asks for while it is scrolled. A set names the owner of its photos once. */
const answers = layout('REST answers', {
  served: 'since 2014 or earlier',
  items: page =>
    answersOf(page)
      .flatMap(answer => [walk(answer, 'photos'), walk(answer, 'photoset')])
      .flatMap(set => {
        const owner = { owner: walk(set, 'owner'), ownername: walk(set, 'ownername') }
        return listOf(walk(set, 'photo')).map((photo): object => ({ ...owner, ...photo }))
      }),
  fields: {
    ...sizeFields((photo, name) => {
      const url = walk(photo, `url_${name}`)
      if (typeof url !== 'string') return undefined
      return { url, width: walk(photo, `width_${name}`), height: walk(photo, `height_${name}`) }
    }),
    ...ownerFields(field('owner'), field('ownername')),
    title: firstOf(titleText(field('title')), field('title', '_content')),
  },
})

function titleText(source: Reader<object>): Reader<object, string> {
  return photo => {
    const title = source(photo)
    return typeof title === 'string' ? title : undefined
  }
}

/** Undoes the escapes of text in the export: of UTF-8 bytes, or of UTF-16 units as the old `escape` writes them. */
function unescaped(source: Reader<object>): Reader<object, string> {
  return photo => {
    const value = source(photo)
    if (typeof value !== 'string') return undefined
    try {
      return decodeURIComponent(value)
    } catch {
      const unit = (_: string, long: string, short: string) =>
        String.fromCharCode(Number.parseInt(long ?? short, 16))
      return value.replaceAll(/%u([\da-f]{4})|%([\da-f]{2})/gi, unit)
    }
  }
}

/** What stands before the state, which is JSON on a line of its own. */
const marker = 'modelExport:'

/** The photos of the state that the page's scripts start from: `legend` names the place of each. */
function exportedPhotos(script: string): readonly object[] {
  const start = script.indexOf(marker) + marker.length
  if (start < marker.length) return []
  const [line = ''] = script.slice(start).split('\n', 1)
  const model = parseJson(line.trim().replace(/,$/, ''))
  const legend = walk(model, 'legend')
  if (!Array.isArray(legend)) return []
  return listOf(
    legend.map(path => {
      const isPath = Array.isArray(path) && path.every(step => /^(?:string|number)$/.test(typeof step))
      return isPath && path.length > 1 ? walk(model, 'main', ...path) : undefined
    }),
  ).filter(photo => walk(photo, 'sizes') !== undefined)
}

const modelExport = layout('modelExport script', {
  served: 'since 2015 or earlier; sizes lie deeper since March 2023',
  items: page => scriptValues(page, 'script:not([src])', exportedPhotos),
  fields: {
    ...sizeFields((photo, name) => {
      const size = walk(photo, 'sizes', 'data', name, 'data') ?? walk(photo, 'sizes', name)
      const url = walk(size, 'url') ?? walk(size, 'displayUrl')
      return typeof url === 'string'
        ? { url, width: walk(size, 'width'), height: walk(size, 'height') }
        : undefined
    }),
    ...ownerFields(field('ownerNsid'), firstOf(unescaped(field('realname')), unescaped(field('username')))),
    title: unescaped(field('title')),
  },
})

const tile = '.photo-list-photo-view'

/** An image in the tile, or its background as it was until about 2021. */
const shownThumbnail: Reader<Element, string> = element => {
  const image = find(element, 'img[src*="staticflickr.com/"]')
  if (image) return attributeOf(image, 'src')
  const style = attributeOf(element, 'style') ?? ''
  return /background-image:\s*url\(["']?([^"')]+)/.exec(style)?.[1]
}

/** Parts of the address of a file: `…/<id>_<secret>_<size>.jpg`. */
function fileParts(address: string | undefined) {
  const [, start, id, secret, size = ''] =
    /^(.*\/)(\d+)_([\da-f]+)(?:_(\w{1,2}))?\.\w+$/.exec(address ?? '') ?? []
  return start === undefined ? undefined : { start, id, secret, size }
}

/** Sizes up to 1024 px share the secret of the thumbnail; larger ones each have their own, which a tile does not name. */
function largerFiles(element: Element): readonly Way[] {
  const file = fileParts(shownThumbnail(element))
  if (!file) return []
  const shared = ['b', 'c', 'z']
  const end = shared.indexOf(file.size)
  return (end < 0 ? shared : shared.slice(0, end)).map(size => ({
    kind: 'rendition',
    url: `${file.start}${file.id}_${file.secret}_${size}.jpg`,
    width: undefined,
    height: undefined,
  }))
}

const photoLink = 'a[href*="/photos/"]'

/** The page of a photo, without the list through which it was met. */
function photoPage(address: string | undefined): string | undefined {
  const [path] = /\/photos\/[^/?#]+\/\d+/.exec(address ?? '') ?? []
  return path && `${site}${path}`
}

const tiles = layout('photo-list tiles', {
  served: 'since 2014 or earlier; with images in place of backgrounds since about 2021',
  items: (page: Page) => findNew(page, tile),
  fields: {
    thumbnailUrl: shownThumbnail,
    pageUrl: element => photoPage(attribute('href', photoLink)(element)),
    title: firstOf(text('a.title'), attribute('alt', 'img'), attribute('aria-label', photoLink)),
    ways: largerFiles,
    tileKey: element => fileParts(shownThumbnail(element))?.id,
  },
})

/** The search, or what stands in the address of a tag, an album, a gallery, a group or a photostream. */
function query(url: URL): string | undefined {
  const asked = url.searchParams.get('text') || url.searchParams.get('tags')
  if (asked) return asked
  const [kind, name, part, id] = pathParts(url)
  if (kind === 'photos' && name === 'tags') return part
  if (kind === 'photos' && /^(?:albums|sets|galleries)$/.test(part ?? ''))
    return `${name} ${part} ${id ?? ''}`
  return kind === 'photos' || kind === 'groups' ? name : undefined
}

const plainFilters = filtersFrom({ color: 'color_codes', aspect: 'orientation', safe: 'safe_search' }, 'text')

function filters(url: URL) {
  const ids = url.searchParams.get('license')?.split(',')
  return chosen({
    ...plainFilters(url),
    size: together(url, 'dimension_search_mode', 'width', 'height'),
    type: together(url, 'media', 'content_types', 'content_type', 'styles'),
    time: together(url, 'min_taken_date', 'max_taken_date', 'min_upload_date', 'max_upload_date'),
    rights: ids?.map(id => licenseOf(id)?.[0] ?? id).join(', '),
  })
}

/** Flickr: search, tags, albums and photostreams. Photos of which only a size is open are named by the largest. */
export const flickr: Harvester = {
  engine: 'flickr',
  label: 'Flickr',
  verified: { by: 'real answer', on: '2020-02-10' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://www.flickr.com/search/?text=red+panda&license=4%2C5',
    'https://www.flickr.com/photos/tags/redpanda/',
    'https://www.flickr.com/photos/somebody/albums/72157600000000000',
  ],
  hosts: ['https://www.flickr.com/*'],
  matches: url => /^(?:www\.|secure\.|m\.|api\.)?flickr\.com$/.test(url.hostname),
  query,
  filters,
  // The button under search results, the link to the next page of an album.
  more: '.infinite-scroll-load-more button, a[data-track="paginationRightClick"]',
  tiles: {
    selector: tile,
    keys: element => {
      const { id } = fileParts(shownThumbnail(element)) ?? {}
      return id === undefined ? [] : [id]
    },
  },
  answers: flickrAnswers,
  layouts: [modelExport, answers, tiles],
}
