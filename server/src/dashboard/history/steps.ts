/** The way from now to a moment of the history: which acts to take back, or to do again, one after another. */
import type { ActPage, ActSummary } from '@gleaner/shared/acts'

type Listed = Pick<ActSummary, 'id' | 'state'>
type Ends = Pick<ActPage, 'undoId' | 'redoId'>

/** Acts that changed something and stand: finished, or stopped half-way. */
const stands = ({ state }: Listed) => state === 'done' || state === 'cancelled'

/**
 * @param acts - newest first
 * @returns ids in the order to take them back, the one asked for last; empty where that cannot be
 */
export function stepsBack(acts: readonly Listed[], { undoId }: Ends, actId: number): readonly number[] {
  const from = acts.findIndex(({ id }) => id === undoId)
  const to = acts.findIndex(({ id }) => id === actId)
  if (from === -1 || to < from) return []
  return acts
    .slice(from, to + 1)
    .filter(stands)
    .map(({ id }) => id)
}

/**
 * @param acts - newest first
 * @returns ids in the order to do them again, the one asked for last; empty where that cannot be
 */
export function stepsForth(acts: readonly Listed[], { redoId }: Ends, actId: number): readonly number[] {
  const from = acts.findIndex(({ id }) => id === redoId)
  const to = acts.findIndex(({ id }) => id === actId)
  if (from === -1 || to === -1 || to > from) return []
  return acts
    .slice(to, from + 1)
    .filter(({ state }) => state === 'undone')
    .map(({ id }) => id)
    .toReversed()
}
