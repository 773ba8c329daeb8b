import { expect, test } from 'vitest'
import { newDisk, openStore } from './fake-store.ts'
import { createFetchWatch } from './fetch-watch.ts'

const minuteMs = 60_000

function setUp(disk = newDisk()) {
  const state = { nowMs: 0, runs: 0, isFound: false, isRinging: false }
  const set = (isRinging: boolean) => async () => {
    state.isRinging = isRinging
  }
  const watch = createFetchWatch({
    fetching: {
      run: async () => {
        state.runs += 1
        return state.isFound
      },
    },
    alarm: { start: set(true), stop: set(false) },
    store: openStore(disk),
    now: () => state.nowMs,
  })
  return { state, watch, disk }
}

test('looks on for half an hour after a collect, also with another worker', async () => {
  const { state, watch, disk } = setUp()
  await watch.expect()
  expect(state.isRinging).toBe(true)
  const later = setUp(disk)
  later.state.isRinging = true
  later.state.nowMs = 30 * minuteMs
  await later.watch.ring()
  expect(later.state).toMatchObject({ runs: 1, isRinging: true })
  later.state.nowMs += 1
  await later.watch.ring()
  expect(later.state).toMatchObject({ runs: 2, isRinging: false })
})

test('looks on for as long as it finds something', async () => {
  const { state, watch } = setUp()
  await watch.expect()
  state.isFound = true
  state.nowMs = 31 * minuteMs
  await watch.ring()
  expect(state.isRinging).toBe(true)
})

test('does not look at every question of every bar', async () => {
  const { state, watch } = setUp()
  for (state.nowMs = 0; state.nowMs < 10_000; state.nowMs += 500) await watch.look()
  expect(state.runs).toBe(5)
})

test('looks on when the clock was set back', async () => {
  const { state, watch } = setUp()
  state.nowMs = 100 * minuteMs
  await watch.look()
  state.nowMs = 0
  await watch.look()
  expect(state.runs).toBe(2)
})
