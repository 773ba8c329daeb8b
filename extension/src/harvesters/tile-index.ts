/** Finds the tile of a result: around the element it was read from, or by what both are known by. */
import { closest, findNew, isOnPage } from './dom.ts'
import type { HarvestedCandidate } from './harvest.ts'
import type { Page, Tiles } from './harvester.ts'
import { keyOf, tileKeyOf } from './values.ts'

/** What tells where a result stands on the page. */
export interface Mooring {
  readonly element: Element | undefined
  readonly tileKey: string | undefined
}

/** Parts of a page that are remembered for being looked through; beyond that tiles are not found. */
const maxUntouched = 50_000

export function createTileIndex(tiles: Tiles | undefined) {
  const byKey = new Map<string, WeakRef<Element>>()
  let untouched: Page['roots'][number][] = []

  function index(): void {
    const { selector, keys } = tiles ?? {}
    if (selector === undefined || keys === undefined) return
    const roots = untouched
    untouched = []
    for (const tile of findNew({ roots }, selector)) {
      for (const key of keys(tile) ?? []) {
        const known = tileKeyOf(key)
        if (known !== undefined) byKey.set(known, new WeakRef(tile))
      }
    }
  }

  const onPage = (tile: Element | undefined) => (tile && isOnPage(tile) ? tile : undefined)

  return {
    touch: ({ roots, changed }: Page) => {
      if (tiles?.keys && untouched.length < maxUntouched) untouched.push(...roots, ...changed)
    },
    find: (result: HarvestedCandidate & Mooring): Element | undefined => {
      const { element, tileKey, imageUrl, thumbnailUrl, alternatives } = result
      if (element && isOnPage(element)) return (tiles && closest(element, tiles.selector)) ?? element
      index()
      const addresses = [imageUrl, thumbnailUrl, ...alternatives.map(({ url }) => url)]
      for (const key of [tileKey, ...addresses.map(keyOf)]) {
        const tile = key === undefined ? undefined : onPage(byKey.get(key)?.deref())
        if (tile) return tile
      }
      return undefined
    },
  }
}
