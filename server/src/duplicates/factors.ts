/** What tells better copies of a picture from lesser ones, in one unit: doublings of detail along a side. */
import { type Area, type Fingerprint, lookChromaSide, lookSide } from '../look/fingerprint.ts'
import type { Likeness } from '../look/likeness.ts'

/** A copy of a picture, with what is known of its file. */
export interface Copy<Id = unknown> {
  readonly id: Id
  readonly original: {
    readonly widthPx: number
    readonly heightPx: number
    readonly format: string
    readonly sizeBytes: number
  }
  readonly isThumbnail: boolean
  /** `null` for pictures of before: then nothing but the size in pixels is known of its detail. */
  readonly fingerprint: Fingerprint | null
}

export const factorNames = [
  'extent',
  'marks',
  'surround',
  'colour',
  'detail',
  'inflation',
  'compression',
  'thumbnail',
] as const
export type FactorName = (typeof factorNames)[number]

/**
 * What each thing counts, 0 where a copy is as its representative is, or as good as can be; above it is better, below
 * worse.
 */
export type Factors = Readonly<Record<FactorName, number>>

/**
 * What it is worth. A mark or the loss of colours spoils a picture more than half the size would; a tenth of the scene
 * counts about as much as two fifths of the detail, for it cannot be had back.
 */
const worth = {
  extentPerDoubling: 3,
  marks: 1.5,
  border: 0.5,
  caption: 1,
  colour: 1.5,
  inflationPerDoubling: 0.1,
  thumbnail: 0.5,
} as const

/** Figures of detail differ by this much, in doublings, though nothing was done but saving anew. */
const sameDetail = 0.2
/**
 * Noise, sharpening and reducing look like detail: of a copy that has no more pixels than the other, only more than this
 * counts. Enlarged and blurred pictures are further away.
 */
const sameDetailUnlikely = 0.6
/** Sizes in pixels differ, in doublings. */
const otherSize = 0.1
/** Chroma of every cell is this near to grey in a picture without colours; levels of 255. */
const greyLevels = 4
/** From this quality of JPEG on, nothing is lost that matters. */
const goodQuality = 85
/** Below this share of a frame, something surrounds what both pictures show. */
const wholeShare = 0.98

/** Length of the longest side in pixels. */
export const longSidePx = ({ original }: Pick<Copy, 'original'>) =>
  Math.max(original.widthPx, original.heightPx)

/** Of what was measured, so much at least is there in a picture that is sharp; more could not have been seen. */
const sharpShare = 0.75

/** Whether as much is there as could be measured: a larger file may hold more. */
export const isSharp = ({ fingerprint }: Pick<Copy, 'fingerprint'>): boolean =>
  !fingerprint || fingerprint.detail.resolvedSidePx >= sharpShare * fingerprint.detail.measuredSidePx

/** Longest side in pixels of the smallest picture that would show the same, as far as was measured. */
export const resolvedSidePx = (copy: Pick<Copy, 'original' | 'fingerprint'>) =>
  Math.max(1, copy.fingerprint?.detail.resolvedSidePx ?? longSidePx(copy))

export function isGrey({ raster }: Pick<Fingerprint, 'raster'>): boolean {
  const chroma = raster.subarray(lookSide ** 2, lookSide ** 2 + 2 * lookChromaSide ** 2)
  return chroma.every(level => Math.abs(level - 128) <= greyLevels)
}

/** What is known of a copy without comparing it. */
function ownFactors(copy: Copy): Omit<Factors, 'extent' | 'marks' | 'detail'> {
  const { fingerprint } = copy
  return {
    surround:
      fingerprint?.surround === 'border'
        ? -worth.border
        : fingerprint?.surround === 'caption'
          ? -worth.caption
          : 0,
    colour: fingerprint && isGrey(fingerprint) ? -worth.colour : 0,
    inflation: isSharp(copy)
      ? 0
      : -worth.inflationPerDoubling * Math.max(0, Math.log2(contentSidePx(copy) / resolvedSidePx(copy))),
    compression: -compressionLoss(copy),
    thumbnail: copy.isThumbnail ? -worth.thumbnail : 0,
  }
}

function compressionLoss({ fingerprint }: Pick<Copy, 'fingerprint'>): number {
  if (!fingerprint) return 0
  const { blockiness, jpegQuality } = fingerprint.detail
  const byTables = jpegQuality === null ? 0 : Math.max(0, goodQuality - jpegQuality) / 100
  // A picture saved well after it was saved badly still shows its blocks.
  const byBlocks = Math.max(0, Math.log2(blockiness) - 0.3) / 2
  return Math.min(1, Math.max(byTables, byBlocks))
}

/** Longest side of the picture proper, in pixels of the file. */
function contentSidePx({ original, fingerprint }: Copy): number {
  const { width, height } = fingerprint?.content ?? { width: 1, height: 1 }
  return Math.max(original.widthPx * width, original.heightPx * height)
}

/** Factors of the picture that all others of its group are compared with. */
export const factorsOfRepresentative = (copy: Copy): Factors => ({
  ...ownFactors(copy),
  ...{ extent: 0, marks: 0, detail: 0 },
})

/**
 * @param likeness - of the two, the representative first; `undefined` where pixels could not be compared
 */
export function factorsBeside(copy: Copy, representative: Copy, likeness: Likeness | undefined): Factors {
  const own = ownFactors(copy)
  if (!likeness) {
    const side = (of: (copy: Copy) => number) => Math.log2(of(copy) / of(representative))
    const detail = countedDetail(side(resolvedSidePx), side(contentSidePx))
    return { ...own, extent: 0, marks: 0, detail }
  }
  const { areaInFirst, areaInSecond } = likeness.transform
  const here = sharedShare(areaInSecond, copy)
  const there = sharedShare(areaInFirst, representative)
  const ratio = (side: (of: Copy) => number) =>
    Math.log2((side(copy) * Math.sqrt(here)) / (side(representative) * Math.sqrt(there)))
  const marks = likeness.marked === 'neither' ? 0 : likeness.marked === 'second' ? -worth.marks : worth.marks
  return {
    ...own,
    surround: Math.min(own.surround, surroundOf(copy, areaInSecond, likeness)),
    extent: isWider(likeness) ? worth.extentPerDoubling * Math.log2(there / here) : 0,
    marks,
    detail: countedDetail(ratio(resolvedSidePx), ratio(contentSidePx)),
  }
}

const isWider = ({ kind, wider }: Likeness) => wider !== 'neither' && kind !== 'border' && kind !== 'caption'

/** Seen only beside the other one: bars that its own fingerprint does not tell. */
function surroundOf({ fingerprint }: Copy, shared: Area, { kind }: Likeness): number {
  const isTold = fingerprint?.surround === 'border' || fingerprint?.surround === 'caption'
  if (isTold || areaOf(shared) >= wholeShare) return 0
  return kind === 'border' ? -worth.border : kind === 'caption' ? -worth.caption : 0
}

const areaOf = ({ width, height }: Area) => width * height

/** How much of the picture proper the other one shows as well: above 0, at most 1. */
function sharedShare(shared: Area, { fingerprint }: Copy): number {
  const content = fingerprint ? areaOf(fingerprint.content) : 1
  return Math.min(1, Math.max(0.01, areaOf(shared) / Math.max(content, 0.01)))
}

/** Both in doublings. */
function countedDetail(detail: number, size: number): number {
  const isLikely = Math.abs(size) >= otherSize && detail > 0 === size > 0
  return Math.abs(detail) < (isLikely ? sameDetail : sameDetailUnlikely) ? 0 : detail
}

export const scoreOf = (factors: Factors): number => factorNames.reduce((sum, name) => sum + factors[name], 0)
