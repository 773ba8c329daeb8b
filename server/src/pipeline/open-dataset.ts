/** A dataset as the pipeline sees it: its store, and how its pictures look. */
import type { Hit, QueryForm } from '../look/fingerprint.ts'
import { nearForms, type Proposal } from '../look/look-index.ts'
import type { DatasetStore, ImageId, ImageLook } from '../store/types.ts'
import { type Opening, openLooks } from './known-looks.ts'
import { createLookedUp } from './looked-up.ts'

export type { Opening } from './known-looks.ts'

/** A picture that may look like a new one. */
export interface Proposed {
  /** Number of the picture. */
  readonly seq: number
  readonly imageId: ImageId
  /** Of the nearest hit: Hamming distance of two perceptual hashes, 0 to 256. */
  readonly distanceBits: number
  /** Forms of both that are near each other, nearest first. */
  readonly hits: readonly Hit[]
}

/** What is held, or was removed, and may look like a new picture. Nearest first; whether it does is for others to verify. */
export interface Proposals {
  readonly held: readonly Proposed[]
  readonly removed: readonly Proposed[]
}

export interface OpenDataset {
  readonly store: DatasetStore
  /** Whether all looks are read. Until then pictures would be overlooked, so nothing may be decided. */
  readonly isReady: () => boolean
  /**
   * To be awaited before the first {@link OpenDataset.proposals} of a picture: where very many are held, it looks them
   * through together with those who ask at the same time, with other work in between.
   */
  readonly lookAhead: (query: readonly QueryForm[]) => Promise<void>
  /**
   * @param query - asked again, by the same array, it costs only what changed since
   * @param earlier - pictures that are about to be held, not yet made known by {@link OpenDataset.held}
   * @returns the nearest pictures, at most 200
   */
  readonly proposals: (query: readonly QueryForm[], earlier?: readonly ImageLook[]) => Proposals
  /** Makes a stored or upgraded picture known. */
  readonly held: (look: ImageLook) => void
  /** Held pictures that a better copy is about to replace, each until the journey of that one ends. */
  readonly upgrading: Map<ImageId, Promise<void>>
}

/** More than these are never near a photo; where they are, all of them show much the same. */
const mostProposed = 200

/**
 * Opens a dataset for the ingest. Small datasets are ready at once. The looks of others are read from a file, or without
 * one, which takes seconds for a million pictures, from the table, in slices, so that everything else goes on.
 */
export function openForIngest(store: DatasetStore, opening: Opening): OpenDataset {
  const lookedUp = createLookedUp(() => looks.index())
  const looks = openLooks(store.lookFile, opening, (seq, forms) => lookedUp.put(seq, forms))

  /** Whether a picture is still held is for the store to say: a person may have removed it since. */
  const knownBySeq = (seq: number) => {
    const picture = store.pictureBySeq(seq)
    // Its collect was undone, or it turned out to be another one.
    if (!picture) looks.index().remove(seq)
    return picture
  }

  return {
    store,
    isReady: looks.isReady,
    lookAhead: async query => {
      looks.catchUp()
      await lookedUp.lookAhead(query)
    },
    proposals: (query, earlier = []) => {
      looks.catchUp()
      const changed = new Set(earlier.map(({ seq }) => seq))
      const known = bySeq(lookedUp.ask(query)).filter(([seq]) => !changed.has(seq))
      const proposals: { held: Proposed[]; removed: Proposed[] } = { held: [], removed: [] }
      for (const [seq, found] of known) {
        if (proposals.held.length + proposals.removed.length >= mostProposed) break
        const picture = knownBySeq(seq)
        if (!picture) continue
        const list = picture.state === 'stored' ? proposals.held : proposals.removed
        list.push(proposed(seq, picture.imageId, found, query))
      }
      for (const look of earlier) {
        const found = nearForms(query, look.seq, formsOf(look))
        if (found.length > 0) proposals.held.push(proposed(look.seq, look.imageId, found, query))
      }
      proposals.held.sort((a, b) => a.distanceBits - b.distanceBits || a.seq - b.seq)
      return proposals
    },
    held: look => looks.put(look.seq, formsOf(look)),
    upgrading: new Map(),
  }
}

/** Forms of a picture; of one that came without, the whole frame. */
function formsOf({ look, perceptualHash }: ImageLook): Uint8Array {
  if (look) return look.forms
  return perceptualHash ? Buffer.from(`00${perceptualHash}`, 'hex') : new Uint8Array()
}

/** In the order of the nearest of each. */
function bySeq(found: readonly Proposal[]): (readonly [seq: number, Proposal[]])[] {
  const groups = new Map<number, Proposal[]>()
  for (const proposal of found) {
    const group = groups.get(proposal.seq)
    if (group) group.push(proposal)
    else groups.set(proposal.seq, [proposal])
  }
  return [...groups]
}

function proposed(
  seq: number,
  imageId: ImageId,
  found: readonly Proposal[],
  query: readonly QueryForm[],
): Proposed {
  const hits = found.flatMap(({ form, heldKind, distanceBits }): Hit[] => {
    const wanted = query[form]
    return wanted ? [{ query: wanted, heldKind, distanceBits }] : []
  })
  return { seq, imageId, distanceBits: hits[0]?.distanceBits ?? Number.POSITIVE_INFINITY, hits }
}
