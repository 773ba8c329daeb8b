/** What a queue should be after any sequence of calls, beside the real one. */
import type { CandidateState } from '@gleaner/shared/outcome'
import { noCounts } from '@gleaner/shared/outcome'
import type fc from 'fast-check'
import { expect } from 'vitest'
import type { OpenDataset } from '../../src/store/dataset-store.ts'
import type { LeasedCandidate } from '../../src/store/types.ts'

export const hosts = ['a.example', 'b.example'] as const
export type Host = (typeof hosts)[number]

export interface Expected {
  state: CandidateState
  host: Host
  dueAtMs: number
  attempts: number
  /** Token of the one who may end it. */
  token: number | undefined
  finished: number
  /** Batches that name it and stand. */
  wantedBy: Set<number>
  isUndone: boolean
}

export interface Model {
  readonly candidates: Map<string, Expected>
  readonly held: LeasedCandidate[]
  readonly batches: {
    readonly batchId: string
    readonly urls: readonly string[]
    isUndone: boolean
    taken: number
  }[]
  nowMs: number
}

export interface Real {
  store: OpenDataset
  readonly reopen: () => void
  readonly setNow: (nowMs: number) => void
}

type Command = fc.AsyncCommand<Model, Real>

/** Counters, host counters and states agree with the model after every command. */
function compare(model: Model, { store }: Real) {
  const counts = noCounts()
  for (const { state } of model.candidates.values()) counts[state] += 1
  expect(store.counts()).toEqual(counts)
  for (const host of hosts) {
    const queued = [...model.candidates.values()].filter(c => c.host === host && c.state === 'queued')
    const found = store.readyHosts(model.nowMs).find(ready => ready.host === host)
    expect(found?.queued ?? 0).toBe(queued.length)
  }
  const urls = [...model.candidates.keys()]
  const states = store.lookup(urls).map(known => known?.state)
  expect(states).toEqual([...model.candidates.values()].map(({ state }) => state))
}

export function command(name: string, run: (model: Model, real: Real) => void | Promise<void>): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      await run(model, real)
      compare(model, real)
    },
    toString: () => name,
  }
}
