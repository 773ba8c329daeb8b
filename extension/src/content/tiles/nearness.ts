/** Keeps track of the tiles in and around the viewport, whatever the number of tiles there is. */

/** How far around the viewport a tile counts as near, in CSS pixels. */
export const reachPx = 320

export interface Nearness {
  readonly near: ReadonlySet<Element>
  readonly add: (tile: Element) => void
  readonly remove: (tile: Element) => void
}

/** @param changed - tiles came near or went away */
export function createNearness(changed: () => void): Nearness {
  const near = new Set<Element>()
  const observer = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) near.add(target)
        else near.delete(target)
      }
      changed()
    },
    // Containers that scroll have a reach of their own where the browser knows `scrollMargin`.
    { rootMargin: `${reachPx}px`, scrollMargin: `${reachPx}px` } as IntersectionObserverInit,
  )
  return {
    near,
    add: tile => observer.observe(tile),
    remove: tile => {
      observer.unobserve(tile)
      near.delete(tile)
    },
  }
}
