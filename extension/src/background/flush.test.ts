import type { Batch } from '@gleaner/shared/collect'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { batchOf, createAlarmSpy, createServer } from './fake-delivery.ts'
import { newDisk, openStore } from './fake-store.ts'
import { createFlush } from './flush.ts'
import { createOutbox } from './outbox.ts'

const noChange = () => undefined
const clock = { now: () => 0 }

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
  const undo = server.undoIn(() => 'up')
  const flush = createFlush({ outbox, deliver, undo, alarm, ...clock, changed: noChange })
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
  const undo = createServer().undoIn(() => 'up')
  const flush = createFlush({ outbox, deliver, undo, alarm, now: () => nowMs, changed: noChange })
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
  const undo = server.undoIn(() => 'up')
  const alarm = createAlarmSpy()
  const flush = createFlush({ outbox, deliver, undo, alarm, ...clock, changed: noChange })
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
