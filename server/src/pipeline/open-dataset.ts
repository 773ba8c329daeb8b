/** A dataset as the pipeline sees it: its store, and how its pictures look. */
import { hammingDistance, type PerceptualHash, perceptualHashToBytes } from '@gleaner/shared/hash'
import { createLookIndex } from '../look/look-index.ts'
import type { DatasetStore, ImageId, ImageLook } from '../store/types.ts'

/** A picture that came to be decided about. */
export type NewLook = Pick<ImageLook, 'perceptualHash' | 'meanChroma' | 'isThumbnail'>

/** A picture that looks like a new one. */
export interface Alike extends Pick<ImageLook, 'seq' | 'imageId' | 'meanChroma' | 'isThumbnail'> {
  /** Hamming distance of the two perceptual hashes, 0 to 256. */
  readonly distanceBits: number
}

/** What is held, or was removed, and looks like a new picture. Nearest first. */
export interface Likeness {
  readonly held: readonly Alike[]
  readonly removed: readonly Alike[]
}

export interface OpenDataset {
  readonly store: DatasetStore
  /** Whether all looks are read. Until then pictures would be overlooked, so nothing may be decided. */
  readonly isReady: () => boolean
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

export interface Opening {
  /** Stops reading looks; to be aborted before the store is closed. */
  readonly signal: AbortSignal
  /** The dataset has become ready, in a later turn of the event loop than it was opened in. */
  readonly ready: () => void
  /** The looks could not be read, and the dataset will not become ready. */
  readonly failed: (error: unknown) => void
}

/** Looks read in one turn of the event loop: a few milliseconds. */
const sliceRows = 1_000

type Traits = Pick<ImageLook, 'meanChroma' | 'isThumbnail'>

/**
 * Opens a dataset for the ingest. Small datasets are ready at once; of others, which take seconds for a million
 * pictures, the looks are read a slice at a time, so that everything else goes on.
 */
export function openForIngest(store: DatasetStore, opening: Opening): OpenDataset {
  const index = createLookIndex()
  const traits = new Map<number, Traits>()
  const put = ({ seq, perceptualHash, meanChroma, isThumbnail }: ImageLook) => {
    index.put(seq, perceptualHash ? Buffer.from(`00${perceptualHash}`, 'hex') : new Uint8Array())
    traits.set(seq, { meanChroma, isThumbnail })
  }

  let lastSeq = 0
  let isReady = false
  const readSlice = () => {
    const looks = store.looksAfter(lastSeq, sliceRows)
    for (const look of looks) put(look)
    lastSeq = looks.at(-1)?.seq ?? lastSeq
    isReady = looks.length < sliceRows
  }
  const readOn = () => {
    if (opening.signal.aborted) return
    try {
      readSlice()
    } catch (error) {
      opening.failed(error)
      return
    }
    if (isReady) opening.ready()
    else setImmediate(readOn)
  }
  readSlice()
  if (!isReady) setImmediate(readOn)

  return {
    store,
    isReady: () => isReady,
    alike: ({ perceptualHash }, radiusBits, earlier = []) => {
      if (!perceptualHash) return { held: [], removed: [] }
      const likeness: { held: Alike[]; removed: Alike[] } = { held: [], removed: [] }
      const changed = new Set(earlier.map(({ seq }) => seq))
      const whole = { bits: perceptualHashToBytes(perceptualHash), among: [0], radiusBits }
      const [known = []] = index.within([[whole]])
      for (const { seq, distanceBits } of known.filter(({ seq }) => !changed.has(seq))) {
        // Whether a picture is still held is for the store to say: a person may have removed it since. One whose
        // collect was undone is forgotten.
        const picture = store.pictureBySeq(seq)
        const { meanChroma, isThumbnail } = traits.get(seq) ?? { meanChroma: [0, 0], isThumbnail: false }
        if (!picture) index.remove(seq)
        else
          likeness[picture.state === 'stored' ? 'held' : 'removed'].push({
            ...{ seq, distanceBits, meanChroma, isThumbnail },
            imageId: picture.imageId,
          })
      }
      likeness.held.push(...earlier.flatMap(look => alikeTo(perceptualHash, radiusBits, look)))
      likeness.held.sort((a, b) => a.distanceBits - b.distanceBits)
      return likeness
    },
    held: put,
    upgrading: new Set(),
  }
}

function alikeTo(
  wanted: PerceptualHash,
  radiusBits: number,
  { perceptualHash, ...look }: ImageLook,
): Alike[] {
  const distanceBits = perceptualHash ? hammingDistance(perceptualHash, wanted) : Number.POSITIVE_INFINITY
  return distanceBits <= radiusBits ? [{ ...look, distanceBits }] : []
}
