import type { SearchFilters, SourceKind } from '@gleaner/shared/candidate'
import { isElement } from './dom.ts'
import type { Reader } from './read.ts'

/** An answer of the engine's servers that the page's own scripts received. Hostile until read. */
export interface PageAnswer {
  readonly url: URL
  readonly body: string
}

/** What a harvester may look at. */
export interface Page {
  readonly document: Document
  readonly url: URL
  /** What is to be looked through: the document at the first look, later what was added since the last. */
  readonly roots: readonly (Document | Element | ShadowRoot)[]
  /** Elements of which an attribute or the text changed since the last look; what else is in them stayed. */
  readonly changed: readonly Element[]
  /** Answers the page received since the last look, oldest first. */
  readonly answers: readonly PageAnswer[]
}

/** A further address of the same picture as the page writes it. */
export interface Way {
  readonly kind: SourceKind
  readonly url: unknown
  readonly width: unknown
  readonly height: unknown
}

/** How each value is read from a result. Readers hand over what they find; `harvest` checks and converts it. */
export interface Fields<Item> {
  readonly imageUrl?: Reader<Item>
  readonly thumbnailUrl?: Reader<Item>
  readonly pageUrl?: Reader<Item>
  readonly title?: Reader<Item>
  /** Claimed size of the original in pixels: a number or its digits. */
  readonly width?: Reader<Item>
  readonly height?: Reader<Item>
  readonly thumbnailWidth?: Reader<Item>
  readonly thumbnailHeight?: Reader<Item>
  /** Copies elsewhere and other sizes, best first. */
  readonly ways?: Reader<Item, readonly Way[]>
  /** Terms the page states for this picture: a name such as `CC BY 2.0`, or the usual short form. */
  readonly license?: Reader<Item>
  readonly licenseUrl?: Reader<Item>
  readonly creator?: Reader<Item>
  readonly creatorUrl?: Reader<Item>
  readonly attribution?: Reader<Item>
  /**
   * What the engine knows the picture by: its id, or whatever else an answer and the tile of a result share. Two
   * results with the same key are one. See also {@link Tiles}.
   */
  readonly tileKey?: Reader<Item>
}

export type Found = { readonly [Field in keyof Fields<unknown>]: unknown } & {
  readonly ways?: readonly Way[]
}

/** One result of a page, not read yet. */
export interface Sighting {
  /** What stands for the result in the page; the same object at the next look. */
  readonly source: object
  /** The element the result was read from, where it was read from one. */
  readonly element: Element | undefined
  readonly read: () => Found
}

/** One form in which an engine has served its results. */
export interface Layout {
  readonly name: string
  /** When it was (or is) served. */
  readonly served: string
  /** The results in page order; none when the page has another layout. `undefined` is a place to pause at. */
  readonly sightings: (page: Page) => Iterable<Sighting | undefined>
}

export interface LayoutParts<Item extends object> {
  readonly served: string
  /** `undefined` among them is no result, but a place to pause at where finding the next one takes long. */
  readonly items: (page: Page) => Iterable<Item | undefined>
  /** What stays the same from look to look where items are made anew for each; the item itself otherwise. */
  readonly source?: (item: Item) => object
  /** The element an item stands for; the item itself where it is one. */
  readonly element?: (item: Item) => Element | undefined
  readonly fields: Fields<Item>
}

/** Builds a layout out of its results and the readers of their fields. */
export function layout<Item extends object>(name: string, parts: LayoutParts<Item>): Layout {
  const { served, items, source = item => item, element = elementItself, fields } = parts
  const readers = Object.entries(fields) as readonly [keyof Found, Reader<Item>][]
  const read = (item: Item): Found => Object.fromEntries(readers.map(([field, of]) => [field, of(item)]))
  return {
    name,
    served,
    sightings: function* (page) {
      for (const item of items(page)) {
        yield item && { source: source(item), element: element(item), read: () => read(item) }
      }
    },
  }
}

const elementItself = (item: object) => (isElement(item) ? item : undefined)

/** Where the results stand on the page, for marks and picking. */
export interface Tiles {
  /** One element for each result: what a person takes for the tile, image and caption. */
  readonly selector: string
  /**
   * What a tile is known by where its result is read elsewhere (a script, an answer): any of the addresses in it, or the
   * same text as the result's `tileKey`. Not needed where results are read from the tiles.
   */
  readonly keys?: Reader<Element, readonly string[]>
}

/** How sure it is that a harvester reads what the engine serves. */
export interface Verification {
  /** `real page`: a page people were served. `real answer`: what the page's scripts received. `documentation`: neither. */
  readonly by: 'real page' | 'real answer' | 'documentation'
  /** Day of the newest of them, `YYYY-MM-DD`. */
  readonly on: string
}

/** One search engine: mostly data. Reads; never clicks, fetches, stores or logs. Importing one has no effect. */
export interface Harvester {
  /** Name in provenance and file names: lower case. */
  readonly engine: string
  readonly label: string
  readonly verified: Verification
  /** `install`: part of the extension from the start. `request`: the person allows the site when it is first used. */
  readonly access: 'install' | 'request'
  /** Addresses of image result pages. */
  readonly examples: readonly [string, ...string[]]
  /** Match patterns of the result pages, for the content script. None where any host may serve the engine. */
  readonly hosts: readonly string[]
  /** Whether the address belongs to the engine. Its pages without image results harvest nothing. */
  readonly matches: (url: URL) => boolean
  /** Whether a page belongs to the engine whatever its address: for software that anybody may run. */
  readonly recognises?: (document: Document) => boolean
  /** What was searched for: in the address, or in the search field where the address does not say. */
  readonly query: (url: URL, document?: Document) => string | undefined
  /** Filters that narrow the search, from the address. */
  readonly filters?: (url: URL) => SearchFilters
  /** Whether the engine asks, instead of answering, if a person is searching. */
  readonly isChallenge?: (page: Pick<Page, 'document' | 'url'>) => boolean
  /** The button that brings more results, where scrolling alone does not. */
  readonly more?: string
  readonly tiles?: Tiles
  /** Attributes, beside `src`, `srcset` and `href`, that the page writes into results which are there already. */
  readonly writesLater?: readonly string[]
  /** Whether results may stand in open shadow roots. */
  readonly readsShadows?: true
  /** Part of the results, from 0 to 1, for which the engine's pages name the original. */
  readonly usualOriginals: number
  /** Addresses of the answers in which the page receives results, where it does. */
  readonly answers?: readonly RegExp[]
  /** Every layout that may be met, read one after the other; the first sighting of a picture counts. */
  readonly layouts: readonly Layout[]
}
