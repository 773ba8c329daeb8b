/** Which acts of the history the way back or forth can lead to. */
import type { ActPage, ActSummary } from '@gleaner/shared/acts'

type Listed = Pick<ActSummary, 'id' | 'state' | 'kind'>
type Ends = Pick<ActPage, 'undoId' | 'redoId'>

/** Acts that stand and can be taken back: finished, or stopped half-way. Emptying the trash is final. */
const stands = ({ state, kind }: Listed) =>
  kind !== 'empty-trash' && (state === 'done' || state === 'cancelled')

/**
 * @param acts - newest first, from the newest on
 * @returns how many acts are taken back on the way to this one, itself among them; 0 where none leads there
 */
export function stepsBack(acts: readonly Listed[], { undoId }: Ends, act: Listed): number {
  if (undoId === null || act.id > undoId || !stands(act)) return 0
  return acts.filter(other => other.id >= act.id && other.id <= undoId && stands(other)).length
}

/** Whether the way forth leads to an act, and whether it is the next one there. */
export function stepForth({ redoId }: Ends, { id, state }: Listed): 'next' | 'later' | 'never' {
  if (redoId === null || state !== 'undone' || id < redoId) return 'never'
  return id === redoId ? 'next' : 'later'
}

/** Which way leads to an act, and how many acts lie on it; `undefined` where that is not known. */
export function wayTo(
  acts: readonly Listed[],
  ends: Ends,
  act: Listed,
): { readonly way: 'undo' | 'redo' | undefined; readonly steps: number | undefined } {
  const back = stepsBack(acts, ends, act)
  if (back > 0) return { way: 'undo', steps: back }
  const forth = stepForth(ends, act)
  return { way: forth === 'never' ? undefined : 'redo', steps: forth === 'next' ? 1 : undefined }
}
