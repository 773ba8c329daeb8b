import { AppError, isAppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { codeOf, isRefusal, Refusal } from './refusal.ts'

test('is an error of ours to those who know the catalogue, and the other way round', () => {
  const refusal = new Refusal('HARVEST_OUTBOX_FULL', { waiting: 3 })
  expect(isAppError(refusal)).toBe(true)
  expect(isRefusal(new AppError('HARVEST_OUTBOX_FULL'))).toBe(true)
  expect(codeOf(new AppError('SERVER_NOT_PAIRED'))).toBe('SERVER_NOT_PAIRED')
})

test.each([
  new Error('x'),
  new DOMException('x', 'AbortError'),
  'HARVEST_OUTBOX_FULL',
  { code: 'X', facts: {} },
  null,
])('anything else is not: %s', error => {
  expect(isRefusal(error)).toBe(false)
  expect(codeOf(error)).toBe('HARVEST_INTERNAL')
})
