/** Boxes on the page. Lengths are CSS pixels; which origin they count from is up to the caller. */

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export type Direction = 'left' | 'right' | 'up' | 'down'

export const isEmpty = ({ left, top, right, bottom }: Box): boolean => !(right > left && bottom > top)

/** What two boxes share; an empty box where that is nothing. */
export const shared = (one: Box, other: Box): Box => ({
  left: Math.max(one.left, other.left),
  top: Math.max(one.top, other.top),
  right: Math.min(one.right, other.right),
  bottom: Math.min(one.bottom, other.bottom),
})

export const meets = (one: Box, other: Box): boolean => !isEmpty(shared(one, other))

export const holds = ({ left, top, right, bottom }: Box, { x, y }: Point): boolean =>
  x >= left && x < right && y >= top && y < bottom

export const middle = ({ left, top, right, bottom }: Box): Point => ({
  x: (left + right) / 2,
  y: (top + bottom) / 2,
})

/** The box two corners span, whichever of them comes first. */
export const between = (one: Point, other: Point): Box => ({
  left: Math.min(one.x, other.x),
  top: Math.min(one.y, other.y),
  right: Math.max(one.x, other.x),
  bottom: Math.max(one.y, other.y),
})

/** How far two spans lie apart; 0 where they overlap. */
const gap = (from: number, to: number, otherFrom: number, otherTo: number) =>
  Math.max(0, otherFrom - to, from - otherTo)

/** The same question for every direction: as if one always went down. */
function turned({ left, top, right, bottom }: Box, direction: Direction): Box {
  if (direction === 'down') return { left, top, right, bottom }
  if (direction === 'up') return { left, top: -bottom, right, bottom: -top }
  if (direction === 'right') return { left: top, top: left, right: bottom, bottom: right }
  return { left: top, top: -right, right: bottom, bottom: -left }
}

/**
 * Where an arrow key leads from a box: the nearest box that begins further on in that direction, boxes in the same column
 * (or row) before others. Rows of unequal height and columns of unequal length are no obstacle.
 *
 * @returns the index of a box, or -1 where nothing lies that way
 */
export function neighbour(boxes: readonly Box[], from: Box, direction: Direction): number {
  const here = turned(from, direction)
  const start = middle(here)
  let best = -1
  let leastCost = Number.POSITIVE_INFINITY
  for (const [index, box] of boxes.entries()) {
    const there = turned(box, direction)
    const end = middle(there)
    // A box that only sticks out a little further is a neighbour to the side, not one further on.
    if (isEmpty(there) || end.y <= start.y || there.top < Math.min(start.y, here.top + 1)) continue
    const aside = gap(here.left, here.right, there.left, there.right)
    const ahead = Math.max(0, there.top - here.bottom)
    // A step aside costs more than any step ahead that a grid asks for; among equals the straightest counts.
    const cost = ahead + aside * 4 + Math.abs(end.x - start.x) * (aside > 0 ? 1 : 0.3)
    if (cost < leastCost) {
      leastCost = cost
      best = index
    }
  }
  return best
}
