/** What is chosen within one group while it is looked at: which pictures stay, and which is compared with the keeper. */
import type { GroupDetail, GroupMember } from '@gleaner/shared/duplicates'
import { useState } from 'react'

interface Chosen {
  readonly groupId: number
  /** Pictures that stay; never empty. */
  readonly kept: ReadonlySet<string>
  /** The keeper others are compared with. */
  readonly keeperId: string
  readonly otherId: string
}

/** Of copies the proposed keeper stays; separate shots all do. */
function atFirst({ id, kind, keeperId, members }: GroupDetail): Chosen {
  const other = members.find(member => member.id !== keeperId)
  const kept = kind === 'burst' ? members.map(member => member.id) : [keeperId]
  return { groupId: id, kept: new Set(kept), keeperId, otherId: other?.id ?? keeperId }
}

const isStill = ({ groupId, kept, keeperId, otherId }: Chosen, { id, members }: GroupDetail) => {
  const held = new Set(members.map(member => member.id))
  return groupId === id && [...kept, keeperId, otherId].every(each => held.has(each))
}

export function useChoice(group: GroupDetail) {
  const [held, setChosen] = useState(() => atFirst(group))
  const chosen = isStill(held, group) ? held : atFirst(group)
  const { kept, keeperId, otherId } = chosen
  const { members } = group
  const byId = (id: string): GroupMember | undefined => members.find(member => member.id === id)

  return {
    kept,
    keeper: byId(keeperId),
    other: byId(otherId),
    /** Makes it the one that stays; the keeper of before is compared with it. */
    keepOnly: (id: string) => {
      const isSwap = id === otherId || id === keeperId
      setChosen({
        ...chosen,
        kept: new Set([id]),
        keeperId: id,
        otherId: isSwap && id !== keeperId ? keeperId : otherId,
      })
    },
    /** Lets it stay as well, or go; the keeper stays. */
    toggle: (id: string) => {
      if (id === keeperId) return
      const next = new Set(kept)
      if (!next.delete(id)) next.add(id)
      setChosen({ ...chosen, kept: next })
    },
    compare: (id: string) => {
      if (id !== keeperId) setChosen({ ...chosen, otherId: id })
    },
    /** Compares with the next or the one before; past the last comes the first. */
    step: (by: number) => {
      const others = members.filter(({ id }) => id !== keeperId)
      const place = others.findIndex(({ id }) => id === otherId)
      const to = others[(place + by + others.length) % others.length]
      if (to) setChosen({ ...chosen, otherId: to.id })
    },
  }
}
export type Choice = ReturnType<typeof useChoice>
