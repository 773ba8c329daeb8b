/** What can be done with a group: the list of keys, and the buttons that show them. */

import type { GroupDecision, GroupDetail } from '@gleaner/shared/duplicates'
import { DeedButton, type KeyDeed } from '../parts/key-frame.tsx'
import { keepWords } from '../text/duplicate-words.ts'
import { type Mode, modes } from './compare.tsx'
import type { GroupChoice } from './use-choice.ts'

interface Parts {
  readonly group: GroupDetail
  readonly choice: GroupChoice
  readonly mode: Mode
  readonly setMode: (mode: Mode) => void
  readonly decide: (decision: GroupDecision) => void
  readonly go: (by: number) => void
  readonly undo: () => void
}

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

/** Decisions about the group as it is chosen. */
function decisionDeeds({ group, choice, decide }: Parts): KeyDeed[] {
  const memberIds = group.members.map(({ id }) => id)
  const keepIds = memberIds.filter(id => choice.kept.has(id))
  const isAll = keepIds.length === memberIds.length
  const asProposed: GroupDecision = isAll
    ? { act: group.kind === 'burst' ? 'burst' : 'keep-all', memberIds }
    : { act: 'keep', keepIds, memberIds }
  const otherId = choice.other?.id
  const deeds: KeyDeed[] = [
    {
      keys: ['Enter', 'a'],
      shown: 'Enter',
      does: keepWords(keepIds.length, memberIds.length),
      run: () => decide(asProposed),
    },
    {
      keys: ['n'],
      shown: 'N',
      does: memberIds.length === 2 ? 'Not duplicates' : 'None are duplicates',
      run: () => decide({ act: 'not-duplicates', memberIds }),
    },
    {
      keys: ['k'],
      shown: 'K',
      does: 'All are copies, keep all',
      run: () => decide({ act: 'keep-all', memberIds }),
    },
    {
      keys: ['b'],
      shown: 'B',
      does: 'Separate shots, keep all',
      run: () => decide({ act: 'burst', memberIds }),
    },
  ]
  if (memberIds.length > 2 && otherId !== undefined) {
    deeds.push({
      keys: ['Shift+n'],
      shown: 'Shift+N',
      does: 'Only the one compared is no duplicate',
      run: () => decide({ act: 'not-duplicates', imageId: otherId, memberIds }),
    })
  }
  return deeds
}

export function groupDeeds(parts: Parts): KeyDeed[] {
  const { group, choice, mode, setMode, go, undo } = parts
  const keepNumber = (number: string): KeyDeed | undefined => {
    const member = group.members[Number(number) - 1]
    return (
      member && {
        keys: [number],
        shown: number,
        does: `Keep picture ${number} instead`,
        run: () => choice.keepOnly(member.id),
      }
    )
  }
  const moves: KeyDeed[] = [
    { keys: ['ArrowRight'], shown: '→', does: 'Compare with the next picture', run: () => choice.step(1) },
    { keys: ['ArrowLeft'], shown: '←', does: 'Compare with the one before', run: () => choice.step(-1) },
    { keys: ['ArrowDown', 'j'], shown: '↓', does: 'Next group, undecided', run: () => go(1) },
    { keys: ['ArrowUp'], shown: '↑', does: 'Previous group', run: () => go(-1) },
    {
      keys: ['x'],
      shown: 'X',
      does: 'Let the one compared stay or go',
      run: () => choice.other && choice.toggle(choice.other.id),
    },
    {
      keys: ['v'],
      shown: 'V',
      does: 'Another way to compare',
      run: () => setMode(modes[(modes.indexOf(mode) + 1) % modes.length] ?? 'side'),
    },
    { keys: ['u'], shown: 'U', does: 'Undo', run: undo },
  ]
  return [...decisionDeeds(parts), ...moves, ...digits.flatMap(number => keepNumber(number) ?? [])]
}

interface GroupActionsProps {
  readonly group: GroupDetail
  readonly deeds: readonly KeyDeed[]
}

/** The decisions as buttons. */
export function GroupActions({ group, deeds }: GroupActionsProps) {
  const by = (shown: string) => deeds.find(deed => deed.shown === shown)
  // Of separate shots all stay unless told otherwise, so that the main button says the same.
  const further = group.kind === 'burst' ? [by('K')] : [by('K'), by('B')]
  return (
    <div className="decide-bar">
      <div className="deed-bar">
        <DeedButton deed={by('Enter')} kind="primary" />
        <DeedButton deed={by('N')} />
      </div>
      <div className="decide-more">
        {[by('Shift+N'), ...further].map(deed => (
          <DeedButton key={deed?.shown} deed={deed} kind="quiet" />
        ))}
      </div>
    </div>
  )
}
