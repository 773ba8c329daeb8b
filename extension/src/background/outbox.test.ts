import { UndoQuery } from '@gleaner/shared/collect'
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { batchOf, createAlarmSpy, createServer, type Weather } from './fake-delivery.ts'
import { type Death, newDisk, openStore } from './fake-store.ts'
import { createFlush } from './flush.ts'
import { createOutbox } from './outbox.ts'

const noChange = () => undefined
const clock = { now: () => 0 }

describe('what was called queued', () => {
  const weather = fc.constantFrom<Weather>('up', 'down', 'receipt-lost', 'hangs', 'busy')
  const deed = fc.oneof(
    { arbitrary: fc.record({ press: fc.integer({ min: 1, max: 3 }) }), weight: 3 },
    { arbitrary: fc.record({ undo: fc.nat() }), weight: 1 },
  )
  const life = fc.record({
    death: fc.record({ operations: fc.integer({ min: 1, max: 30 }), isApplied: fc.boolean() }),
    weathers: fc.array(weather, { minLength: 1, maxLength: 6 }),
    deeds: fc.array(deed, { maxLength: 5 }),
  })
  type Life = typeof life extends fc.Arbitrary<infer T> ? T : never

  /** Several workers one after the other over one disk and one server. */
  async function liveAll(lives: readonly Life[]) {
    const disk = newDisk()
    const server = createServer()
    const presses: string[][] = []
    const undone = new Set<string>()
    /** The worker may have died before or after the moment that counts. */
    const perhapsUndone = new Set<string>()
    let number = 0

    const live = async (death: Death | undefined, weatherNow: () => Weather, deeds: Life['deeds']) => {
      const store = openStore(disk, death)
      const outbox = createOutbox({ store, ...clock })
      const flush = createFlush({
        outbox,
        deliver: server.deliverIn(weatherNow),
        undo: server.undoIn(weatherNow),
        alarm: createAlarmSpy(),
        ...clock,
        changed: noChange,
      })
      const press = async (batches: number) => {
        const added = Array.from({ length: batches }, () => batchOf(number++))
        await outbox.add(added)
        presses.push(added.map(({ batchId }) => batchId))
        void flush.run()
      }
      const undo = async (of: number) => {
        const batchIds = presses[of % presses.length]
        if (!batchIds) return
        for (const batchId of batchIds) perhapsUndone.add(batchId)
        const { withdrawals } = await outbox.withdraw(batchIds)
        for (const batchId of batchIds) undone.add(batchId)
        void flush.takeBack(withdrawals)
      }
      const script = async () => {
        void flush.run()
        for (const deed of deeds) await ('press' in deed ? press(deed.press) : undo(deed.undo))
        await flush.run()
      }
      const hanging = new Promise<void>(resolve => setImmediate(() => setImmediate(resolve)))
      await Promise.race([script(), store.died, hanging])
      return outbox
    }

    for (const { death, weathers, deeds } of lives) {
      let turn = 0
      await live(death, () => weathers[turn++ % weathers.length] ?? 'up', deeds)
    }
    const outbox = await live(undefined, () => 'up', [])
    return { disk, server, outbox, queued: presses.flat(), undone, perhapsUndone }
  }

  test('reaches the server exactly once through any number of deaths, or never once it was taken back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), async lives => {
        const { disk, server, outbox, queued, undone, perhapsUndone } = await liveAll(lives)
        expect(await outbox.counts()).toEqual({ waiting: 0, refused: 0 })
        expect([...disk.items.keys()]).toEqual([])
        const wanted = queued.filter(batchId => !perhapsUndone.has(batchId))
        expect([...server.taken.keys()]).toEqual(expect.arrayContaining(wanted))
        expect([...undone].filter(batchId => server.taken.has(batchId))).toEqual([])
        for (const [batchId, body] of server.taken) {
          expect(JSON.parse(body)).toEqual(batchOf(Number.parseInt(batchId, 16)))
        }
      }),
      { numRuns: 600 },
    )
  })
})

describe('outbox', () => {
  test('is full with a reason, and keeps nothing of what did not fit', async () => {
    const outbox = createOutbox({
      store: openStore(newDisk()),
      ...clock,
      capacity: { candidates: 10, chars: 1e6 },
    })
    await outbox.add([batchOf(1, 6)])
    await expect(outbox.add([batchOf(2, 2), batchOf(3, 3)])).rejects.toMatchObject({
      code: 'HARVEST_OUTBOX_FULL',
    })
    expect(await outbox.counts()).toEqual({ waiting: 6, refused: 0 })
    await outbox.add([batchOf(4, 4)])
    expect(await outbox.counts()).toEqual({ waiting: 10, refused: 0 })
  })

  test('two presses at once do not both take the last place', async () => {
    const outbox = createOutbox({
      store: openStore(newDisk()),
      ...clock,
      capacity: { candidates: 3, chars: 1e6 },
    })
    const results = await Promise.allSettled([outbox.add([batchOf(1)]), outbox.add([batchOf(2)])])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  test('a press handed over twice is kept once', async () => {
    const outbox = createOutbox({ store: openStore(newDisk()), ...clock })
    await outbox.add([batchOf(1)])
    await outbox.add([batchOf(1)])
    expect(await outbox.counts()).toEqual({ waiting: 3, refused: 0 })
  })

  test('says when the browser cannot keep it', async () => {
    const store = { ...openStore(newDisk()), set: () => Promise.reject(new Error('disk')) }
    const outbox = createOutbox({ store, ...clock })
    await expect(outbox.add([batchOf(1)])).rejects.toMatchObject({ code: 'HARVEST_OUTBOX_UNWRITABLE' })
    expect(await outbox.counts()).toEqual({ waiting: 0, refused: 0 })
  })

  test('asks for no more at once than the server takes back in one go', async () => {
    const disk = newDisk()
    const batchIds = Array.from({ length: 25 }, (_, number) => batchOf(number).batchId)
    const { withdrawals } = await createOutbox({ store: openStore(disk), ...clock }).withdraw(batchIds)
    expect(withdrawals.every(withdrawal => Check(UndoQuery, withdrawal))).toBe(true)
    expect(withdrawals.map(one => one.batchIds.length)).toEqual([10, 10, 5])

    const outbox = createOutbox({ store: openStore(disk), ...clock })
    const told: string[] = []
    for (let next = await outbox.nextWithdrawal(); next; next = await outbox.nextWithdrawal()) {
      told.push(...next.batchIds)
      await outbox.withdrawn(next)
    }
    expect(told, 'all of them, also after a restart').toEqual(batchIds)
  })

  test('sends in the order of collecting, also after a restart', async () => {
    const disk = newDisk()
    await createOutbox({ store: openStore(disk), ...clock }).add([batchOf(9), batchOf(4)])
    const outbox = createOutbox({ store: openStore(disk), ...clock })
    await outbox.add([batchOf(1)])
    expect((await outbox.headings()).map(({ batchId }) => Number.parseInt(batchId, 16))).toEqual([9, 4, 1])
  })
})
