import type { Batch, Receipt } from '@gleaner/shared/api'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Death, newDisk, openStore } from './fake-store.ts'
import { createFlush } from './flush.ts'
import { createOutbox } from './outbox.ts'

const batchOf = (number: number, candidates = 3): Batch => ({
  batchId: number.toString(16).padStart(32, '0'),
  dataset: 'Animals',
  class: 'cat',
  origin: { engine: 'lumen', query: 'cat' },
  candidates: Array.from({ length: candidates }, (_, index) => ({
    sources: [{ kind: 'original', url: `https://pictures.example/${number}/${index}.jpg` }],
  })),
})

/** How the server treats one delivery. */
type Weather = 'up' | 'down' | 'receipt-lost' | 'hangs' | 'busy'

/** Takes each batch once, as the real one does; complains about the same id with another body. */
function createServer() {
  const taken = new Map<string, string>()
  const take = (batch: Batch): Receipt => {
    const body = JSON.stringify(batch)
    if ((taken.get(batch.batchId) ?? body) !== body) throw new AppError('PROTOCOL_CONFLICT')
    taken.set(batch.batchId, body)
    const accepted = batch.candidates.length
    return { batchId: batch.batchId, datasetId: 'animals', classId: 1, accepted, known: 0, refused: 0 }
  }
  const deliverIn = (weather: () => Weather) => async (batch: Batch) => {
    switch (weather()) {
      case 'down':
        throw new AppError('SERVER_NOT_RUNNING')
      case 'busy':
        throw new AppError('PROTOCOL_BUSY')
      case 'receipt-lost':
        take(batch)
        throw new AppError('PROTOCOL_BUSY')
      case 'hangs':
        return new Promise<Receipt>(() => undefined)
      case 'up':
        return take(batch)
    }
  }
  return { taken, deliverIn }
}

function createAlarmSpy() {
  const alarm = { isRinging: false, start: async () => set(true), stop: async () => set(false) }
  const set = (isRinging: boolean) => {
    alarm.isRinging = isRinging
  }
  return alarm
}

const noChange = () => undefined
const clock = { now: () => 0 }

describe('what was called queued', () => {
  const weather = fc.constantFrom<Weather>('up', 'down', 'receipt-lost', 'hangs', 'busy')
  const life = fc.record({
    death: fc.record({ operations: fc.integer({ min: 1, max: 30 }), isApplied: fc.boolean() }),
    weathers: fc.array(weather, { minLength: 1, maxLength: 6 }),
    presses: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }),
  })

  test('reaches the server exactly once through any number of deaths', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), async lives => {
        const disk = newDisk()
        const server = createServer()
        const queued: string[] = []
        let number = 0

        const live = async (
          death: Death | undefined,
          weatherNow: () => Weather,
          presses: readonly number[],
        ) => {
          const store = openStore(disk, death)
          const outbox = createOutbox({ store, ...clock })
          const deliver = server.deliverIn(weatherNow)
          const flush = createFlush({ outbox, deliver, alarm: createAlarmSpy(), ...clock, changed: noChange })
          const press = async (batches: number) => {
            const added = Array.from({ length: batches }, () => batchOf(number++))
            await outbox.add(added)
            queued.push(...added.map(({ batchId }) => batchId))
            void flush.run()
          }
          const script = async () => {
            void flush.run()
            for (const batches of presses) await press(batches)
            await flush.run()
          }
          const hanging = new Promise<void>(resolve => setImmediate(() => setImmediate(resolve)))
          await Promise.race([script(), store.died, hanging])
          return outbox
        }

        for (const { death, weathers, presses } of lives) {
          let turn = 0
          await live(death, () => weathers[turn++ % weathers.length] ?? 'up', presses)
        }
        const outbox = await live(undefined, () => 'up', [])
        expect(await outbox.counts()).toEqual({ waiting: 0, refused: 0 })
        expect([...disk.items.keys()]).toEqual([])
        expect([...server.taken.keys()]).toEqual(expect.arrayContaining(queued))
        for (const [batchId, body] of server.taken) {
          expect(JSON.parse(body)).toEqual(batchOf(Number.parseInt(batchId, 16)))
        }
      }),
      { numRuns: 400 },
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

  test('sends in the order of collecting, also after a restart', async () => {
    const disk = newDisk()
    await createOutbox({ store: openStore(disk), ...clock }).add([batchOf(9), batchOf(4)])
    const outbox = createOutbox({ store: openStore(disk), ...clock })
    await outbox.add([batchOf(1)])
    expect((await outbox.headings()).map(({ batchId }) => Number.parseInt(batchId, 16))).toEqual([9, 4, 1])
  })
})

describe('flush', () => {
  const setUp = async (answers: Record<number, ErrorCode>) => {
    const outbox = createOutbox({ store: openStore(newDisk()), ...clock })
    const server = createServer()
    const up = server.deliverIn(() => 'up')
    const deliver = async (batch: Batch) => {
      const code = answers[Number.parseInt(batch.batchId, 16)]
      if (code) throw new AppError(code)
      return up(batch)
    }
    const alarm = createAlarmSpy()
    const flush = createFlush({ outbox, deliver, alarm, ...clock, changed: noChange })
    await outbox.add([batchOf(1), batchOf(2), batchOf(3)])
    return { outbox, server, alarm, flush }
  }

  test.each(['PROTOCOL_INVALID', 'PROTOCOL_CONFLICT', 'PROTOCOL_TOO_LARGE', 'CLASS_NAME_INVALID'] as const)(
    'a batch refused with %s is set aside and the others go on',
    async code => {
      const { outbox, server, alarm, flush } = await setUp({ 1: code })
      await flush.run()
      expect(server.taken.size).toBe(2)
      expect(await outbox.headings()).toMatchObject([{ state: 'refused', code, candidates: 3 }])
      expect(alarm.isRinging).toBe(false)
      await outbox.clearRefused()
      expect(await outbox.headings()).toEqual([])
    },
  )

  test.each([
    'SERVER_NOT_RUNNING',
    'SERVER_NOT_OURS',
    'SERVER_NOT_PAIRED',
    'SERVER_PERMISSION',
    'PROTOCOL_VERSION',
    'PROTOCOL_BUSY',
    'PROTOCOL_RATE_LIMITED',
    'PROTOCOL_INTERNAL',
    'STORE_DISK_FULL',
  ] as const)('%s keeps everything and rings again', async code => {
    const { outbox, server, alarm, flush } = await setUp({ 2: code })
    await flush.run()
    expect(server.taken.size).toBe(1)
    expect(await outbox.counts()).toEqual({ waiting: 6, refused: 0 })
    expect(alarm.isRinging).toBe(true)
  })

  test('refused batches can be tried again', async () => {
    const answers: Record<number, ErrorCode> = { 1: 'PROTOCOL_INVALID' }
    const { outbox, server, flush } = await setUp(answers)
    await flush.run()
    delete answers[1]
    await outbox.retryRefused()
    await flush.run()
    expect(server.taken.size).toBe(3)
  })

  test('a pause the server asked for is kept', async () => {
    const outbox = createOutbox({ store: openStore(newDisk()), ...clock })
    let nowMs = 0
    let deliveries = 0
    const deliver = async () => {
      deliveries += 1
      throw new AppError('PROTOCOL_BUSY', { retryAfterMs: 60_000 })
    }
    const alarm = createAlarmSpy()
    const flush = createFlush({ outbox, deliver, alarm, now: () => nowMs, changed: noChange })
    await outbox.add([batchOf(1)])
    await flush.run()
    nowMs = 59_999
    await flush.run()
    expect(deliveries).toBe(1)
    nowMs = 60_000
    await flush.run()
    expect(deliveries).toBe(2)
  })

  test('asking while a run ends is not lost', async () => {
    const outbox = createOutbox({ store: openStore(newDisk()), ...clock })
    const server = createServer()
    let inFlight = 0
    let mostInFlight = 0
    const up = server.deliverIn(() => 'up')
    const deliver = async (batch: Batch) => {
      inFlight += 1
      mostInFlight = Math.max(mostInFlight, inFlight)
      const receipt = await up(batch)
      inFlight -= 1
      return receipt
    }
    const flush = createFlush({ outbox, deliver, alarm: createAlarmSpy(), ...clock, changed: noChange })
    for (let number = 0; number < 60; number += 1) {
      await outbox.add([batchOf(number)])
      const run = flush.run()
      for (let turns = 0; turns < number % 20; turns += 1) await Promise.resolve()
      if (number % 3 === 0) await run
    }
    await flush.run()
    expect(server.taken.size).toBe(60)
    expect(mostInFlight).toBe(1)
  })
})
