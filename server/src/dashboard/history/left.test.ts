import { expect, test } from 'vitest'
import { leftMs } from './left.ts'

test('the rest takes as long as what was seen', () => {
  expect(leftMs({ atMs: 1000, done: 100 }, { done: 300, total: 1000 }, 3000)).toBe(7000)
})

test('nothing is said too early, or of what stands still or goes backwards', () => {
  expect(leftMs({ atMs: 0, done: 0 }, { done: 5, total: 10 }, 500)).toBeUndefined()
  expect(leftMs({ atMs: 0, done: 5 }, { done: 5, total: 10 }, 5000)).toBeUndefined()
  expect(leftMs({ atMs: 0, done: 5 }, { done: 1, total: 10 }, 5000)).toBeUndefined()
})
