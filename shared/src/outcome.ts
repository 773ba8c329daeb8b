import type { Static } from 'typebox'
import { Type } from 'typebox'

/** The closed list of ends of a candidate's journey (docs/architecture.md). */
export const outcomes = [
  'stored',
  'duplicate',
  'upgraded',
  'rejected',
  'opted_out',
  'failed',
  'blocked',
  'cancelled',
] as const
export type Outcome = (typeof outcomes)[number]

/** Every state a candidate can be in: waiting, in hand, or one of the outcomes. */
export const candidateStates = ['queued', 'leased', ...outcomes] as const
export type CandidateState = (typeof candidateStates)[number]

export const CandidateStateSchema = Type.Enum([...candidateStates])

/** Number of candidates in each state; every state is present. */
export const StateCounts = Type.Object(
  Object.fromEntries(candidateStates.map(state => [state, Type.Integer({ minimum: 0 })])) as {
    [S in CandidateState]: ReturnType<typeof Type.Integer>
  },
  { additionalProperties: false },
)
export type StateCounts = Static<typeof StateCounts>

export function noCounts(): StateCounts {
  return Object.fromEntries(candidateStates.map(state => [state, 0])) as StateCounts
}

export function isOutcome(state: CandidateState): state is Outcome {
  return state !== 'queued' && state !== 'leased'
}

/** Counts as a person reads them, empty states left out: `12 stored · 3 duplicate · 1 queued`. */
export function countsInWords(counts: StateCounts): string {
  const parts = candidateStates
    .filter(state => counts[state] > 0)
    .map(state => `${counts[state]} ${state.replace('_', ' ')}`)
  return parts.join(' · ') || 'nothing yet'
}
