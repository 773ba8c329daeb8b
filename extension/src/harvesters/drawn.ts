import { findAll } from './dom.ts'
import type { Page } from './harvester.ts'
import type { Reader } from './read.ts'

/**
 * The results of the page's data which the page shows. The data outlives another search, or another choice of filters,
 * within the same page; what it says counts only while it is drawn, or before anything is.
 *
 * @param tiles - selector of the tiles
 * @param keyOfTile - what a tile and its result share
 */
export function drawnOf<Item>(
  { document }: Pick<Page, 'document'>,
  items: readonly Item[],
  tiles: string,
  keyOfTile: Reader<Element>,
  keyOfItem: Reader<Item>,
): readonly Item[] {
  if (items.length === 0) return items
  const drawn = new Set(findAll(document, tiles).map(keyOfTile))
  drawn.delete(undefined)
  return drawn.size === 0 ? items : items.filter(item => drawn.has(keyOfItem(item)))
}
