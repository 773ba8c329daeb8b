import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DatasetStore, LeasedCandidate, QueuedHost } from '../store/types.ts'
import type { OpenDataset } from './open-dataset.ts'
import { createRota, type Rota, type Turnstile, type Witness } from './rota.ts'

/** The queue of one dataset in memory: due times by host. */
function fakeQueue(id: string, start: Readonly<Record<string, readonly number[]>>) {
  const hosts = new Map(Object.entries(start).map(([host, dues]) => [host, dues.toSorted((a, b) => a - b)]))
  const counts = { scans: 0, leases: 0, rounds: 0, undone: 0 }
  let broken: 'lease' | 'end' | undefined
  const breakIf = (where: typeof broken) => {
    if (broken === where) throw new Error('disk')
  }
  const store = {
    id,
    readyHosts: (): QueuedHost[] => {
      counts.scans++
      return [...hosts]
        .filter(([, dues]) => dues.length > 0)
        .map(([host, dues]) => ({ host, dueAtMs: dues[0] ?? 0, queued: dues.length }))
    },
    lease: (host: string, nowMs: number) => {
      breakIf('lease')
      counts.leases++
      const dues = hosts.get(host)
      if ((dues?.[0] ?? Number.POSITIVE_INFINITY) > nowMs) return undefined
      dues?.shift()
      return { id: counts.leases, host, nextDueAtMs: dues?.[0] } as LeasedCandidate
    },
  } as unknown as DatasetStore
  const beginLeases = () => {
    counts.rounds++
    return { lease: store.lease, end: () => breakIf('end'), undo: () => void counts.undone++ }
  }
  Object.assign(store, { beginLeases })
  const put = (host: string, dueAtMs: number) =>
    hosts.set(
      host,
      [...(hosts.get(host) ?? []), dueAtMs].sort((a, b) => a - b),
    )
  const breakAt = (where: typeof broken) => {
    broken = where
  }
  return { dataset: { store } as OpenDataset, hosts, counts, put, breakAt }
}

const open: Turnstile = { mayStart: () => 'now' }

/** The next one alone. */
function next(rota: Rota) {
  const failed = (_: OpenDataset, error: unknown) => {
    throw error
  }
  return rota.take(1, { taken: () => {}, lost: () => {}, failed })[0]
}

const named = (turn: { dataset: OpenDataset; lease: LeasedCandidate } | undefined) =>
  turn && `${turn.dataset.store.id} ${turn.lease.host}`

test('datasets and hosts take turns', () => {
  const a = fakeQueue('a', { x: [0, 0, 0], y: [0] })
  const b = fakeQueue('b', { z: [0, 0] })
  const rota = createRota(
    () => [a.dataset, b.dataset],
    open,
    () => 0,
  )
  const served = Array.from({ length: 7 }, () => named(next(rota)))
  expect(served).toEqual(['a x', 'b z', 'a y', 'b z', 'a x', 'a x', undefined])
})

test('a host that has to wait is passed over, and named as the next thing to wait for', () => {
  const a = fakeQueue('a', { slow: [0, 0], quick: [0] })
  const rota = createRota(
    () => [a.dataset],
    { mayStart: host => (host === 'slow' ? 300 : 'now') },
    () => 1_000,
  )
  expect(named(next(rota))).toBe('a quick')
  expect(next(rota)).toBeUndefined()
  expect(rota.nextAtMs()).toBe(1_300)
})

test('a candidate put back comes up when it is due', () => {
  let nowMs = 0
  const a = fakeQueue('a', { x: [0] })
  const rota = createRota(
    () => [a.dataset],
    open,
    () => nowMs,
  )
  const turn = next(rota)
  expect(named(turn)).toBe('a x')
  a.put('y', 500)
  rota.putBack(a.dataset, 'y', 500)
  expect(next(rota)).toBeUndefined()
  expect(rota.nextAtMs()).toBe(500)
  nowMs = 500
  expect(named(next(rota))).toBe('a y')
})

test('a host is due when the first of its candidates is', () => {
  const a = fakeQueue('a', { x: [1_000] })
  const rota = createRota(
    () => [a.dataset],
    open,
    () => 0,
  )
  expect(next(rota)).toBeUndefined()
  a.put('x', 500)
  rota.putBack(a.dataset, 'x', 500)
  expect(rota.nextAtMs()).toBe(500)
  a.put('x', 700)
  rota.putBack(a.dataset, 'x', 700)
  expect(rota.nextAtMs()).toBe(500)
})

test('says how many wait for a host and when the first is due, over all datasets', () => {
  const queues = [fakeQueue('a', { x: [700, 900], y: [300] }), fakeQueue('b', { x: [500] })]
  const datasets = queues.map(({ dataset }) => dataset)
  const rota = createRota(
    () => datasets,
    open,
    () => 0,
  )
  expect(next(rota)).toBeUndefined()
  expect(Object.fromEntries(rota.queuedByHost())).toEqual({
    x: { queued: 3, dueAtMs: 500 },
    y: { queued: 1, dueAtMs: 300 },
  })
})

test('with nothing queued there is nothing to wait for', () => {
  const rota = createRota(
    () => [fakeQueue('a', {}).dataset],
    open,
    () => 0,
  )
  expect(next(rota)).toBeUndefined()
  expect(rota.nextAtMs()).toBe(Number.POSITIVE_INFINITY)
})

test('what somebody else took out of the queue is noticed, without asking in a circle', () => {
  const a = fakeQueue('a', { x: [0, 0], y: [0] })
  const rota = createRota(
    () => [a.dataset],
    open,
    () => 0,
  )
  next(rota)
  a.hosts.clear()
  expect(next(rota)).toBeUndefined()
  expect(a.counts.leases).toBeLessThan(5)
  expect(rota.queuedByHost().size).toBe(0)
})

test('an index that promises what it does not give is asked again only after a while', () => {
  const a = fakeQueue('a', {})
  const store = { ...a.dataset.store, readyHosts: () => [{ host: 'x', dueAtMs: 0, queued: 1 }] }
  const dataset = { ...a.dataset, store }
  const rota = createRota(
    () => [dataset],
    open,
    () => 5_000,
  )
  expect(next(rota)).toBeUndefined()
  expect(rota.nextAtMs()).toBe(6_000)
})

test('a dataset that rests gives nothing, and nobody is called for it', () => {
  const a = fakeQueue('a', { x: [0, 0] })
  const b = fakeQueue('b', { y: [7_000, 7_000] })
  let isResting = false
  const rota = createRota(
    () => (isResting ? [b.dataset] : [a.dataset, b.dataset]),
    open,
    () => 0,
  )
  expect(named(next(rota))).toBe('a x')
  expect(next(rota)).toBeDefined()
  rota.putBack(a.dataset, 'x', 0)
  isResting = true
  expect(next(rota)).toBeUndefined()
  expect(rota.nextAtMs()).toBe(7_000)
  expect([...rota.queuedByHost().keys()]).toEqual(['y'])
  isResting = false
  expect([...rota.queuedByHost().keys()].sort()).toEqual(['x', 'y'])
})

test('the index is scanned when the queue changed, not for every lease', () => {
  const a = fakeQueue('a', Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`h${n}`, [0]])))
  const rota = createRota(
    () => [a.dataset],
    open,
    () => 0,
  )
  for (let turn = 0; turn < 200; turn++) expect(next(rota)).toBeDefined()
  expect(next(rota)).toBeUndefined()
  expect(a.counts.scans).toBeLessThanOrEqual(2)
})

test('everything that is queued is served, whatever is put back in between', () => {
  const queue = fc.dictionary(
    fc.constantFrom('p', 'q', 'r', 's'),
    fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 6 }),
  )
  const laterBack = fc.array(fc.option(fc.nat({ max: 30 })), { maxLength: 40 })
  fc.assert(
    fc.property(queue, queue, laterBack, (first, second, backs) => {
      let nowMs = 0
      const queues = [fakeQueue('a', first), fakeQueue('b', second)]
      const datasets = queues.map(({ dataset }) => dataset)
      const rota = createRota(
        () => datasets,
        open,
        () => nowMs,
      )
      const pending = [...backs]
      for (let step = 0; step < 500; step++) {
        const turn = next(rota)
        if (!turn) {
          const at = rota.nextAtMs()
          if (at === Number.POSITIVE_INFINITY) break
          expect(at).toBeGreaterThanOrEqual(nowMs)
          nowMs = Math.max(nowMs + 1, at)
          continue
        }
        const back = pending.pop()
        if (back === undefined || back === null) continue
        const owner = queues.find(({ dataset }) => dataset === turn.dataset)
        owner?.put(turn.lease.host, nowMs + back)
        rota.putBack(turn.dataset, turn.lease.host, nowMs + back)
      }
      expect(queues.flatMap(({ hosts }) => [...hosts.values()].flat())).toEqual([])
    }),
  )
})

/** A witness that writes down what it is told. */
function createWitness() {
  const told: string[] = []
  const witness: Witness = {
    taken: ({ lease }) => void told.push(`taken ${lease.host}`),
    lost: ({ lease }) => void told.push(`lost ${lease.host}`),
    failed: ({ store }, error) => void told.push(`${store.id}: ${error instanceof Error && error.message}`),
  }
  return { told, witness }
}

test('what is taken bears at once on whose turn is next', () => {
  const a = fakeQueue('a', { x: [0, 0, 0], y: [0] })
  const { told, witness } = createWitness()
  const turnstile: Turnstile = { mayStart: host => (told.includes(`taken ${host}`) ? 300 : 'now') }
  const rota = createRota(
    () => [a.dataset],
    turnstile,
    () => 0,
  )
  expect(rota.take(16, witness).map(named)).toEqual(['a x', 'a y'])
  expect(a.counts.rounds).toBe(1)
})

test('leases of a dataset whose commit failed are not given; those of others are', () => {
  const a = fakeQueue('a', { x: [0, 0] })
  const b = fakeQueue('b', { y: [0, 0] })
  a.breakAt('end')
  const { told, witness } = createWitness()
  const rota = createRota(
    () => [a.dataset, b.dataset],
    open,
    () => 0,
  )
  expect(rota.take(16, witness).map(named)).toEqual(['b y', 'b y'])
  expect(told).toEqual(['taken x', 'taken y', 'taken x', 'taken y', 'a: disk', 'lost x', 'lost x'])
  expect(a.counts.undone).toBe(1)
})

test('a dataset whose queue cannot be read does not keep others waiting', () => {
  const a = fakeQueue('a', { x: [0, 0] })
  const b = fakeQueue('b', { y: [0, 0] })
  const { told, witness } = createWitness()
  const rota = createRota(
    () => [a.dataset, b.dataset],
    open,
    () => 0,
  )
  a.breakAt('lease')
  expect(rota.take(2, witness).map(named)).toEqual(['b y', 'b y'])
  expect(told).toEqual(['a: disk', 'taken y', 'taken y'])
  expect([a.counts.undone, b.counts.undone]).toEqual([1, 0])
})

test('the next candidate of a host is waited for until it is due, without asking the index', () => {
  let nowMs = 0
  const a = fakeQueue('a', { x: [0, 700] })
  const rota = createRota(
    () => [a.dataset],
    open,
    () => nowMs,
  )
  expect(rota.take(16, createWitness().witness)).toHaveLength(1)
  expect([rota.nextAtMs(), a.counts.leases]).toEqual([700, 1])
  nowMs = 700
  expect(named(next(rota))).toBe('a x')
  expect(a.counts.scans).toBe(1)
})
