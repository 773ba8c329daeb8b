/** What is said about a tile, from what the dataset knows of its candidate. */
import type { Known } from '@gleaner/shared/collect'

export type Mark =
  | 'new'
  | 'waiting'
  | 'held'
  | 'near-duplicate'
  | 'other-class'
  | 'removed'
  | 'rejected'
  | 'failed'
  | 'thumbnail-only'

/** How the server compares labels: composed, without space around them. */
const folded = (label: string) => label.normalize('NFC').trim()

/**
 * Decides the mark of a tile.
 *
 * @param known - what the dataset knows of the candidate; `null` when it never met it
 * @param ownClass - label of the class the tab collects into; empty while none is chosen, which agrees with any
 */
export function markOf(
  known: Known | null,
  candidate: { readonly isThumbnailOnly: boolean },
  ownClass: string,
): Mark {
  if (known === null || known.state === 'cancelled')
    return candidate.isThumbnailOnly ? 'thumbnail-only' : 'new'
  if (known.state === 'blocked') return 'removed'
  if (known.state === 'rejected' || known.state === 'opted_out') return 'rejected'
  if (known.state === 'failed') return 'failed'
  const isElsewhere = folded(ownClass) !== '' && folded(known.class) !== folded(ownClass)
  if (isElsewhere) return 'other-class'
  if (known.state === 'queued' || known.state === 'leased') return 'waiting'
  if (known.isThumbnail) return 'thumbnail-only'
  return known.state === 'duplicate' && known.code === 'DUPLICATE_LOOK' ? 'near-duplicate' : 'held'
}
