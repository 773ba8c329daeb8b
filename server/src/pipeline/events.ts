import type { ActSummary } from '@gleaner/shared/acts'

/** Called with how an act in a dataset stands. */
export type ActNews = (datasetId: string, act: ActSummary) => void
/** Called with the id of a dataset in which something changed. */
export type ChangeListener = (datasetId: string) => void

export interface News<Told extends readonly unknown[]> {
  readonly emit: (...told: Told) => void
  /** @returns how to stop listening */
  readonly on: (listener: (...told: Told) => void) => () => void
}

export function createNews<Told extends readonly unknown[]>(): News<Told> {
  const listeners = new Set<(...told: Told) => void>()
  return {
    emit: (...told) => {
      for (const listener of [...listeners]) listener(...told)
    },
    on: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
