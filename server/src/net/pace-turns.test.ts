import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPace, type PaceLimits } from './pace.ts'
import type { PaceResult } from './pace-result.ts'

const answered: PaceResult = { kind: 'answered' }
const { signal } = new AbortController()

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function createWorld(limits: Partial<PaceLimits> = {}) {
  const pace = createPace({ now: () => performance.now(), random: () => 0.5, ...limits })
  const log: string[] = []
  return {
    pace,
    log,
    /** Stands in line, and notes what came of it. */
    enter: (name: string, host = 'a.example', mostMs = 60_000, on: AbortSignal = signal) =>
      pace.enter(host, mostMs, on).then(
        isIn => void log.push(`${name} ${isIn ? 'in' : 'out'}`),
        error => void log.push(`${name} ${error.name}`),
      ),
  }
}

describe('waiting in the middle of a journey', () => {
  test('one place is taken at once, the next after the spacing, the third when one is given back', async () => {
    const { pace, log, enter } = createWorld()
    for (const name of ['first', 'second', 'third']) void enter(name)
    await vi.advanceTimersByTimeAsync(299)
    expect(log).toEqual(['first in'])
    await vi.advanceTimersByTimeAsync(1)
    expect(log).toEqual(['first in', 'second in'])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(log).toHaveLength(2)
    pace.ended('a.example', answered)
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toEqual(['first in', 'second in', 'third in'])
    expect(pace.about('a.example').inHand).toBe(2)
  })

  test('goes before journeys that have not begun', async () => {
    const { pace, enter } = createWorld()
    pace.started('a.example')
    void enter('waits')
    await vi.advanceTimersByTimeAsync(250)
    expect(pace.mayStart('a.example')).toBe(Number.POSITIVE_INFINITY)
    expect(pace.mayStart('b.example')).toBe('now')
    await vi.advanceTimersByTimeAsync(50)
    pace.ended('a.example', answered)
    expect(pace.mayStart('a.example')).toBe(300)
  })

  test('ends without a place after its time, and at once where the host rests for longer or many wait', async () => {
    const { pace, log, enter } = createWorld()
    pace.started('a.example')
    pace.started('a.example')
    for (const name of ['one', 'two', 'three']) void enter(name, 'a.example', 1_000)
    await vi.advanceTimersByTimeAsync(0)
    expect(log, 'no more wait than are asked at a time').toEqual(['three out'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(log).toEqual(['three out', 'one out', 'two out'])
    pace.ended('a.example', { kind: 'failed', code: 'DOWNLOAD_RATE_LIMITED', retryAfterMs: 60_000 })
    void enter('four', 'a.example', 1_000)
    await vi.advanceTimersByTimeAsync(0)
    expect(log.at(-1)).toBe('four out')
    expect(pace.about('a.example').inHand).toBe(1)
  })

  test('whoever gives up leaves the line, and holds nobody up', async () => {
    const { pace, log, enter } = createWorld({ perHost: 1 })
    pace.started('a.example')
    const gone = new AbortController()
    void enter('gone', 'a.example', 60_000, gone.signal)
    gone.abort()
    await vi.advanceTimersByTimeAsync(300)
    void enter('here')
    pace.ended('a.example', answered)
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toEqual(['gone AbortError', 'here in'])
    await enter('late', 'b.example', 60_000, gone.signal)
    expect(log.at(-1)).toBe('late AbortError')
    expect(pace.about('b.example').inHand).toBe(0)
  })

  test('keeps to the number of requests in all', async () => {
    const { pace, log, enter } = createWorld({ overall: 1 })
    pace.started('b.example')
    void enter('waits')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(log).toEqual([])
    pace.ended('b.example', answered)
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toEqual(['waits in'])
  })
})
