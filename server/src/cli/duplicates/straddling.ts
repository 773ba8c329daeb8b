/** Pairs of copies with their halves in different splits, found anew from the pictures of an export. */
import { availableParallelism } from 'node:os'
import type { CopyCount, CopyCounter } from '../../exports/engine/copy-count.ts'
import type { ReadPicture } from '../../exports/exporter.ts'
import type { Decoders } from '../../imaging/decoded.ts'
import { createDecoders } from '../../imaging/decoders.ts'
import type { Fingerprint, QueryForm } from '../../look/fingerprint.ts'
import { queryForms } from '../../look/forms.ts'
import { createFingerprintFile, type FingerprintFile } from './fingerprint-file.ts'
import { createMatcher, type Match } from './matcher.ts'
import { scanSettings } from './pictures.ts'
import { plainPng } from './plain-png.ts'

export interface StraddlingTools {
  readonly decoders: Pick<Decoders, 'decode'>
  readonly fingerprints: FingerprintFile
  readonly signal: AbortSignal
}

interface Looked {
  readonly split: string | null
  readonly fingerprint: Fingerprint
  readonly queryForms: readonly QueryForm[]
}

/** So many pictures wait with their bytes while the decoders are busy. */
const picturesAtOnce = availableParallelism() * 2

/**
 * Every picture is looked up among those of other splits.
 *
 * @param distanceBits - forms further apart propose nothing, 0 to 256
 */
export function createStraddling(
  distanceBits: number,
  { decoders, fingerprints, signal }: StraddlingTools,
): CopyCount {
  const splits: (string | null)[] = []
  const isWanted = (earlier: number, later: number) => splits[earlier] !== splits[later]
  const matcher = createMatcher(fingerprints, { maxBits: distanceBits, isWanted })
  const inHand: Promise<Looked | undefined>[] = []
  let pairs = 0
  let undecodable = 0
  let canBeSeen = true

  const count = (found: readonly Match[]): void => {
    pairs += found.filter(({ likeness }) => likeness.isDuplicate).length
  }
  const look = async (picture: ReadPicture, file: () => Promise<Buffer>): Promise<Looked | undefined> => {
    const decoded = await decoders.decode(await file(), scanSettings, signal)
    if (decoded.kind === 'failed') {
      undecodable += 1
      return undefined
    }
    decoded.release()
    const { fingerprint } = decoded
    return { split: picture.split, fingerprint, queryForms: queryForms(fingerprint, 'far') }
  }
  /** In the order in which they came, so that the same pictures give the same pairs. */
  const takeFirst = async (): Promise<void> => {
    const looked = await inHand.shift()
    if (!looked) return
    const { split, fingerprint, queryForms: forms } = looked
    const number = fingerprints.add(fingerprint, forms)
    splits[number] = split
    count(matcher.add({ number, heldForms: fingerprint.heldForms, queryForms: forms }))
  }

  return {
    add: async picture => {
      const file = fileOf(picture)
      if (!file) {
        canBeSeen = false
        return
      }
      const looking = look(picture, file)
      // Told when its turn comes.
      looking.catch(() => undefined)
      inHand.push(looking)
      if (inHand.length >= picturesAtOnce) await takeFirst()
    },
    end: async () => {
      while (inHand.length > 0) await takeFirst()
      for (const found of matcher.finish()) count(found)
      return { pairs: canBeSeen ? pairs : null, undecodable }
    },
  }
}

/** @returns how to get the picture as a file, where there is one in it or all of its pixels */
function fileOf({ bytes, pixels, width, height }: ReadPicture): (() => Promise<Buffer>) | undefined {
  if (bytes) return bytes
  if (!pixels || width === undefined || height === undefined) return undefined
  if (Math.min(width, height) < scanSettings.accept.minSidePx) return undefined
  return async () => plainPng({ width, height, bytes: pixels })
}

/** With decoders of its own and a temporary file, which go when it is closed. */
export const openCopyCount: CopyCounter = (distanceBits, signal) => {
  const decoders = createDecoders()
  const fingerprints = createFingerprintFile()
  return {
    ...createStraddling(distanceBits, { decoders, fingerprints, signal }),
    close: async () => {
      fingerprints.close()
      await decoders.close()
    },
  }
}
