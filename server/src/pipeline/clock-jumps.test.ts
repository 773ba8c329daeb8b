/** Whatever happens to the time of day: nothing waits for ever, nothing is done twice, pauses are kept. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientId, makeBatch, openRules, temporaryFolder } from '../../test/support/samples.ts'
import { createDueClock } from '../clock.ts'
import { openDataset } from '../store/dataset-store.ts'
import type { OpenDataset } from './open-dataset.ts'
import { createRota, type Turn } from './rota.ts'

const dayMs = 24 * 60 * 60_000
const farthestMs = 70 * 60_000
const pauseMs = 10_000

/** A queue with its clocks in our hands: one that can be set, one that cannot. */
function startQueue(folder: string) {
  const time = { wallMs: 1_800_000_000_000, steadyMs: 5_000 }
  const begin = () => {
    const store = openDataset({
      folder: join(folder, 'birds'),
      now: () => time.wallMs,
      groupLimits: { waitMs: 0 },
    })
    const dataset: OpenDataset = {
      store,
      isReady: () => true,
      lookAhead: async () => {},
      proposals: () => ({ held: [], removed: [] }),
      held: () => {},
      upgrading: new Map(),
    }
    const now = createDueClock(
      () => time.wallMs,
      () => time.steadyMs,
    )
    return { dataset, now, rota: createRota(() => [dataset], { mayStart: () => 'now' }, now) }
  }
  let running = begin()
  return {
    running: () => running,
    pass: (ms: number) => {
      time.wallMs += ms
      time.steadyMs += ms
    },
    jump: (ms: number) => {
      time.wallMs += ms
    },
    restart: () => {
      running.dataset.store.close()
      running = begin()
    },
    steadyMs: () => time.steadyMs,
    [Symbol.dispose]: () => running.dataset.store.close(),
  }
}

type Queue = ReturnType<typeof startQueue>

const finish = ({ dataset, lease }: Turn) =>
  dataset.store.finish(lease, {
    ...{ state: 'failed', code: 'DOWNLOAD_NOT_FOUND', explanation: 'Not there.' },
    ...{ sourceIndex: 0, attempts: [] },
  })

const postpone = ({ dataset, lease }: Turn, dueAtMs: number) =>
  dataset.store.postpone(lease, {
    ...{ dueAtMs, code: 'DOWNLOAD_TIMEOUT', countsAsAttempt: true },
    ...{ sourceIndex: 0, host: lease.host, attempts: [] },
  })

/** Takes what is due: what comes for the first time is postponed, the second time it ends. */
async function work(queue: Queue, dueAt: Map<number, number>, leases: Map<number, number>) {
  const { rota, now, dataset } = queue.running()
  const failed = (_: OpenDataset, error: unknown) => {
    throw error
  }
  const next = () => rota.take(1, { taken: () => {}, lost: () => {}, failed })[0]
  for (let turn = next(); turn; turn = next()) {
    const { id, host } = turn.lease
    leases.set(id, (leases.get(id) ?? 0) + 1)
    expect(now(), 'the pause was kept').toBeGreaterThanOrEqual(dueAt.get(id) ?? 0)
    if (leases.get(id) === 2) {
      expect(await finish(turn)).toBe(true)
      continue
    }
    dueAt.set(id, now() + pauseMs)
    expect(await postpone(turn, now() + pauseMs)).toBe(true)
    rota.putBack(dataset, host, now() + pauseMs)
  }
}

const anyJumps = fc.array(
  fc.record({
    jumpMs: fc.constantFrom(-dayMs, -60_000, 0, 60_000, dayMs),
    passMs: fc.nat(2 * pauseMs),
    isRestart: fc.boolean(),
  }),
  { maxLength: 8 },
)

test('jumps of the clock by a day neither stall nor double the work', async () => {
  await fc.assert(
    fc.asyncProperty(anyJumps, async jumps => {
      using folder = temporaryFolder()
      using queue = startQueue(folder.path)
      const { store } = queue.running().dataset
      const urls = ['https://a.example/1', 'https://a.example/2', 'https://b.example/3']
      store.accept(clientId, makeBatch(urls), openRules)
      const dueAt = new Map<number, number>()
      const leases = new Map<number, number>()
      for (const { jumpMs, passMs, isRestart } of jumps) {
        queue.jump(jumpMs)
        if (isRestart) {
          queue.restart()
          // The clock begins anew with the time of day: pauses of the old one mean nothing to it.
          dueAt.clear()
        }
        await work(queue, dueAt, leases)
        queue.pass(passMs)
      }
      // The longest wait there can be, and the pause after it.
      for (const waitMs of [farthestMs, pauseMs + 1_000, pauseMs + 1_000]) {
        queue.pass(waitMs)
        await work(queue, dueAt, leases)
      }
      expect(queue.running().dataset.store.counts()).toMatchObject({ failed: 3, queued: 0, leased: 0 })
      expect([...leases.values()]).toEqual([2, 2, 2])
    }),
    {
      numRuns: 30,
      examples: [
        [
          [
            { jumpMs: dayMs, passMs: 0, isRestart: false },
            { jumpMs: -dayMs, passMs: 0, isRestart: false },
          ],
        ],
      ],
    },
  )
}, 120_000)
