import type { ActState, ActSummary } from '@gleaner/shared/acts'
import { expect, test } from 'vitest'
import { endingOf } from './ending.ts'

const act = (state: ActState, more: Partial<ActSummary> = {}): ActSummary => ({
  ...{ id: 1, kind: 'move', state, title: 'Moved 4,000 pictures to Wren', by: 'dashboard', atMs: 0 },
  ...{ total: 4000, done: 4000, skipped: 0, code: null },
  ...more,
})

test('what was done is said with the way back, as long as there is one', () => {
  expect(endingOf(act('done'))).toEqual({
    say: 'Moved 4,000 pictures to Wren',
    tone: 'good',
    mayBeUndone: true,
  })
  expect(endingOf(act('done', { done: 0 })).mayBeUndone).toBe(false)
  expect(endingOf(act('done', { kind: 'empty-trash' })).mayBeUndone, 'final').toBe(false)
  expect(endingOf(act('undone'))).toMatchObject({
    say: 'Undone: Moved 4,000 pictures to Wren',
    mayBeUndone: false,
  })
})

test('of what came to an end before its time it is said how far it came, and why', () => {
  const stopped = endingOf(act('cancelled', { done: 1200 }))
  expect(stopped).toMatchObject({ tone: 'good', mayBeUndone: true })
  expect(stopped.say).toBe('Stopped after 1,200 of 4,000 pictures: Moved 4,000 pictures to Wren')
  const failed = endingOf(act('failed', { done: 0, code: 'STORE_IO' }))
  expect(failed).toMatchObject({ tone: 'warning', mayBeUndone: false })
  expect(failed.say).toMatch(/^Failed after 0 of 4,000 pictures: .*\. [A-Z]/)
})
