/** How marks look and what they are called. */
import type { Mark } from './mark-of.ts'
import type { MarkedTile } from './tile-layer.ts'

/** Line drawings of 24 x 24 units: each mark is told by its shape, not by its colour alone. */
export const glyphs: Readonly<Record<Mark, string>> = {
  new: 'M12 6v12M6 12h12',
  waiting: 'M12 5v7l5 3',
  held: 'm5.5 12.5 4.5 4.5 8.5-9.5',
  'near-duplicate': 'M10 10h8.5v8.5H10zM5.5 14V5.5H14',
  'other-class': 'M5 8.5h13m-3.5-4L18 8.5M19 15.5H6m3.5 4L6 15.5',
  removed: 'M6 12h12',
  rejected: 'm7 7 10 10m0-10L7 17',
  failed: 'M12 5v8.5M12 18.5v.1',
  'thumbnail-only': 'M5 7.5h14v9H5z',
}

const names: Readonly<Record<Mark, string>> = {
  new: 'New',
  waiting: 'Waiting',
  held: 'In the set',
  'near-duplicate': 'Looks like one in the set',
  'other-class': 'In another class',
  removed: 'Removed before',
  rejected: 'Rejected before',
  failed: 'Failed',
  'thumbnail-only': 'Thumbnail only',
}

/** What a mark says by itself: `In another class: lynx`. */
export function nameOf({ mark, className }: MarkedTile): string {
  return mark === 'other-class' && className ? `${names[mark]}: ${className}` : names[mark]
}

/** Counts as the person hears them while picking. */
export function pickedWords(tiles: Iterable<MarkedTile>): string {
  let picked = 0
  let all = 0
  for (const { isPicked } of tiles) {
    all += 1
    if (isPicked) picked += 1
  }
  return `${picked.toLocaleString('en')} of ${all.toLocaleString('en')} picked`
}
