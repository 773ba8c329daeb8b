/** A dataset as the pipeline sees it: its store, and how its pictures look. */
import type { PerceptualHash } from '@gleaner/shared/hash'
import { hammingDistance } from '@gleaner/shared/hash'
import type { DatasetStore, ImageId, ImageLook } from '../store/types.ts'
import type { LookIndex, LookMatch } from './look-index.ts'
import { createLookIndex } from './look-index.ts'

/** A picture that came to be decided about. */
export type NewLook = Pick<ImageLook, 'perceptualHash' | 'meanChroma' | 'isThumbnail'>

/** What is held, or was removed, and looks like a new picture. Nearest first. */
export interface Likeness {
  readonly held: readonly (LookMatch & { readonly imageId: ImageId })[]
  readonly removed: readonly LookMatch[]
}

export interface OpenDataset {
  readonly store: DatasetStore
  /**
   * @param radiusBits - how far apart, in bits of 256, perceptual hashes may be
   * @param earlier - pictures that are about to be held, not yet made known by {@link OpenDataset.held}
   */
  readonly alike: (look: NewLook, radiusBits: number, earlier?: readonly ImageLook[]) => Likeness
  /** Makes a stored or upgraded picture known. */
  readonly held: (look: ImageLook) => void
  /** Ids of thumbnails about to be replaced. */
  readonly upgrading: Set<ImageId>
}

/** Reads the looks of all pictures of a dataset: a few seconds for a million. */
export function openForIngest(store: DatasetStore): OpenDataset {
  const held = createLookIndex()
  const removed = createLookIndex()
  const put = (index: LookIndex, { imageId, perceptualHash, meanChroma, isThumbnail }: ImageLook) => {
    if (perceptualHash) index.put({ imageId, perceptualHash, meanChroma, isThumbnail })
    else index.remove(imageId)
  }
  for (const look of store.looks()) put(held, look)
  for (const look of store.removedLooks()) put(removed, look)

  /** A person may have removed a picture since; its look then counts among the removed. One that was undone is forgotten. */
  const isStillThere = ({ look }: LookMatch) => {
    const state = store.pictureState(look.imageId)
    if (state === 'stored') return true
    held.remove(look.imageId)
    if (state === 'removed') removed.put(look)
    return false
  }

  return {
    store,
    alike: ({ perceptualHash }, radiusBits, earlier = []) => {
      if (!perceptualHash) return { held: [], removed: [] }
      const changed = new Set<string>(earlier.map(({ imageId }) => imageId))
      const alive = held
        .within(perceptualHash, radiusBits)
        .filter(match => !changed.has(match.look.imageId) && isStillThere(match))
      const fresh = earlier
        .flatMap(look => matchOf(look, perceptualHash))
        .filter(({ distanceBits }) => distanceBits <= radiusBits)
      return {
        held: [...alive, ...fresh]
          .sort((a, b) => a.distanceBits - b.distanceBits)
          .map(match => ({ ...match, imageId: match.look.imageId as ImageId })),
        removed: removed.within(perceptualHash, radiusBits),
      }
    },
    held: look => put(held, look),
    upgrading: new Set(),
  }
}

function matchOf({ perceptualHash, ...look }: ImageLook, wanted: PerceptualHash): LookMatch[] {
  if (!perceptualHash) return []
  return [{ look: { ...look, perceptualHash }, distanceBits: hammingDistance(perceptualHash, wanted) }]
}
