/** Called with the id of a dataset in which something changed. */
export type ChangeListener = (datasetId: string) => void

export interface Changes {
  readonly emit: ChangeListener
  /** @returns how to stop listening */
  readonly on: (listener: ChangeListener) => () => void
}

export function createChanges(): Changes {
  const listeners = new Set<ChangeListener>()
  return {
    emit: datasetId => {
      for (const listener of [...listeners]) listener(datasetId)
    },
    on: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
