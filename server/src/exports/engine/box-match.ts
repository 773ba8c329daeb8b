import type { Rectangle } from '@gleaner/shared/versions'

interface Labelled extends Rectangle {
  readonly label: string
}

/** How far from where it was a side may be read, in pixels: whole ones are all that some formats keep. */
const tolerancePx = 1.01

/** Whether some box of the one list has no counterpart of its own in the other. */
export function boxesDiffer(written: readonly Labelled[], read: readonly Labelled[]): boolean {
  if (written.length !== read.length) return true
  const left = [...read]
  return written.some(box => {
    const at = left.findIndex(other => isLike(box, other))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

const isNear = (a: number, b: number) => Math.abs(a - b) <= tolerancePx

const isLike = (a: Labelled, b: Labelled) =>
  a.label === b.label &&
  isNear(a.x, b.x) &&
  isNear(a.y, b.y) &&
  isNear(a.x + a.width, b.x + b.width) &&
  isNear(a.y + a.height, b.y + b.height)
