import type { ActState } from '@gleaner/shared/acts'
import { expect, test } from 'vitest'
import { stepForth, stepsBack, wayTo } from './steps.ts'

const acts = (...states: readonly ActState[]) =>
  states.map((state, place) => ({ id: states.length - place, state, kind: 'move' as const }))
// Newest first: 6 and 5 were undone, 4 was stopped, 3 failed, 2 and 1 stand.
const log = acts('undone', 'undone', 'cancelled', 'failed', 'done', 'done')
const ends = { undoId: 4, redoId: 5 }

test('back to an act, all that came after it and stands is taken back', () => {
  expect(log.map(act => stepsBack(log, ends, act))).toEqual([0, 0, 1, 0, 2, 3])
  expect(log.map(act => stepsBack(log, { undoId: null, redoId: 1 }, act))).toEqual([0, 0, 0, 0, 0, 0])
})

test('forth, only what was undone is done again', () => {
  expect(log.map(act => stepForth(ends, act))).toEqual(['later', 'next', 'never', 'never', 'never', 'never'])
  expect(stepForth({ undoId: 6, redoId: null }, { id: 6, state: 'undone', kind: 'move' })).toBe('never')
})

test('what is final lies in between and stays', () => {
  const emptied = acts('done', 'done', 'done').map(act =>
    act.id === 2 ? { ...act, kind: 'empty-trash' as const } : act,
  )
  expect(emptied.map(act => stepsBack(emptied, { undoId: 3, redoId: null }, act))).toEqual([1, 0, 2])
})

test('each act has one way to it at most', () => {
  expect(log.map(act => wayTo(log, ends, act).way)).toEqual([
    'redo',
    'redo',
    'undo',
    undefined,
    'undo',
    'undo',
  ])
  expect(log.map(act => wayTo(log, ends, act).steps)).toEqual([undefined, 1, 1, undefined, 2, 3])
})
