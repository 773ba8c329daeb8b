/** What is chosen within one group while it is looked at: which pictures stay, and which is compared with the keeper. */
import type { GroupDetail } from '@gleaner/shared/duplicates'

export interface Choice {
  readonly groupId: number
  /** Pictures that stay, the keeper among them. */
  readonly kept: ReadonlySet<string>
  /** The one that others are compared with. */
  readonly keeperId: string
  readonly otherId: string
}

type Group = Pick<GroupDetail, 'id' | 'kind' | 'keeperId'> & {
  readonly members: readonly { readonly id: string }[]
}

/** Of copies the proposed keeper stays; separate shots all do. */
export function atFirst({ id, kind, keeperId, members }: Group): Choice {
  const other = members.find(member => member.id !== keeperId)
  const kept = kind === 'burst' ? members.map(member => member.id) : [keeperId]
  return { groupId: id, kept: new Set(kept), keeperId, otherId: other?.id ?? keeperId }
}

/** Whether the choice still fits the group, whose pictures may have changed since. */
export function isStill({ groupId, kept, keeperId, otherId }: Choice, { id, members }: Group): boolean {
  const held = new Set(members.map(member => member.id))
  return groupId === id && [...kept, keeperId, otherId].every(each => held.has(each))
}

/** Makes one the only that stays; the keeper of before is compared with it. */
export function keepOnly(choice: Choice, id: string): Choice {
  const { keeperId, otherId } = choice
  const isSwap = id === otherId && id !== keeperId
  return { ...choice, kept: new Set([id]), keeperId: id, otherId: isSwap ? keeperId : otherId }
}

/** Lets one stay as well, or go; the keeper always stays. */
export function toggle(choice: Choice, id: string): Choice {
  if (id === choice.keeperId) return choice
  const kept = new Set(choice.kept)
  if (!kept.delete(id)) kept.add(id)
  return { ...choice, kept }
}

export const compare = (choice: Choice, id: string): Choice =>
  id === choice.keeperId ? choice : { ...choice, otherId: id }

/** Compares with the next or the one before; past the last comes the first. */
export function step(choice: Choice, by: number, { members }: Group): Choice {
  const others = members.filter(({ id }) => id !== choice.keeperId)
  const place = others.findIndex(({ id }) => id === choice.otherId)
  const to = others[(place + by + others.length) % others.length]
  return to ? { ...choice, otherId: to.id } : choice
}
