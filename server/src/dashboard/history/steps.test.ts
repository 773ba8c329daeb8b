import type { ActState } from '@gleaner/shared/acts'
import { expect, test } from 'vitest'
import { stepsBack, stepsForth } from './steps.ts'

const acts = (...states: readonly ActState[]) =>
  states.map((state, place) => ({ id: states.length - place, state }))
// Newest first: 6 and 5 were undone, 4 was stopped, 3 failed, 2 and 1 stand.
const log = acts('undone', 'undone', 'cancelled', 'failed', 'done', 'done')
const ends = { undoId: 4, redoId: 5 }

test('taking back to an act takes back all that came after it, newest first', () => {
  expect(stepsBack(log, ends, 1)).toEqual([4, 2, 1])
  expect(stepsBack(log, ends, 4)).toEqual([4])
})

test('doing again goes forward, oldest first', () => {
  expect(stepsForth(log, ends, 6)).toEqual([5, 6])
  expect(stepsForth(log, ends, 5)).toEqual([5])
})

test('what was undone is not undone again, and what stands not done again', () => {
  expect(stepsBack(log, ends, 6)).toEqual([])
  expect(stepsForth(log, ends, 2)).toEqual([])
  expect(stepsBack(log, { undoId: null, redoId: null }, 2)).toEqual([])
  expect(stepsForth(log, { undoId: null, redoId: null }, 6)).toEqual([])
})
