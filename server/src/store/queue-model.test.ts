/** The queue held to its promises under any sequence of calls and restarts. */
import { join } from 'node:path'
import type { CandidateState } from '@gleaner/shared/outcome'
import { noCounts } from '@gleaner/shared/outcome'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientId, makeBatch, openRules, temporaryFolder } from '../../test/support/samples.ts'
import { type OpenDataset, openDataset } from './dataset-store.ts'
import type { CandidateEnd, LeasedCandidate } from './types.ts'

const hosts = ['a.example', 'b.example'] as const
type Host = (typeof hosts)[number]

interface Expected {
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

interface Model {
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

interface Real {
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

function command(name: string, run: (model: Model, real: Real) => void | Promise<void>): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      await run(model, real)
      compare(model, real)
    },
    toString: () => name,
  }
}

const add = (numbers: readonly number[], host: Host) =>
  command(`add(${numbers.join()} ${host})`, (model, { store }) => {
    const urls = numbers.map(n => `https://${host}/${n}`)
    const fresh = new Set(urls.filter(url => model.candidates.get(url)?.isUndone ?? true))
    const batch = makeBatch(urls)
    const place = model.batches.push({ batchId: batch.batchId, urls, isUndone: false, taken: 0 }) - 1
    const receipt = store.accept(clientId, batch, openRules)
    expect(receipt).toMatchObject({ accepted: fresh.size, known: urls.length - fresh.size, refused: 0 })
    for (const url of urls) {
      if (fresh.has(url)) {
        model.candidates.set(url, {
          ...{ state: 'queued', host, dueAtMs: model.nowMs, attempts: 0 },
          ...{ token: undefined, finished: 0, wantedBy: new Set(), isUndone: false },
        })
      }
      model.candidates.get(url)?.wantedBy.add(place)
    }
  })

const undo = (pick: number) =>
  command(`undo(${pick})`, (model, { store }) => {
    const place = pick % Math.max(1, model.batches.length)
    const batch = model.batches[place]
    if (!batch) return
    if (!batch.isUndone) {
      batch.isUndone = true
      for (const url of batch.urls) {
        const candidate = model.candidates.get(url)
        candidate?.wantedBy.delete(place)
        if (!candidate || candidate.wantedBy.size > 0) continue
        Object.assign(candidate, { state: 'cancelled', isUndone: true, token: undefined })
        batch.taken += 1
      }
    }
    expect(store.undo(clientId, [batch.batchId])).toEqual({ candidates: batch.taken, images: 0 })
  })

const lease = (host: Host) =>
  command(`lease(${host})`, (model, { store }) => {
    const due = [...model.candidates.values()].filter(
      c => c.host === host && c.state === 'queued' && c.dueAtMs <= model.nowMs,
    )
    const taken = store.lease(host, model.nowMs)
    expect(taken !== undefined).toBe(due.length > 0)
    if (!taken) return
    const expected = model.candidates.get(taken.sources[0]?.url ?? '')
    expect(expected?.state, 'never leased twice').toBe('queued')
    expect(taken).toMatchObject({ host, attempts: expected?.attempts })
    expect(expected?.dueAtMs).toBe(Math.min(...due.map(({ dueAtMs }) => dueAtMs)))
    if (expected) Object.assign(expected, { state: 'leased', token: taken.token })
    model.held.push(taken)
  })

/** Does something with any lease ever given out, also one that is long void. */
function withLease(
  name: string,
  pick: number,
  act: (real: Real, lease: LeasedCandidate, model: Model) => boolean | Promise<boolean>,
  change: (expected: Expected, model: Model) => void,
) {
  return command(`${name}(${pick})`, async (model, real) => {
    const held = model.held[pick % Math.max(1, model.held.length)]
    if (!held) return
    const expected = model.candidates.get(held.sources[0]?.url ?? '')
    if (!expected) throw new Error('unknown lease')
    const isLatest = expected.state === 'leased' && expected.token === held.token
    expect(await act(real, held, model), 'only the latest holder may end it').toBe(isLatest)
    if (isLatest) change(expected, model)
  })
}

const finish = (pick: number, state: 'failed' | 'rejected' | 'opted_out') =>
  withLease(
    `finish ${state}`,
    pick,
    ({ store }, held) => {
      const end: CandidateEnd = {
        state,
        code: 'DOWNLOAD_DNS',
        explanation: 'x',
        sourceIndex: 0,
        attempts: [],
      }
      return store.finish(held, end)
    },
    expected => {
      expected.finished += 1
      expect(expected.finished, 'finished at most once').toBe(1)
      Object.assign(expected, { state, token: undefined })
    },
  )

const postpone = (pick: number, inMs: number, countsAsAttempt: boolean) =>
  withLease(
    'postpone',
    pick,
    ({ store }, held, model) =>
      store.postpone(held, {
        dueAtMs: model.nowMs + inMs,
        code: 'DOWNLOAD_DNS',
        countsAsAttempt,
        sourceIndex: 0,
        host: held.host,
        attempts: [],
      }),
    (expected, model) => {
      const attempts = expected.attempts + (countsAsAttempt ? 1 : 0)
      Object.assign(expected, { state: 'queued', dueAtMs: model.nowMs + inMs, attempts, token: undefined })
    },
  )

const release = (pick: number) =>
  withLease(
    'release',
    pick,
    ({ store }, held) => store.release(held),
    expected => Object.assign(expected, { state: 'queued', token: undefined }),
  )

const retry = () =>
  command('retry', (model, { store }) => {
    const ended = [...model.candidates.values()].filter(({ state }) =>
      ['failed', 'rejected', 'opted_out'].includes(state),
    )
    expect(store.retry({ code: 'DOWNLOAD_DNS' }, openRules)).toBe(ended.length)
    for (const candidate of ended) {
      Object.assign(candidate, { state: 'queued', dueAtMs: model.nowMs, attempts: 0, finished: 0 })
    }
  })

const cancel = () =>
  command('cancel', (model, { store }) => {
    const queued = [...model.candidates.values()].filter(({ state }) => state === 'queued')
    expect(store.cancelQueued()).toBe(queued.length)
    for (const candidate of queued) candidate.state = 'cancelled'
  })

const restart = () =>
  command('restart', (model, real) => {
    real.reopen()
    for (const candidate of model.candidates.values()) {
      if (candidate.state === 'leased') Object.assign(candidate, { state: 'queued', token: undefined })
    }
  })

const wait = (ms: number) =>
  command(`wait(${ms})`, (model, { setNow }) => {
    model.nowMs += ms
    setNow(model.nowMs)
  })

const anyHost = fc.constantFrom(...hosts)
/** Mostly one of the first leases, which are void by the time others have been given out. */
const anyPick = fc.oneof({ weight: 3, arbitrary: fc.nat(4) }, fc.nat(30))
const commands = [
  fc
    .tuple(fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }), anyHost)
    .map(([n, host]) => add(n, host)),
  ...Array.from({ length: 4 }, () => anyHost.map(lease)),
  fc.tuple(anyPick, fc.constantFrom('failed', 'rejected', 'opted_out')).map(([n, state]) => finish(n, state)),
  fc.tuple(anyPick, fc.nat(60_000), fc.boolean()).map(([n, ms, counts]) => postpone(n, ms, counts)),
  ...Array.from({ length: 3 }, () => anyPick.map(release)),
  ...Array.from({ length: 2 }, () => fc.nat(6).map(undo)),
  fc.constant(null).map(retry),
  fc.constant(null).map(cancel),
  fc.constant(null).map(restart),
  fc.integer({ min: 1, max: 120_000 }).map(wait),
]

test('never leased twice, finished at most once, ended only by the latest holder; counters always agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { size: 'max', maxCommands: 80 }), async sequence => {
      using folder = temporaryFolder()
      let nowMs = 1_000_000
      const groupLimits = { waitMs: 0 }
      const open = () => openDataset({ folder: join(folder.path, 'queue'), now: () => nowMs, groupLimits })
      const real: Real = {
        store: open(),
        reopen: () => {
          real.store.close()
          real.store = open()
        },
        setNow: ms => {
          nowMs = ms
        },
      }
      try {
        await fc.asyncModelRun(
          () => ({ model: { candidates: new Map(), held: [], batches: [], nowMs }, real }),
          sequence,
        )
      } finally {
        real.store.close()
      }
    }),
    { numRuns: 60 },
  )
}, 120_000)
