import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DatasetStore, LeasedCandidate, QueuedHost } from '../store/types.ts'
import type { OpenDataset } from './open-dataset.ts'
import type { Turnstile } from './rota.ts'
import { createRota } from './rota.ts'

/** The queue of one dataset in memory: due times by host. */
function fakeQueue(id: string, start: Readonly<Record<string, readonly number[]>>) {
  const hosts = new Map(Object.entries(start).map(([host, dues]) => [host, dues.toSorted((a, b) => a - b)]))
  const counts = { scans: 0, leases: 0 }
  const store = {
    id,
    readyHosts: (): QueuedHost[] => {
      counts.scans++
      return [...hosts]
        .filter(([, dues]) => dues.length > 0)
        .map(([host, dues]) => ({ host, dueAtMs: dues[0] ?? 0, queued: dues.length }))
    },
    lease: (host: string, nowMs: number) => {
      counts.leases++
      const dues = hosts.get(host)
      if ((dues?.[0] ?? Number.POSITIVE_INFINITY) > nowMs) return undefined
      dues?.shift()
      return { id: counts.leases, host } as LeasedCandidate
    },
  } as unknown as DatasetStore
  const put = (host: string, dueAtMs: number) =>
    hosts.set(
      host,
      [...(hosts.get(host) ?? []), dueAtMs].sort((a, b) => a - b),
    )
  return { dataset: { store } as OpenDataset, hosts, counts, put }
}

const open: Turnstile = { mayStart: () => 'now' }

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
  const served = Array.from({ length: 7 }, () => named(rota.next()))
  expect(served).toEqual(['a x', 'b z', 'a y', 'b z', 'a x', 'a x', undefined])
})

test('a host that has to wait is passed over, and named as the next thing to wait for', () => {
  const a = fakeQueue('a', { slow: [0, 0], quick: [0] })
  const rota = createRota(
    () => [a.dataset],
    { mayStart: host => (host === 'slow' ? 300 : 'now') },
    () => 1_000,
  )
  expect(named(rota.next())).toBe('a quick')
  expect(rota.next()).toBeUndefined()
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
  const turn = rota.next()
  expect(named(turn)).toBe('a x')
  a.put('y', 500)
  rota.putBack(a.dataset, 'y', 500)
  expect(rota.next()).toBeUndefined()
  expect(rota.nextAtMs()).toBe(500)
  nowMs = 500
  expect(named(rota.next())).toBe('a y')
})

test('a host is due when the first of its candidates is', () => {
  const a = fakeQueue('a', { x: [1_000] })
  const rota = createRota(
    () => [a.dataset],
    open,
    () => 0,
  )
  expect(rota.next()).toBeUndefined()
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
  expect(rota.next()).toBeUndefined()
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
  expect(rota.next()).toBeUndefined()
  expect(rota.nextAtMs()).toBe(Number.POSITIVE_INFINITY)
})

test('what somebody else took out of the queue is noticed, without asking in a circle', () => {
  const a = fakeQueue('a', { x: [0, 0], y: [0] })
  const rota = createRota(
    () => [a.dataset],
    open,
    () => 0,
  )
  rota.next()
  a.hosts.clear()
  expect(rota.next()).toBeUndefined()
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
  expect(rota.next()).toBeUndefined()
  expect(rota.nextAtMs()).toBe(6_000)
})

test('the index is scanned when the queue changed, not for every lease', () => {
  const a = fakeQueue('a', Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`h${n}`, [0]])))
  const rota = createRota(
    () => [a.dataset],
    open,
    () => 0,
  )
  for (let turn = 0; turn < 200; turn++) expect(rota.next()).toBeDefined()
  expect(rota.next()).toBeUndefined()
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
        const turn = rota.next()
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
