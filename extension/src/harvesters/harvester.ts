import type { SourceKind } from '@gleaner/shared/candidate'
import type { Reader } from './read.ts'

/** What a harvester may look at. */
export interface Page {
  readonly document: Document
  readonly url: URL
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
}

export type Found = { readonly [Field in keyof Fields<unknown>]: unknown } & {
  readonly ways?: readonly Way[]
}

/** One result of a page, not read yet. */
export interface Sighting {
  /** What stands for the result in the page; the same object at the next look. */
  readonly source: object
  readonly read: () => Found
}

/** One form in which an engine has served its results. */
export interface Layout {
  readonly name: string
  /** When it was (or is) served. */
  readonly served: string
  /** The results in page order; none when the page has another layout. */
  readonly sightings: (page: Page) => Iterable<Sighting>
}

export interface LayoutParts<Item extends object> {
  readonly served: string
  readonly items: (page: Page) => Iterable<Item>
  /** What stays the same from look to look where items are made anew for each; the item itself otherwise. */
  readonly source?: (item: Item) => object
  readonly fields: Fields<Item>
}

/** Builds a layout out of its results and the readers of their fields. */
export function layout<Item extends object>(name: string, parts: LayoutParts<Item>): Layout {
  const { served, items, source = item => item, fields } = parts
  const readers = Object.entries(fields) as readonly [keyof Found, Reader<Item>][]
  const read = (item: Item): Found => Object.fromEntries(readers.map(([field, of]) => [field, of(item)]))
  return {
    name,
    served,
    sightings: function* (page) {
      for (const item of items(page)) yield { source: source(item), read: () => read(item) }
    },
  }
}

/** One search engine: mostly data. Reads; never clicks, fetches, stores or logs. Importing one has no effect. */
export interface Harvester {
  /** Name in provenance and file names: lower case. */
  readonly engine: string
  readonly label: string
  /** Day of the newest real page it has been held against. */
  readonly verifiedOn: string
  /** Addresses of image result pages. */
  readonly examples: readonly [string, ...string[]]
  /** Match patterns of the result pages, for the content script. */
  readonly hosts: readonly string[]
  /** Whether the address belongs to the engine. Its pages without image results harvest nothing. */
  readonly matches: (url: URL) => boolean
  /** What was searched for. */
  readonly query: (url: URL) => string | undefined
  /** Every layout that may be met, read one after the other; the first sighting of a picture counts. */
  readonly layouts: readonly Layout[]
}
