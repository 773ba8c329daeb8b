import { expect, test } from 'vitest'
import { readGoal } from './goal.ts'

test.each([
  ['200', 200],
  [' 1,500 ', 1500],
  ['1 000 000', 1_000_000],
  ['', null],
  ['  ', null],
  ['0', undefined],
  ['-5', undefined],
  ['1000001', undefined],
  ['12.5', undefined],
  ['1e3', undefined],
  ['many', undefined],
])('%j is read as %j', (text, goal) => expect(readGoal(text)).toBe(goal))
