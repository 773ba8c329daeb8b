import { expect, test } from 'vitest'
import { createDueClock } from './clock.ts'

function clockAt(epochMs: number) {
  const state = { epochMs, passedMs: 0.25 }
  const now = createDueClock(
    () => state.epochMs,
    () => state.passedMs,
  )
  const pass = (ms: number) => {
    state.epochMs += ms
    state.passedMs += ms
  }
  return { state, now, pass }
}

test('follows the time of day', () => {
  const { now, pass } = clockAt(1_700_000_000_000)
  expect(now()).toBe(1_700_000_000_000)
  pass(500)
  expect(now()).toBe(1_700_000_000_500)
})

test('is right after a sleep in which the monotonic clock stood still', () => {
  const { state, now, pass } = clockAt(1_700_000_000_000)
  now()
  state.epochMs += 3_600_000
  expect(now()).toBe(1_700_003_600_000)
  pass(10)
  expect(now()).toBe(1_700_003_600_010)
})

test('goes on when the time of day is set back', () => {
  const { state, now, pass } = clockAt(1_700_000_000_000)
  now()
  state.epochMs -= 3_600_000
  expect(now()).toBe(1_700_000_000_000)
  pass(1_000)
  expect(now()).toBe(1_700_000_001_000)
})

test('gives whole milliseconds', () => {
  const { now, pass } = clockAt(1_700_000_000_000)
  pass(0.4)
  expect(Number.isInteger(now())).toBe(true)
})
