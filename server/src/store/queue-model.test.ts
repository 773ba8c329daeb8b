/** The queue held to its promises under any sequence of calls and restarts. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  command,
  type Expected,
  type Host,
  hosts,
  type Model,
  type Real,
} from '../../test/support/queue-model.ts'
import { clientId, makeBatch, openRules, temporaryFolder } from '../../test/support/samples.ts'
import { openDataset } from './dataset-store.ts'
import type { CandidateEnd, LeasedCandidate } from './types.ts'

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

/** Several come at once, some with the same lease: they are in one group, and the first who holds it wins. */
const endTogether = (picks: readonly number[]) =>
  command(`end together(${picks.join()})`, async (model, { store }) => {
    const held = picks.flatMap(pick => model.held[pick % Math.max(1, model.held.length)] ?? [])
    const expected = held.map(({ sources, token }) => {
      const candidate = model.candidates.get(sources[0]?.url ?? '')
      const isLatest = candidate?.state === 'leased' && candidate.token === token
      if (isLatest) Object.assign(candidate, { state: 'failed', token: undefined, finished: 1 })
      return isLatest
    })
    const end = {
      state: 'failed',
      code: 'DOWNLOAD_DNS',
      explanation: 'x',
      sourceIndex: 0,
      attempts: [],
    } as const
    const ended = await Promise.all(held.map(lease => store.finish(lease, end)))
    expect(ended, 'only the latest holder may end it, once').toEqual(expected)
  })

/** Several are leased together, and given or not. */
const leaseRound = (wanted: readonly Host[], isGiven: boolean) =>
  command(`${isGiven ? 'lease' : 'do not lease'} together(${wanted.join()})`, (model, { store }) => {
    const round = store.beginLeases()
    const taken = wanted.flatMap(host => round.lease(host, model.nowMs) ?? [])
    if (!isGiven) return round.undo()
    round.end()
    for (const lease of taken) {
      const expected = model.candidates.get(lease.sources[0]?.url ?? '')
      expect(expected?.state, 'never leased twice').toBe('queued')
      if (expected) Object.assign(expected, { state: 'leased', token: lease.token })
      model.held.push(lease)
    }
  })

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
  fc.array(anyPick, { minLength: 2, maxLength: 5 }).map(endTogether),
  fc
    .tuple(fc.array(anyHost, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([of, isGiven]) => leaseRound(of, isGiven)),
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
    { numRuns: 30 },
  )
}, 120_000)
