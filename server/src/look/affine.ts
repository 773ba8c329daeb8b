/** How the frame of one picture lies in that of another. */
import { type Area, lookSide, type Orientation } from './fingerprint.ts'

const side = lookSide

/**
 * Takes a place in the frame of the second picture to one in that of the first, both in cells from the top left:
 * x' = a x + b y + c, y' = d x + e y + f.
 */
export interface Affine {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly e: number
  readonly f: number
}

/** Where in shares of a picture a share of the same picture, mirrored and turned, came from. */
function sourceOf(orientation: Orientation, u: number, v: number): readonly [u: number, v: number] {
  let [x, y] = [u, v]
  for (let turn = 0; turn < (orientation & 3); turn++) [x, y] = [y, 1 - x]
  return orientation >= 4 ? [1 - x, y] : [x, y]
}

/**
 * The transform a hit stands for.
 *
 * @param inFirst - window of the first frame that was looked up, before it was mirrored and turned
 * @param inSecond - window of the second frame that is alike
 */
export function affineOf(inFirst: Area, orientation: Orientation, inSecond: Area): Affine {
  const toFirst = (x: number, y: number): readonly [number, number] => {
    const [u, v] = sourceOf(
      orientation,
      (x - inSecond.left) / inSecond.width,
      (y - inSecond.top) / inSecond.height,
    )
    return [inFirst.left + u * inFirst.width, inFirst.top + v * inFirst.height]
  }
  const [cx, cy] = toFirst(0, 0)
  const [ax, ay] = toFirst(1, 0)
  const [bx, by] = toFirst(0, 1)
  return { a: ax - cx, b: bx - cx, c: cx * side, d: ay - cy, e: by - cy, f: cy * side }
}

const determinantOf = ({ a, b, d, e }: Affine) => a * e - b * d

/** @returns the transform from the first picture's frame to the second's; `undefined` when it has none */
export function inverse(affine: Affine): Affine | undefined {
  const { a, b, c, d, e, f } = affine
  const determinant = determinantOf(affine)
  if (Math.abs(determinant) < 1e-6) return undefined
  const [ia, ib, id, ie] = [e / determinant, -b / determinant, -d / determinant, a / determinant]
  return { a: ia, b: ib, c: -(ia * c + ib * f), d: id, e: ie, f: -(id * c + ie * f) }
}

/** The orientation nearest to a transform, and what is left to turn. */
export interface Pose {
  readonly orientation: Orientation
  /** Clockwise, −45 to 45. */
  readonly degrees: number
}

/**
 * What has to be done to the first picture so that it lies as the second does.
 *
 * @param aspectOfFirst - height of its frame by its width, for frames are stretched to squares here
 */
export function poseOf(affine: Affine, aspectOfFirst = 1, aspectOfSecond = 1): Pose {
  const isMirrored = determinantOf(affine) < 0
  // To the first picture's frame, mirrored where it has to be: a turn and scales are left. The two axes share the angle.
  const sign = isMirrored ? -1 : 1
  const [a, d] = [sign * affine.a, affine.d * aspectOfFirst]
  const [b, e] = [(sign * affine.b) / aspectOfSecond, (affine.e * aspectOfFirst) / aspectOfSecond]
  const [across, down] = [Math.hypot(a, d) || 1, Math.hypot(b, e) || 1]
  const angle = Math.atan2(d / across - b / down, a / across + e / down)
  const quarters = Math.round(angle / (Math.PI / 2))
  // The transform leads back from the second to the first, so a turn of the first is its opposite.
  const turns = (((-quarters % 4) + 4) % 4) + (isMirrored ? 4 : 0)
  return { orientation: turns as Orientation, degrees: quarters * 90 - (angle * 180) / Math.PI }
}

/** How far, in cells, the corners of the frames miss each other when turned to lie alike. */
export function frameShift(affine: Affine): number {
  const frame = { left: 0, top: 0, width: 1, height: 1 }
  const exact = affineOf(frame, poseOf(affine).orientation, frame)
  const corners = [0, side].flatMap(x => [0, side].map(y => [x, y] as const))
  const misses = corners.map(([x, y]) =>
    Math.hypot(
      (affine.a - exact.a) * x + (affine.b - exact.b) * y + affine.c - exact.c,
      (affine.d - exact.d) * x + (affine.e - exact.e) * y + affine.f - exact.f,
    ),
  )
  return Math.max(...misses)
}

/**
 * How many times wider things become than higher, from the second picture to the first; 1 when they keep their shape.
 *
 * @param aspectOfFirst - height of its frame by its width
 */
export function stretchOf({ a, b, d, e }: Affine, aspectOfFirst: number, aspectOfSecond: number): number {
  const across = Math.hypot(a, d * aspectOfFirst)
  const down = Math.hypot(b, e * aspectOfFirst) / aspectOfSecond
  return across / Math.max(1e-6, down)
}

/** Whether a transform neither enlarges by much nor slants: others tell of no copy and of no crop. */
export function isPlausible({ a, b, d, e }: Affine): boolean {
  const [across, down] = [Math.hypot(a, d), Math.hypot(b, e)]
  const slant = Math.abs(a * b + d * e) / Math.max(1e-6, across * down)
  const isIn = (scale: number) => scale > 0.2 && scale < 5
  return isIn(across) && isIn(down) && slant < 0.3
}

/** The part of a frame that an area of the other frame covers: what surrounds it, cut to the frame. */
export function project({ a, b, c, d, e, f }: Affine, { left, top, width, height }: Area): Area {
  const corners = [
    [left, top],
    [left + width, top],
    [left, top + height],
    [left + width, top + height],
  ] as const
  const xs = corners.map(([x, y]) => a * x + b * y + c / side)
  const ys = corners.map(([x, y]) => d * x + e * y + f / side)
  return between(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))
}

function between(x0: number, y0: number, x1: number, y1: number): Area {
  const [left, top, right, bottom] = [x0, y0, x1, y1].map(share => Math.min(1, Math.max(0, share))) as [
    number,
    number,
    number,
    number,
  ]
  return { left, top, width: right - left, height: bottom - top }
}

export const sizeOf = ({ width, height }: Area) => width * height

/** What two areas of one frame share. */
export function intersection(p: Area, q: Area): Area {
  const left = Math.max(p.left, q.left)
  const top = Math.max(p.top, q.top)
  const right = Math.min(p.left + p.width, q.left + q.width)
  const bottom = Math.min(p.top + p.height, q.top + q.height)
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) }
}
