/** From boxes as a set has them to pixels of the upright picture. */
import type { FoundBox } from '../exports/readers/found.ts'
import { pictureSize } from '../exports/readers/picture-size.ts'
import type { BroughtBox } from '../store/types.ts'
import { jpegOrientation } from './orientation.ts'

interface Size {
  readonly width: number
  readonly height: number
}

export interface Framed {
  readonly boxes: readonly BroughtBox[]
  /** Of the upright picture. */
  readonly size: Size | null
  /** Boxes that were drawn on the picture as it lies in the file, and turned with it. */
  readonly turned: number
  /** Boxes that are left out: outside of the picture, without area, or of a picture of another shape. */
  readonly outside: number
}

/** Sizes that are the same but for rounding. */
const isAlike = (a: Size, b: Size) =>
  Math.abs(a.width / a.height - b.width / b.height) <= 0.01 * (a.width / a.height)

/**
 * @param claimed - size that the set says the picture has; boxes in pixels are of it
 */
export function frameBoxes(bytes: Buffer, boxes: readonly FoundBox[], claimed: Size | null): Framed {
  const raw = pictureSize(bytes)
  if (boxes.length === 0 || !raw) return { boxes: [], size: raw ?? null, turned: 0, outside: boxes.length }
  const orientation = jpegOrientation(bytes)
  const isOnSide = orientation >= 5
  const size = isOnSide ? { width: raw.height, height: raw.width } : raw
  const given = claimed && claimed.width > 0 && claimed.height > 0 ? claimed : size
  const isAsFiled = isOnSide && !isAlike(given, size) && isAlike(given, raw)
  if (!isAsFiled && !isAlike(given, size)) return { boxes: [], size, turned: 0, outside: boxes.length }
  const kept = boxes.flatMap(box => {
    const share = sharesOf(box, given)
    const upright = isAsFiled ? turn(share, orientation) : share
    return clip(upright, size, box.label) ?? []
  })
  return { boxes: kept, size, turned: isAsFiled ? kept.length : 0, outside: boxes.length - kept.length }
}

type Share = Omit<BroughtBox, 'label'>

function sharesOf({ x, y, width, height, unit }: FoundBox, given: Size): Share {
  if (unit === 'share') return { x, y, width, height }
  return {
    ...{ x: x / given.width, y: y / given.height },
    ...{ width: width / given.width, height: height / given.height },
  }
}

/** As the orientations 5 to 8 of EXIF turn and mirror the picture. */
function turn({ x, y, width, height }: Share, orientation: number): Share {
  const swapped = { width: height, height: width }
  const right = 1 - y - height
  const bottom = 1 - x - width
  if (orientation === 5) return { x: y, y: x, ...swapped }
  if (orientation === 6) return { x: right, y: x, ...swapped }
  if (orientation === 7) return { x: right, y: bottom, ...swapped }
  return { x: y, y: bottom, ...swapped }
}

function clip(share: Share, size: Size, label: string): BroughtBox | undefined {
  const left = clamp(share.x) * size.width
  const top = clamp(share.y) * size.height
  const width = clamp(share.x + share.width) * size.width - left
  const height = clamp(share.y + share.height) * size.height - top
  const isOne = [left, top, width, height].every(Number.isFinite) && width > 0 && height > 0
  return isOne ? { x: tidy(left), y: tidy(top), width: tidy(width), height: tidy(height), label } : undefined
}

const clamp = (share: number) => Math.min(1, Math.max(0, share))
/** Thousandths of a pixel: what is more comes from turning pixels into shares and back. */
const tidy = (pixels: number) => Math.round(pixels * 1000) / 1000
