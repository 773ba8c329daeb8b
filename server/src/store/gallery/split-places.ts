/** Which picture is in which split: what later layers say goes before what earlier ones do. */
import type { GalleryMemory } from './memory.ts'
import type { RowSource } from './row-source.ts'

/** Places read in one turn: some milliseconds. */
const defaultSliceRows = 2_000

export interface SplitPlaces {
  /** Reads on from where it stands, layer by layer. @returns whether everything has been read */
  readonly readSlice: () => boolean
  /**
   * Reads what has been committed since.
   *
   * @param layers - which have come to count, or stopped
   * @param seqs - pictures whose places changed in a layer that counts
   * @param added - pictures that were not there before. Places are said of what a picture shows, so that one that was dropped
   *   and comes back, with another number, is in its split at once
   */
  readonly readAgain: (layers: readonly number[], seqs: readonly number[], added: readonly number[]) => void
}

export function createSplitPlaces(
  source: RowSource,
  memory: GalleryMemory,
  sliceRows = defaultSliceRows,
): SplitPlaces {
  const few = Math.floor(sliceRows / 4)
  let next = { layer: 0, after: '' }

  const readSlice = (): boolean => {
    for (let left = sliceRows; left > 0; ) {
      const layer = source.layerFrom(next.layer)
      if (layer === undefined) return true
      const after = layer === next.layer ? next.after : ''
      const places = source.placesOf(layer, after, left)
      memory.putSplits(places)
      const last = places.length === left ? places.at(-1) : undefined
      next = last ? { layer, after: last.imageId } : { layer: layer + 1, after: '' }
      left -= places.length
    }
    return false
  }
  const readFrom = (layer: number) => {
    next = { layer, after: '' }
    while (!readSlice());
  }

  /** Numbers of the pictures a small layer names; `undefined` of a large one. */
  const fewOf = (layer: number): readonly number[] | undefined => {
    const places = source.placesOf(layer, '', few + 1)
    return places.length > few ? undefined : places.map(({ seq }) => seq)
  }
  const readLayers = (layers: readonly number[]) => {
    const [only] = layers
    // One that lies on top of all others hides what is below it.
    if (layers.length === 1 && only !== undefined && only === source.lastLayer()) return readFrom(only)
    memory.clearSplits()
    readFrom(0)
  }

  return {
    readSlice,
    readAgain: (layers, changed, added) => {
      const isAddedRead = added.length > 0 && source.isAnySplit()
      const seqs = isAddedRead ? [...changed, ...added] : changed
      const small = layers.map(fewOf)
      const isAnyLarge = small.includes(undefined)
      if (isAnyLarge) readLayers(layers)
      // Pins, for the most part: their pictures are looked up one by one.
      const alone = isAnyLarge ? seqs : [...seqs, ...small.flatMap(some => some ?? [])]
      if (alone.length > 0) memory.putSplits(source.splitsOf(alone))
    },
  }
}
