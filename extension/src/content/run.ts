/** When a collect that goes on by itself has found enough, and when going on is of no use. */
import type { ErrorCode } from '@gleaner/shared/errors'

/** Screens at the end of a page that bring nothing, one after another, before it is believed to be the end. */
export const stillAtMost = 3
/** Times the engine adds only what it has shown, one after another, before it is believed to repeat itself. */
export const repeatsAtMost = 2
/** Screens without anything the dataset would gain, one after another: what was collected before is passed over. */
export const barrenAtMost = 40

/** Ends that lie in the page; whatever else ends a run before its time is something that went wrong. */
export const ofThePage: ReadonlySet<ErrorCode> = new Set(['HARVEST_REPEATS', 'HARVEST_RAN_DRY'])

/** What one screen brought. */
export interface Screen {
  /** New originals that were handed over. */
  readonly originals: number
  /** Results not seen on the page before. */
  readonly candidates: number
  /** Tiles not seen on the page before, whatever they show. */
  readonly tiles: number
  /** The page could not be scrolled further. */
  readonly isAtEnd: boolean
}

/** How far a run is. */
export interface Tally {
  readonly wanted: number
  readonly found: number
  /** Rows of screens that brought nothing, that brought nothing but repetitions, and that brought nothing new. */
  readonly still: number
  readonly repeats: number
  readonly barren: number
}

export const tallyOf = (run: {
  readonly wanted: number
  readonly found: number
  readonly barren: number
}) => {
  const { wanted, found, barren } = run
  return { wanted, found, barren, still: 0, repeats: 0 } satisfies Tally
}

export type Step =
  | { readonly kind: 'go-on'; readonly tally: Tally }
  /** `code` says why it ends before enough was found. */
  | { readonly kind: 'stop'; readonly tally: Tally; readonly code: ErrorCode | null }

export function step(before: Tally, screen: Screen): Step {
  const { originals, candidates, tiles, isAtEnd } = screen
  const isStill = isAtEnd && candidates === 0 && tiles === 0
  const isRepeating = isAtEnd && candidates === 0 && tiles > 0
  const tally: Tally = {
    wanted: before.wanted,
    found: before.found + originals,
    still: isStill ? before.still + 1 : candidates > 0 ? 0 : before.still,
    repeats: isRepeating ? before.repeats + 1 : candidates > 0 ? 0 : before.repeats,
    barren: originals > 0 ? 0 : before.barren + 1,
  }
  if (tally.found >= tally.wanted) return { kind: 'stop', tally, code: null }
  if (tally.repeats >= repeatsAtMost) return { kind: 'stop', tally, code: 'HARVEST_REPEATS' }
  if (tally.still >= stillAtMost || tally.barren >= barrenAtMost) {
    return { kind: 'stop', tally, code: 'HARVEST_RAN_DRY' }
  }
  return { kind: 'go-on', tally }
}
