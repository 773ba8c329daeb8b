/** The forms in which Google has served image results, newest first. */
import { attributeOf, closest, find, findNew, isOnPage } from '../dom.ts'
import type { Page } from '../harvester.ts'
import { layout } from '../harvester.ts'
import type { Reader } from '../read.ts'
import {
  at,
  attribute,
  entityDecoded,
  firstOf,
  json,
  parameter,
  percentDecoded,
  text,
  walk,
} from '../read.ts'
import type { DataRecord } from './records.ts'
import { learn, learntIn, pagePart, recordOf } from './records.ts'

/** A tile and the record an inline script keeps for it. */
interface Result {
  readonly tile: Element
  readonly record: DataRecord | undefined
}

const onTile =
  (read: Reader<Element>): Reader<Result> =>
  ({ tile }) =>
    read(tile)
const inRecord =
  (...path: readonly number[]): Reader<Result> =>
  ({ record }) =>
    walk(record, ...path)
const inPagePart =
  (place: number): Reader<Result> =>
  ({ record }) =>
    walk(pagePart(record), place)

/** Written into a tile when the mouse passes over it. */
const writtenLink = attribute('href', 'a[href*="/imgres?"]')
const lazyThumbnail = firstOf(attribute('data-src', 'img'), attribute('src', 'img'))

/** Tiles whose record has not turned up, by docid. They are read again when it does. */
const waiting = new WeakMap<Document, Map<string, WeakRef<Element>>>()

/**
 * The tiles that are new, and those whose record is.
 *
 * @param docidAttributes - attributes in which a tile names its record, the first that leads to one counts
 */
function* withRecords(
  page: Page,
  selector: string,
  ...docidAttributes: readonly string[]
): Generator<Result | undefined> {
  yield* learn(page)
  const { document } = page
  const awaited = waiting.get(document) ?? new Map<string, WeakRef<Element>>()
  waiting.set(document, awaited)
  const tiles = new Set(findNew(page, selector))
  for (const docid of learntIn(page)) {
    const tile = awaited.get(docid)?.deref()
    if (tile && isOnPage(tile) && closest(tile, selector) === tile) tiles.add(tile)
  }
  for (const tile of tiles) {
    const docids = docidAttributes.flatMap(name => attributeOf(tile, name) ?? [])
    const record = docids.map(docid => recordOf(document, docid)).find(found => found !== undefined)
    for (const docid of docids) {
      if (record) awaited.delete(docid)
      else if (awaited.size < maxAwaited) awaited.set(docid, new WeakRef(tile))
    }
    yield { tile, record }
  }
}

/** Beyond that a record that comes late completes nothing. */
const maxAwaited = 20_000

/** Whether the address asks for the images tab. */
function asksForImages({ url }: Page): boolean {
  return url.searchParams.get('udm') === '2' || url.searchParams.get('tbm') === 'isch'
}

const recordFields = {
  imageUrl: firstOf(inRecord(3, 0), onTile(parameter(writtenLink, 'imgurl'))),
  pageUrl: firstOf(inPagePart(2), onTile(parameter(writtenLink, 'imgrefurl'))),
  thumbnailUrl: firstOf(inRecord(2, 0), onTile(lazyThumbnail)),
  thumbnailHeight: inRecord(2, 1),
  thumbnailWidth: inRecord(2, 2),
}

const desktopTile = 'div[data-docid][data-lpage]'

/** Web pages hold such tiles and records too, so the grid has to be named or the address to ask for images. */
export const desktop = layout('desktop udm=2', {
  served: 'since spring 2024',
  items: page => {
    if (find(page.document, '[data-id="mosaic"]')) {
      return withRecords(page, `[data-id="mosaic"] ${desktopTile}`, 'data-docid')
    }
    return asksForImages(page) ? withRecords(page, `#rso ${desktopTile}`, 'data-docid') : []
  },
  source: ({ tile }) => tile,
  element: ({ tile }) => tile,
  fields: {
    ...recordFields,
    tileKey: onTile(attribute('data-docid')),
    pageUrl: firstOf(recordFields.pageUrl, onTile(attribute('data-lpage'))),
    title: firstOf(inPagePart(3), onTile(text('.toI8Rb')), onTile(attribute('alt', 'img'))),
    height: firstOf(inRecord(3, 1), onTile(parameter(writtenLink, 'h'))),
    width: firstOf(inRecord(3, 2), onTile(parameter(writtenLink, 'w'))),
  },
})

/** Phones and old browsers: everything stands in attributes. */
export const mobileLite = layout('mobile lite', {
  served: 'still in 2026',
  items: page => findNew(page, '.isv-r[data-ou]'),
  fields: {
    imageUrl: attribute('data-ou'),
    thumbnailUrl: lazyThumbnail,
    pageUrl: attribute('data-ru'),
    title: attribute('data-pt'),
    width: attribute('data-ow'),
    height: attribute('data-oh'),
  },
})

export const initData = layout('AF_initDataCallback', {
  served: '2020 to spring 2024',
  items: page => withRecords(page, '#islrg .isv-r[data-id]:not([data-ou])', 'data-id', 'data-tbnid'),
  source: ({ tile }) => tile,
  element: ({ tile }) => tile,
  fields: {
    ...recordFields,
    tileKey: onTile(firstOf(attribute('data-id'), attribute('data-tbnid'))),
    pageUrl: firstOf(
      recordFields.pageUrl,
      onTile(attribute('href', 'a[href^="http"]:not([href*="/imgres?"])')),
    ),
    title: firstOf(inPagePart(3), onTile(text('h3'))),
    height: firstOf(inRecord(3, 1), onTile(attribute('data-oh'))),
    width: firstOf(inRecord(3, 2), onTile(attribute('data-ow'))),
  },
})

/** JSON with `ou` original, `tu` thumbnail, `ru` page, `pt` title, `ow` and `oh` size. */
const metadata = json(text('.rg_meta'))
const gridLink = 'a.rg_l[href*="/imgres?"]'
const gridTiles = (page: Page) => findNew(page, '.rg_di, .rg_bx')

/** Tiles of related searches have no metadata, or some without a page. Broken metadata is a result that is missed. */
function isRelatedSearch(tile: Element): boolean {
  if (!find(tile, '.rg_meta')) return true
  return metadata(tile) !== undefined && at(metadata, 'ru')(tile) === undefined
}

/** Also in the fragments loaded while scrolling. */
export const rgMeta = layout('rg_meta', {
  served: '2015 to early 2020',
  items: page => gridTiles(page).filter(tile => !find(tile, gridLink) && !isRelatedSearch(tile)),
  fields: {
    imageUrl: at(metadata, 'ou'),
    thumbnailUrl: firstOf(at(metadata, 'tu'), lazyThumbnail),
    pageUrl: at(metadata, 'ru'),
    title: at(metadata, 'pt'),
    width: at(metadata, 'ow'),
    height: at(metadata, 'oh'),
    thumbnailWidth: at(metadata, 'tw'),
    thumbnailHeight: at(metadata, 'th'),
  },
})

const gridTarget = attribute('href', gridLink)

/** `imgurl` is percent-encoded twice, the title HTML-escaped twice. */
export const imgresTiles = layout('imgres tiles', {
  served: 'until about 2016',
  items: page => gridTiles(page).filter(tile => find(tile, gridLink)),
  fields: {
    imageUrl: percentDecoded(parameter(gridTarget, 'imgurl')),
    thumbnailUrl: firstOf(at(metadata, 'tu'), lazyThumbnail),
    pageUrl: firstOf(at(metadata, 'ru'), parameter(gridTarget, 'imgrefurl')),
    title: entityDecoded(at(metadata, 'pt')),
    width: parameter(gridTarget, 'w'),
    height: parameter(gridTarget, 'h'),
    thumbnailWidth: at(metadata, 'tw'),
    thumbnailHeight: at(metadata, 'th'),
  },
})

const ownTarget = attribute('href')

/** Phones without scripts: bare links, and nothing else that would tell an images page from another. */
export const imgresLinks = layout('imgres links', {
  served: 'seen in 2026 for feature phones',
  items: page => {
    const hasGrid = find(page.document, '[data-id="mosaic"], #islrg, #rg_s')
    return asksForImages(page) && !hasGrid ? findNew(page, 'a[href*="/imgres?"]') : []
  },
  fields: {
    imageUrl: parameter(ownTarget, 'imgurl'),
    thumbnailUrl: lazyThumbnail,
    pageUrl: parameter(ownTarget, 'imgrefurl'),
    title: attribute('alt', 'img'),
    width: parameter(ownTarget, 'w'),
    height: parameter(ownTarget, 'h'),
  },
})

const pageLink = attribute('href', 'a[href^="/url?"]')

/** Browsers without scripts: thumbnail and page only. */
export const basic = layout('basic', {
  served: '2020 or earlier to 2026',
  items: page => findNew(page, 'td.e3goi').filter(cell => find(cell, 'a[href^="/url?"] img')),
  fields: {
    thumbnailUrl: attribute('src', 'img'),
    pageUrl: firstOf(parameter(pageLink, 'url'), parameter(pageLink, 'q')),
    title: text('span.fYyStc'),
  },
})
