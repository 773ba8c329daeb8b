/** What keys do in a review, whichever way pictures are shown. */
import type { ClassSummary } from '@gleaner/shared/dataset'
import type { KeyDeed } from '../parts/key-frame.tsx'
import type { Verdict } from './verdict.ts'

export interface VerdictDeeds {
  readonly keep: KeyDeed
  readonly remove: KeyDeed
  readonly unsure: KeyDeed
  readonly moves: readonly KeyDeed[]
}

interface Verdicts {
  readonly give: (verdict: Verdict) => void
  /** The class under review: there is no moving there. */
  readonly classId: number
  /** By digit. */
  readonly byKey: readonly (ClassSummary | undefined)[]
}

/** One key for each thing that can be said of a picture. */
export function verdictDeeds({ give, classId, byKey }: Verdicts): VerdictDeeds {
  const deed = (keys: readonly string[], shown: string, does: string, verdict: Verdict): KeyDeed => ({
    ...{ keys, shown, does, isOnce: true },
    run: () => give(verdict),
  })
  return {
    keep: deed(['k', ' '], 'K', 'Keep', { kind: 'keep' }),
    remove: deed(['x', 'Delete'], 'X', 'Remove', { kind: 'remove' }),
    unsure: deed(['n'], 'N', 'Not sure', { kind: 'unsure' }),
    moves: byKey.flatMap((target, place) =>
      target && target.id !== classId
        ? [
            deed([`${place + 1}`], `${place + 1}`, `Move to ${target.label}`, {
              kind: 'move',
              label: target.label,
            }),
          ]
        : [],
    ),
  }
}

interface Ways {
  readonly undo: () => void
  readonly redo: () => void
  readonly moveElsewhere: () => void
  readonly turn: () => void
  readonly isGrid: boolean
}

/** Back and forth, to any class, to the other way of showing pictures. */
export const wayDeeds = ({ undo, redo, moveElsewhere, turn, isGrid }: Ways) => ({
  undo: { keys: ['u', 'Backspace'], shown: 'U', does: 'Back: undo the last one', run: undo },
  redo: { keys: ['Shift+u'], shown: 'Shift U', does: 'Redo what was undone', run: redo },
  move: { keys: ['m'], shown: 'M', does: 'Move to another class…', isOnce: true, run: moveElsewhere },
  turn: {
    ...{ keys: ['g'], shown: 'G', isOnce: true, run: turn },
    does: isGrid ? 'Show one at a time' : 'Show a screenful',
  },
})
