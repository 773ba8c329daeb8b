/** A dataset as the pipeline sees it: its store, and how its pictures look. */
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
  /** @param radiusBits - how far apart, in bits of 256, perceptual hashes may be */
  readonly alike: (look: NewLook, radiusBits: number) => Likeness
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
    alike: ({ perceptualHash }, radiusBits) => {
      if (!perceptualHash) return { held: [], removed: [] }
      const alive = held.within(perceptualHash, radiusBits).filter(isStillThere)
      return {
        held: alive.map(match => ({ ...match, imageId: match.look.imageId as ImageId })),
        removed: removed.within(perceptualHash, radiusBits),
      }
    },
    held: look => put(held, look),
    upgrading: new Set(),
  }
}
