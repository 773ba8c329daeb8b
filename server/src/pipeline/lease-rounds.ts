/** Leases that are taken together, over several datasets: what fails in one of them does not touch the others. */
import type { LeaseRound } from '../store/types.ts'
import type { OpenDataset } from './open-dataset.ts'

export interface LeaseRounds {
  readonly of: (dataset: OpenDataset) => LeaseRound
  readonly hasFailed: (dataset: OpenDataset) => boolean
  /** Gives none of the leases of this dataset. */
  readonly fail: (dataset: OpenDataset, error: unknown) => void
  /** Gives the leases of all that have not failed. */
  readonly end: () => void
}

/** @param failed - told once of each dataset none of whose leases are given */
export function createLeaseRounds(failed: (dataset: OpenDataset, error: unknown) => void): LeaseRounds {
  const rounds = new Map<OpenDataset, LeaseRound>()
  const broken = new Set<OpenDataset>()

  const fail = (dataset: OpenDataset, error: unknown): void => {
    const round = rounds.get(dataset)
    rounds.delete(dataset)
    broken.add(dataset)
    round?.undo()
    failed(dataset, error)
  }

  return {
    of: dataset => {
      const round = rounds.get(dataset) ?? dataset.store.beginLeases()
      rounds.set(dataset, round)
      return round
    },
    hasFailed: dataset => broken.has(dataset),
    fail,
    end: () => {
      for (const [dataset, round] of rounds) {
        try {
          round.end()
        } catch (error) {
          fail(dataset, error)
        }
      }
    },
  }
}
