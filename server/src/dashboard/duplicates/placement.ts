/** Lays one picture over another, in the words of CSS. */
import type { ComparedImage, Placement } from '@gleaner/shared/duplicates'

type Shape = Pick<ComparedImage, 'width' | 'height' | 'original'>

const aspectOf = ({ width, height }: { readonly width: number; readonly height: number }) => width / height

/** Most a rendered picture may differ in aspect from its original and still count as uncut: a pixel of rounding. */
const tolerance = 0.03

/** Whether the rendered picture shows its whole original and nothing else: placements are of originals. */
const isWhole = ({ width, height, original }: Shape) =>
  Math.abs(aspectOf({ width, height }) / aspectOf(original) - 1) <= tolerance

/** Whether the two can be laid over each other exactly. */
export const isAligned = (a: Shape, b: Shape, placement: Placement | null): boolean =>
  placement !== null && isWhole(a) && isWhole(b)

/** The same placement seen from the other picture. @returns `null` where it cannot be turned round */
export function inverse([m0, m1, m2, m3, m4, m5]: Placement): Placement | null {
  if (m0 === undefined || m1 === undefined || m2 === undefined || m3 === undefined) return null
  const scale = m0 * m3 - m1 * m2
  if (Math.abs(scale) < 1e-9 || m4 === undefined || m5 === undefined) return null
  const [n0, n1, n2, n3] = [m3 / scale, -m1 / scale, -m2 / scale, m0 / scale]
  return [n0, n1, n2, n3, -(n0 * m4 + n2 * m5), -(n1 * m4 + n3 * m5)]
}

/**
 * The `transform` of an element that fills the frame of `a` and shows `b`, its origin the left top corner.
 *
 * @param a - picture whose frame it is
 * @param placement - where `b` lies on `a`; `null` where that is not known
 */
export function cssTransform(a: Shape, placement: Placement | null): string {
  if (placement === null) return 'none'
  const [m0 = 1, m1 = 0, m2 = 0, m3 = 1, m4 = 0, m5 = 0] = placement
  const aspect = aspectOf(a)
  const parts = [m0, m1 / aspect, m2 * aspect, m3, 0, 0].map(part => Number(part.toFixed(5)))
  return `translate(${percent(m4)}, ${percent(m5)}) matrix(${parts.join(', ')})`
}

const percent = (fraction: number) => `${Number((fraction * 100).toFixed(3))}%`
