import type { Batch } from '@gleaner/shared/collect'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { describe, expect, test } from 'vitest'
import { newDisk, openStore } from './fake-store.ts'
import { createFlush } from './flush.ts'
import { createOutbox, type Withdrawal } from './outbox.ts'

const { batchesPerUndo } = limits
const idOf = (number: number) => number.toString(16).padStart(32, '0')
const batchOf = (number: number): Batch => ({
  batchId: idOf(number),
  dataset: 'Animals',
  class: 'cat',
  origin: { engine: 'lumen' },
  candidates: [{ sources: [{ kind: 'original', url: `https://pictures.example/${number}.jpg` }] }],
})

/** An outbox whose server writes down what it hears, in order; deliveries can be held back. */
function setUp(disk = newDisk()) {
  const heard: string[] = []
  const trouble: { code: ErrorCode | undefined } = { code: undefined }
  const held: { letGo: () => void; isThere: Promise<void> } = {
    letGo: () => undefined,
    isThere: Promise.resolve(),
  }
  let gate: Promise<void> | undefined
  let arrive: () => void = () => undefined
  const outbox = createOutbox({ store: openStore(disk), now: () => 0 })
  const alarm = { isRinging: false, start: async () => set(true), stop: async () => set(false) }
  const set = (isRinging: boolean) => {
    alarm.isRinging = isRinging
  }
  const flush = createFlush({
    outbox,
    deliver: async ({ batchId }) => {
      arrive()
      await gate
      if (trouble.code) throw new AppError(trouble.code)
      heard.push(`batch ${Number.parseInt(batchId, 16)}`)
      return { batchId, datasetId: 'animals', classId: 1, accepted: 1, known: 0, refused: 0 }
    },
    undo: async ({ batchIds }: Withdrawal) => {
      if (trouble.code) throw new AppError(trouble.code)
      heard.push(`undo ${batchIds.map(batchId => Number.parseInt(batchId, 16)).join(' ')}`)
      return { candidates: batchIds.length, images: 1 }
    },
    alarm,
    now: () => 0,
    changed: () => undefined,
  })
  const holdDelivery = () => {
    held.isThere = new Promise(resolve => {
      arrive = resolve
    })
    gate = new Promise(resolve => {
      held.letGo = () => {
        gate = undefined
        resolve()
      }
    })
    return held
  }
  return { outbox, flush, heard, alarm, trouble, disk, holdDelivery }
}

describe('taking batches back', () => {
  test('before they were sent sends none of them', async () => {
    const { outbox, flush, heard } = setUp()
    await outbox.add([batchOf(1), batchOf(2), batchOf(3)])
    const { withdrawals, candidates } = await outbox.withdraw([idOf(1), idOf(3)])
    expect(candidates).toBe(2)
    expect(await flush.takeBack(withdrawals)).toEqual({ candidates: 2, images: 1 })
    await flush.run()
    expect(heard).toEqual(['undo 1 3', 'batch 2'])
  })

  test('while one is on its way tells the server after it has arrived', async () => {
    const { outbox, flush, heard, holdDelivery } = setUp()
    const held = holdDelivery()
    await outbox.add([batchOf(1), batchOf(2)])
    void flush.run()
    await held.isThere
    const { withdrawals } = await outbox.withdraw([idOf(1), idOf(2)])
    const answer = flush.takeBack(withdrawals)
    held.letGo()
    await answer
    expect(heard).toEqual(['batch 1', 'undo 1 2'])
  })

  test('is kept while the server is away, through a restart, and goes before what is collected later', async () => {
    const { outbox, flush, alarm, trouble, disk } = setUp()
    trouble.code = 'SERVER_NOT_RUNNING'
    await outbox.add([batchOf(1)])
    const { withdrawals } = await outbox.withdraw([idOf(1)])
    expect(await flush.takeBack(withdrawals)).toEqual({ candidates: 0, images: 0 })
    expect(alarm.isRinging).toBe(true)

    const later = setUp(disk)
    await later.outbox.add([batchOf(2)])
    await later.flush.run()
    await later.flush.run()
    expect(later.heard).toEqual(['undo 1', 'batch 2'])
    expect(later.alarm.isRinging).toBe(false)
    expect([...disk.items.keys()]).toEqual([])
  })

  test('is whole even if the worker dies before anything was removed', async () => {
    const disk = newDisk()
    await setUp(disk).outbox.add([batchOf(1), batchOf(2)])
    const dying = openStore(disk, { operations: 2, isApplied: true })
    const outbox = createOutbox({ store: dying, now: () => 0 })
    void outbox.withdraw([idOf(1), idOf(2)])
    await dying.died
    const later = setUp(disk)
    await later.flush.run()
    expect(later.heard).toEqual(['undo 1 2'])
    expect([...disk.items.keys()]).toEqual([])
  })

  test('holds for a press that is handed over again', async () => {
    const { outbox } = setUp()
    await outbox.add([batchOf(1)])
    await outbox.withdraw([idOf(1)])
    await outbox.add([batchOf(1)])
    expect(await outbox.headings()).toEqual([])
  })

  test('takes what the server refused along', async () => {
    const { outbox, flush, trouble } = setUp()
    trouble.code = 'PROTOCOL_INVALID'
    await outbox.add([batchOf(1)])
    await flush.run()
    expect((await outbox.withdraw([idOf(1)])).candidates).toBe(1)
    expect(await outbox.headings()).toEqual([])
  })

  test('asks in questions the server takes', async () => {
    const { outbox, flush, heard } = setUp()
    const all = Array.from({ length: 2 * batchesPerUndo + 3 }, (_, index) => idOf(index + 1))
    const { withdrawals } = await outbox.withdraw(all)
    expect(await flush.takeBack(withdrawals)).toEqual({ candidates: all.length, images: 3 })
    expect(heard.map(line => line.split(' ').length - 1)).toEqual([batchesPerUndo, batchesPerUndo, 3])
  })

  test('again with more, while the first is told, loses none', async () => {
    const { outbox, flush, heard } = setUp()
    const first = await outbox.withdraw([idOf(1)])
    await outbox.withdraw([idOf(1), idOf(2)])
    for (const withdrawal of first.withdrawals) await outbox.withdrawn(withdrawal)
    await flush.run()
    expect(heard).toEqual(['undo 1 2'])
  })

  test('that the browser cannot keep takes nothing back', async () => {
    const disk = newDisk()
    await setUp(disk).outbox.add([batchOf(1)])
    const store = { ...openStore(disk), set: () => Promise.reject(new Error('disk')) }
    const outbox = createOutbox({ store, now: () => 0 })
    await expect(outbox.withdraw([idOf(1)])).rejects.toMatchObject({ code: 'HARVEST_OUTBOX_UNWRITABLE' })
    expect(await outbox.counts()).toEqual({ waiting: 1, refused: 0 })
  })
})
