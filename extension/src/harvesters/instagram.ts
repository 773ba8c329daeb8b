/**
 * Instagram: hashtag, search and profile pages as the person who is signed in sees them. Addresses of pictures are
 * signed and expire (`oe` is the time, in hexadecimal seconds), most within days: what is collected has to be fetched
 * soon, and an address cannot be changed into that of another size.
 */
import { instagramAnswers } from './answer-patterns.ts'
import { answersOf } from './answers.ts'
import { attributeOf, find, findNew } from './dom.ts'
import type { Fields, Harvester, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import { pathParts } from './path.ts'
import type { Reader } from './read.ts'
import { attribute, listOf, numberOf, parseJson, walk } from './read.ts'
import { scriptValues } from './script-data.ts'
import { parseSrcset } from './srcset.ts'

const site = 'https://www.instagram.com'

/** Values of an answer that are looked at; the largest real one seen has 7 thousand. */
const maxValues = 200_000

/**
 * Objects for which `isPost` holds, wherever they lie: the site wraps the same posts in ever new lists (sections, grids,
 * edges, connections). In the order of the data; what lies inside a post is not looked at.
 */
function postsIn(data: unknown, isPost: (value: object) => boolean): readonly object[] {
  const posts: object[] = []
  const stack: unknown[] = [data]
  for (let looked = 0; stack.length > 0 && looked < maxValues; looked++) {
    const value = stack.pop()
    if (typeof value !== 'object' || value === null) continue
    if (isPost(value)) posts.push(value)
    else for (const part of Object.values(value).toReversed()) stack.push(part)
  }
  return posts
}

/** A picture, and the post it is part of; `place` counts from 1 among the pictures of a post. */
interface Picture {
  readonly picture: object
  readonly post: object
  readonly code: string
  readonly place: number
}

/** The pictures of posts: one, or those of a carousel. */
function picturesOf(posts: readonly object[], codeName: string, parts: (post: object) => readonly object[]) {
  return posts.flatMap((post): Picture[] => {
    const code = walk(post, codeName)
    if (typeof code !== 'string' || !/^[\w-]+$/.test(code)) return []
    const inside = parts(post)
    const pictures = inside.length > 0 ? inside : [post]
    return pictures.map((picture, index) => ({ picture, post, code, place: index + 1 }))
  })
}

function profile(name: unknown): string | undefined {
  return typeof name === 'string' && name !== '' ? `${site}/${encodeURIComponent(name)}/` : undefined
}

/** The readers both kinds of data share. Further pictures of a post are known apart from the first, which the tile shows. */
function postFields(user: string): Fields<Picture> {
  return {
    pageUrl: ({ code, place }) => `${site}/p/${code}/${place > 1 ? `?img_index=${place}` : ''}`,
    creator: ({ post }) => walk(post, user, 'username'),
    creatorUrl: ({ post }) => profile(walk(post, user, 'username')),
    tileKey: ({ code, place }) => (place > 1 ? `${code}/${place}` : code),
  }
}

/** How a kind of data names the parts of a file. */
interface FileNames {
  readonly url: string
  readonly width: string
  readonly height: string
}

/** The files of a picture, largest first. Those of another shape are cut to the grid and no way to the whole picture. */
function filesOf(picture: object, path: readonly string[], names: FileNames): readonly Way[] {
  const files = listOf(walk(picture, ...path)).map(file => ({
    kind: 'rendition' as const,
    url: walk(file, names.url),
    width: numberOf(walk(file, names.width)),
    height: numberOf(walk(file, names.height)),
  }))
  const sorted = files.toSorted((a, b) => b.width * b.height - a.width * a.height)
  const shapeOf = (file: (typeof files)[number] | undefined) => (file ? file.width / file.height : 0)
  return sorted.filter(file => Math.abs(shapeOf(file) / shapeOf(sorted[0]) - 1) < 0.02)
}

const isNode = (value: object) =>
  typeof walk(value, 'shortcode') === 'string' && typeof walk(value, 'display_url') === 'string'

const nodes = layout('GraphQL nodes', {
  served: 'until about 2022; of profiles still since',
  items: page =>
    picturesOf(
      answersOf(page).flatMap(answer => postsIn(answer, isNode)),
      'shortcode',
      post =>
        listOf(walk(post, 'edge_sidecar_to_children', 'edges'))
          .flatMap(edge => listOf([walk(edge, 'node')]))
          .filter(node => walk(node, 'display_url') !== undefined),
    ),
  source: ({ picture }) => picture,
  fields: {
    ...postFields('owner'),
    imageUrl: ({ picture }) => walk(picture, 'display_url'),
    thumbnailUrl: ({ picture }) => walk(picture, 'thumbnail_src'),
    title: ({ post }) => walk(post, 'edge_media_to_caption', 'edges', 0, 'node', 'text'),
    width: ({ picture }) => walk(picture, 'dimensions', 'width'),
    height: ({ picture }) => walk(picture, 'dimensions', 'height'),
    ways: ({ picture }) =>
      filesOf(picture, ['display_resources'], { url: 'src', width: 'config_width', height: 'config_height' }),
  },
})

const isMedia = (value: object) =>
  typeof walk(value, 'code') === 'string' &&
  (walk(value, 'image_versions2') !== undefined || Array.isArray(walk(value, 'carousel_media')))

const candidates = (picture: object) =>
  filesOf(picture, ['image_versions2', 'candidates'], { url: 'url', width: 'width', height: 'height' })

const carousel = (post: object) =>
  listOf(walk(post, 'carousel_media')).filter(part => walk(part, 'image_versions2') !== undefined)

const media = layout('media lists', {
  served: 'since about 2022',
  items: page =>
    picturesOf(
      [
        ...scriptValues(page, 'script[type="application/json"][data-sjs]', preloaded),
        ...answersOf(page).flatMap(answer => postsIn(answer, isMedia)),
      ],
      'code',
      carousel,
    ),
  source: ({ picture }) => picture,
  fields: {
    ...postFields('user'),
    imageUrl: ({ picture }) => candidates(picture)[0]?.url,
    width: ({ picture }) => candidates(picture)[0]?.width,
    height: ({ picture }) => candidates(picture)[0]?.height,
    thumbnailUrl: ({ picture }) => candidates(picture).at(-1)?.url,
    thumbnailWidth: ({ picture }) => candidates(picture).at(-1)?.width,
    thumbnailHeight: ({ picture }) => candidates(picture).at(-1)?.height,
    title: ({ post }) => walk(post, 'caption', 'text'),
    ways: ({ picture }) => candidates(picture).slice(1, -1),
  },
})

/** Posts that came with the page: scripts hold what its first requests would have been answered. */
function preloaded(script: string): readonly object[] {
  return script.includes('image_versions2') ? postsIn(parseJson(script), isMedia) : []
}

const postLink = 'a[href*="/p/"], a[href*="/reel/"]'
const image = 'img[src*="cdninstagram.com/"], img[src*="fbcdn.net/"]'

const codeOf: Reader<Element, string> = link =>
  /\/(?:p|reel)\/([\w-]+)/.exec(attributeOf(link, 'href') ?? '')?.[1]

/** What an image of the grid names, largest first. */
function shownFiles(link: Element): readonly Way[] {
  const files = parseSrcset(attribute('srcset', image)(link)).map(({ url, width }) => ({ url, width }))
  const shown = attribute('src', image)(link)
  const all = files.some(({ url }) => url === shown) ? files : [{ url: shown, width: undefined }, ...files]
  return all.map(({ url, width }) => ({ kind: 'rendition', url, width, height: undefined }))
}

/** Tiles show a size for the grid; the largest file is only in the answer the tile was drawn from. */
const tiles = layout('grid tiles', {
  served: 'since 2017 or earlier',
  items: page => findNew(page, postLink).filter(link => find(link, image) && codeOf(link)),
  fields: {
    thumbnailUrl: link => shownFiles(link).at(-1)?.url,
    pageUrl: link => `${site}/p/${codeOf(link)}/`,
    title: attribute('alt', image),
    ways: link => shownFiles(link).slice(0, -1),
    tileKey: codeOf,
  },
})

/** The first parts of paths that are no names of people. */
const ownPaths =
  /^(?:p|reels?|tv|stories|explore|direct|accounts|about|legal|developer|challenge|api|graphql|web|your_activity)$/

/** The tag, the words searched for, the place, or the name of the profile. */
function query(url: URL): string | undefined {
  const asked = url.searchParams.get('q')
  if (asked !== null) return asked
  const [first, kind, name, place] = pathParts(url)
  if (first === 'explore') return kind === 'tags' ? name : kind === 'locations' ? (place ?? name) : undefined
  return first !== undefined && !ownPaths.test(first) ? first : undefined
}

export const instagram: Harvester = {
  engine: 'instagram',
  label: 'Instagram',
  verified: { by: 'real answer', on: '2021-01-31' },
  access: 'request',
  usualOriginals: 1,
  examples: ['https://www.instagram.com/explore/tags/redpanda/', 'https://www.instagram.com/somebody/'],
  hosts: ['https://www.instagram.com/*'],
  matches: url => /^(?:www\.)?instagram\.com$/.test(url.hostname),
  query,
  isChallenge: ({ url }) => /^\/(?:challenge|accounts\/suspended)\//.test(url.pathname),
  tiles: {
    selector: postLink,
    keys: link => {
      const code = find(link, image) && codeOf(link)
      return code === undefined ? [] : [code]
    },
  },
  answers: instagramAnswers,
  layouts: [media, nodes, tiles],
}
