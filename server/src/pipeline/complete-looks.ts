/** Gives pictures of before the fingerprint they lack, and finds what belongs to them. */
import { readFile } from 'node:fs/promises'
import type { DatasetSettings } from '@gleaner/shared/dataset'
import type { Digest } from '@gleaner/shared/hash'
import { fingerprintVersion } from '../look/fingerprint.ts'
import type { ImageId } from '../store/types.ts'
import type { PictureFacts, Workshop } from '../work/work.ts'
import { heldPairOf } from './held-pairs.ts'
import { lookKept } from './look-kept.ts'
import { meet } from './meet.ts'
import type { OpenDataset } from './open-dataset.ts'

export interface CompleteParts {
  readonly workshop: Pick<Workshop, 'open'>
  /** Whether nothing else wants the workshop: a picture that waits to be stored goes first. */
  readonly isIdle: () => boolean
  readonly signal: AbortSignal
}

/** Whatever is held may be looked at again, whatever the dataset takes in by now. */
const anything: DatasetSettings['accept'] = {
  ...{ minSidePx: 10, maxMegapixels: 100, maxAspect: 100, maxFileMiB: 200, thumbnails: true },
}

/** Pictures of one slice: about a second's work. */
export const mostCompleted = 10

/**
 * Looks at the next few that lack one, as long as there is nothing else to do. What cannot be read is left as it is.
 *
 * @param after - number of the picture that was looked at last, 0 for none
 * @returns the number to go on after, and how many were given one; nothing to go on after when none is left
 */
export async function completeLooks(
  dataset: OpenDataset,
  parts: CompleteParts,
  after: number,
): Promise<{ readonly after: number | undefined; readonly completed: number }> {
  const { duplicates } = dataset.store
  let at = after
  let completed = 0
  for (let looked = 0; looked < mostCompleted && !parts.signal.aborted && parts.isIdle(); looked++) {
    const [seq] = duplicates.withoutFingerprint(fingerprintVersion, at, 1)
    if (seq === undefined) return { after: undefined, completed }
    at = seq
    if (await completeOne(seq, dataset, parts)) completed += 1
  }
  return { after: at, completed }
}

async function completeOne(seq: number, dataset: OpenDataset, parts: CompleteParts): Promise<boolean> {
  const { store } = dataset
  const picture = store.duplicates.compared(seq)
  const digest = picture && (store.image(picture.imageId)?.original.digest as Digest | undefined)
  if (!picture || !digest) return false
  const facts = await lookAgain(picture.imageId, dataset, parts)
  if (!facts || !store.duplicates.completeLook(picture.imageId, digest, lookKept(facts))) return false
  store.quality.complete(picture.imageId, digest, facts.quality)
  const { fingerprint, queryForms } = facts
  await dataset.lookAhead(queryForms)
  const context = { dataset, settings: store.settings(), lease: { heldImageId: picture.imageId } }
  for (const met of meet({ fingerprint, queryForms, digest }, context)) {
    if (met.state === 'stored' && met.likeness) {
      store.duplicates.addPair(picture.imageId, heldPairOf(met))
    }
  }
  return true
}

/** From the bytes as fetched, or else from the picture as it is filed: that one's pixels are nobody else's. */
export async function lookAgain(
  imageId: ImageId,
  { store }: OpenDataset,
  { workshop, signal }: CompleteParts,
): Promise<PictureFacts | undefined> {
  const original = store.originalFile(imageId)
  const file = original ?? store.imageFile(imageId)
  const bytes = file && (await readFile(file.path).catch(() => undefined))
  if (!bytes) return undefined
  const { render } = store.settings()
  const opened = await workshop.open({ bytes, settings: { accept: anything, render } }, signal)
  if (opened.kind === 'failed') return undefined
  opened.release()
  const { facts } = opened
  return original ? facts : { ...facts, fingerprint: { ...facts.fingerprint, pixelDigest: null } }
}
