import type { GroupDetail, GroupMember } from '@gleaner/shared/duplicates'
import { useState } from 'react'
import { atFirst, compare, isStill, keepOnly, step, toggle } from './choice.ts'

/** The choice within a group, begun anew with every other group. */
export function useChoice(group: GroupDetail) {
  const [held, setChoice] = useState(() => atFirst(group))
  const choice = isStill(held, group) ? held : atFirst(group)
  const byId = (wanted: string): GroupMember | undefined => group.members.find(({ id }) => id === wanted)
  return {
    kept: choice.kept,
    keeper: byId(choice.keeperId),
    other: byId(choice.otherId),
    keepOnly: (id: string) => setChoice(keepOnly(choice, id)),
    toggle: (id: string) => setChoice(toggle(choice, id)),
    compare: (id: string) => setChoice(compare(choice, id)),
    step: (by: number) => setChoice(step(choice, by, group)),
  }
}
export type GroupChoice = ReturnType<typeof useChoice>
