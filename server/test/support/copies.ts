/** Copies of pictures as figures, for what judges them without looking at files. */
import type { Copy } from '../../src/duplicates/factors.ts'
import { type Fingerprint, lookRasterBytes, lookSide } from '../../src/look/fingerprint.ts'
import type { Likeness } from '../../src/look/likeness.ts'

const whole = { left: 0, top: 0, width: 1, height: 1 }

export interface CopyShape {
  readonly sidePx?: number
  readonly resolvedPx?: number
  /** Longest side of the raster that was measured; as large as the picture unless given. */
  readonly measuredPx?: number
  readonly jpegQuality?: number | null
  readonly blockiness?: number
  readonly surround?: Fingerprint['surround']
  readonly isGrey?: boolean
  readonly isThumbnail?: boolean
  readonly sizeBytes?: number
}

function fingerprint(shape: CopyShape): Fingerprint {
  const { sidePx = 1000, measuredPx = sidePx, resolvedPx = measuredPx } = shape
  const { jpegQuality = 90, blockiness = 1 } = shape
  const raster = new Uint8Array(lookRasterBytes).fill(128)
  if (!shape.isGrey) raster.fill(150, lookSide ** 2)
  return {
    ...{ version: 1, pixelDigest: null, raster, aspect: 0.75, heldForms: new Uint8Array(33) },
    content: shape.surround && shape.surround !== 'none' ? { ...whole, height: 0.8 } : whole,
    surround: shape.surround ?? 'none',
    detail: { resolvedSidePx: resolvedPx, measuredSidePx: measuredPx, blockiness, jpegQuality },
  }
}

export function copyOf<Id>(id: Id, shape: CopyShape = {}): Copy<Id> {
  const { sidePx = 1000, sizeBytes = 100_000, isThumbnail = false } = shape
  const original = { widthPx: sidePx, heightPx: Math.round(sidePx * 0.75), format: 'jpeg', sizeBytes }
  return { id, original, isThumbnail, fingerprint: fingerprint(shape) }
}

/** Nothing differs, unless said otherwise. */
export function likeness(more: Partial<Likeness> = {}): Likeness {
  return {
    ...{ kind: 'same', isDuplicate: true, confidence: 1, differenceLevels: 0, chromaDifference: 0 },
    ...{ wider: 'neither', marked: 'neither' },
    transform: { orientation: 0, areaInFirst: whole, areaInSecond: whole, degrees: 0 },
    ...more,
  }
}

/** The second picture is a part of the first. */
export function cropOf(share: number): Likeness {
  const side = Math.sqrt(share)
  return likeness({
    ...{ kind: 'crop', wider: 'first' },
    transform: {
      ...{ orientation: 0, areaInSecond: whole, degrees: 0 },
      areaInFirst: { left: 0, top: 0, width: side, height: side },
    },
  })
}

export function turnedRound({ wider, marked, transform, ...rest }: Likeness): Likeness {
  const flip = { first: 'second', second: 'first', neither: 'neither' } as const
  const { areaInFirst, areaInSecond } = transform
  return {
    ...rest,
    wider: flip[wider],
    marked: flip[marked],
    transform: { ...transform, areaInFirst: areaInSecond, areaInSecond: areaInFirst },
  }
}
