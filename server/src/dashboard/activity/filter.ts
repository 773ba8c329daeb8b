import { type CandidateState, candidateStates } from '@gleaner/shared/outcome'
import type { CandidateFilter } from '../api/client.ts'
import { withQuery } from '../api/paths.ts'

/** Longest text the server searches for. */
export const maxTextChars = 200

const isState = (text: string | null): text is CandidateState => candidateStates.some(state => state === text)

/** Reads the filter out of the query of an address; what makes no sense is left out. */
export function readFilter(search: URLSearchParams): CandidateFilter {
  const state = search.get('state')
  const classId = Number(search.get('class'))
  return {
    state: isState(state) ? state : undefined,
    code: search.get('reason')?.slice(0, 64) || undefined,
    classId: Number.isSafeInteger(classId) && classId > 0 ? classId : undefined,
    text: search.get('text')?.trim().slice(0, maxTextChars) || undefined,
  }
}

/** The query of an address that {@link readFilter} reads. */
export function writeFilter({ state, code, classId, text }: CandidateFilter): string {
  return withQuery('', { state, reason: code, class: classId, text }).slice(1)
}

export const isFiltered = (filter: CandidateFilter): boolean => writeFilter(filter) !== ''
