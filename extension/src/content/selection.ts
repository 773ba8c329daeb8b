/** Which of the results on the page the person wants: filters, and what was picked or dropped by hand. */
import type { Candidate } from '@gleaner/shared/candidate'
import { noFilters } from '../platform/filters.ts'
import type { Filters } from '../platform/message-table.ts'
import { passes } from './filter.ts'

/** What tells a result from the others of its page: its place, which never changes. */
export const keyOf = ({ rank = 0 }: Candidate): string => String(rank)

export interface Selection {
  readonly filters: () => Filters
  readonly setFilters: (filters: Filters) => void
  /** Whether filters let it pass and nobody dropped it. */
  readonly has: (candidate: Candidate) => boolean
  /** Whether the filters alone let it pass. */
  readonly passes: (candidate: Candidate) => boolean
  readonly pick: (keys: readonly string[], isPicked: boolean) => void
  /** All, also those still to come; none until some are picked; what was picked dropped and the other way round. */
  readonly pickAll: () => void
  readonly pickNone: () => void
  readonly invert: () => void
  /** Whether anything was picked or dropped by hand. */
  readonly isByHand: () => boolean
}

export function createSelection(): Selection {
  let filters = noFilters
  let passing = new WeakMap<Candidate, boolean>()
  let isPickedAtFirst = true
  const others = new Set<string>()

  const passesFilters = (candidate: Candidate): boolean => {
    const known = passing.get(candidate)
    if (known !== undefined) return known
    const isPassing = passes(candidate, filters)
    passing.set(candidate, isPassing)
    return isPassing
  }
  const pickAllOrNone = (isPicked: boolean) => {
    isPickedAtFirst = isPicked
    others.clear()
  }

  return {
    filters: () => filters,
    setFilters: next => {
      if (JSON.stringify(next) === JSON.stringify(filters)) return
      filters = next
      passing = new WeakMap()
    },
    has: candidate => isPickedAtFirst !== others.has(keyOf(candidate)) && passesFilters(candidate),
    passes: passesFilters,
    pick: (keys, isPicked) => {
      for (const key of keys) {
        if (isPicked === isPickedAtFirst) others.delete(key)
        else others.add(key)
      }
    },
    pickAll: () => pickAllOrNone(true),
    pickNone: () => pickAllOrNone(false),
    invert: () => {
      isPickedAtFirst = !isPickedAtFirst
    },
    isByHand: () => !isPickedAtFirst || others.size > 0,
  }
}
