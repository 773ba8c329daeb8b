import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createBandwidth } from './bandwidth.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const { signal } = new AbortController()
const piece = 10_000

function createWorld(first: number | null) {
  const cap = { bytesPerSecond: first }
  const bandwidth = createBandwidth({
    now: () => performance.now(),
    maxBytesPerSecond: () => cap.bytesPerSecond,
  })
  /** A body without end; pieces of it arrive as fast as they are read. */
  const startBody = (sizeBytes = piece, on = signal) => {
    const body = { receivedBytes: 0 }
    const read = async () => {
      for (;;) {
        body.receivedBytes += sizeBytes
        await (bandwidth.received(sizeBytes, on) ?? new Promise(resolve => setTimeout(resolve, 1)))
      }
    }
    void read().catch(() => undefined)
    return body
  }
  return { bandwidth, cap, startBody }
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000)

describe('the bound', () => {
  test('holds over all bodies together, whatever their number', async () => {
    const { bandwidth, startBody } = createWorld(200_000)
    const bodies = Array.from({ length: 16 }, () => startBody())
    await pass(10)
    const sum = bodies.reduce((all, { receivedBytes }) => all + receivedBytes, 0)
    // A burst of a quarter of a second, and one piece a body that has arrived and waits.
    expect(sum).toBeGreaterThan(1_900_000)
    expect(sum).toBeLessThanOrEqual(2_000_000 + 50_000 + 17 * piece)
    expect(bandwidth.bytesPerSecond()).toBeGreaterThan(180_000)
    expect(bandwidth.bytesPerSecond()).toBeLessThan(220_000)
    expect(bandwidth.isHoldingBack()).toBe(true)
  })

  test('is shared fairly: nobody gets more turns than anybody else', async () => {
    const { startBody } = createWorld(100_000)
    const early = startBody()
    await pass(5)
    const before = early.receivedBytes
    const bodies = [early, startBody(), startBody(), startBody()]
    await pass(20)
    const shares = bodies.map(({ receivedBytes }, index) => receivedBytes - (index === 0 ? before : 0))
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2 * piece)
  })

  test('does not hold where there is none', async () => {
    const { bandwidth, startBody } = createWorld(null)
    expect(bandwidth.received(1_000_000_000, signal)).toBeUndefined()
    startBody()
    await pass(1)
    expect(bandwidth.isHoldingBack()).toBe(false)
  })

  test('may be changed while bodies wait for it: wider, narrower, gone', async () => {
    const { bandwidth, cap, startBody } = createWorld(20_000)
    const body = startBody()
    const over = async (seconds: number) => {
      const before = body.receivedBytes
      await pass(seconds)
      return (body.receivedBytes - before) / seconds
    }
    await pass(5)
    expect(await over(20)).toBeCloseTo(20_000, -4)
    cap.bytesPerSecond = 200_000
    await pass(1)
    expect(await over(20)).toBeCloseTo(200_000, -4)
    cap.bytesPerSecond = 16_384
    await pass(2)
    expect(await over(20)).toBeLessThan(18_000)
    cap.bytesPerSecond = null
    await pass(1)
    expect(bandwidth.isHoldingBack()).toBe(false)
    expect(await over(1)).toBeGreaterThan(1_000_000)
  })

  test('a lull does not save up for a flood', async () => {
    const { bandwidth, startBody } = createWorld(100_000)
    await pass(3_600)
    const body = startBody()
    await pass(1)
    expect(body.receivedBytes).toBeLessThanOrEqual(100_000 + 25_000 + 2 * piece)
    expect(bandwidth.isHoldingBack()).toBe(true)
  })

  test('a fetch that is given up waits no more and holds nobody up', async () => {
    const { bandwidth, startBody } = createWorld(20_000)
    const stop = new AbortController()
    startBody(100_000, stop.signal)
    const other = startBody()
    await pass(1)
    const before = other.receivedBytes
    stop.abort(new Error('stopped'))
    await pass(20)
    expect(other.receivedBytes - before).toBeGreaterThan(300_000)
    expect(bandwidth.isHoldingBack()).toBe(true)
  })
})

test('says what came in over the last seconds', async () => {
  const { bandwidth } = createWorld(null)
  void bandwidth.received(1_000, signal)
  expect(bandwidth.bytesPerSecond()).toBe(1_000)
  await pass(10)
  expect(bandwidth.bytesPerSecond()).toBe(0)
  for (let second = 0; second < 10; second++) {
    void bandwidth.received(5_000, signal)
    await pass(1)
  }
  expect(bandwidth.bytesPerSecond()).toBeCloseTo(4_000, -3.5)
})
