import type { ActSummary } from '@gleaner/shared/acts'

export const isUnderWay = ({ state }: Pick<ActSummary, 'state'>): boolean =>
  state === 'running' || state === 'undoing' || state === 'redoing'
