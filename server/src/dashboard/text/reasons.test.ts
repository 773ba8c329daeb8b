import { AppError, catalogue } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { isRetriable, pausedWords, reasonOf, reasonOfError } from './reasons.ts'

test('known codes have a sentence and a hint, others stand for themselves', () => {
  expect(reasonOf('DOWNLOAD_DNS')).toBe(catalogue.DOWNLOAD_DNS)
  expect(reasonOf('FROM_THE_FUTURE')).toEqual({ say: 'FROM_THE_FUTURE', hint: '' })
  expect(reasonOf('toString').hint).toBe('')
})

test('any error has a sentence', () => {
  expect(reasonOfError(new AppError('DATASET_EXISTS')).say).toBe(catalogue.DATASET_EXISTS.say)
  expect(reasonOfError(new TypeError('x')).say).toBe(catalogue.PROTOCOL_INTERNAL.say)
})

test('what ended without the picture, or with its thumbnail only, can be tried again', () => {
  expect(isRetriable('failed', 'DOWNLOAD_DNS')).toBe(true)
  expect(isRetriable('stored', 'STORED_THUMBNAIL')).toBe(true)
  expect(isRetriable('stored', 'STORED')).toBe(false)
  expect(isRetriable('queued', null)).toBe(false)
  expect(isRetriable('cancelled', 'CANCELLED')).toBe(true)
  expect(isRetriable('cancelled', 'CANCELLED_UNDONE')).toBe(false)
})

test.each([
  [0, 0, 'Nothing waits; nothing more is fetched until you resume.'],
  [2400, 0, '2,400 pictures in line; nothing more is fetched until you resume.'],
  [
    1,
    2,
    '1 picture in line; nothing more is fetched until you resume. 2 pictures under way will be finished.',
  ],
])('a pause with %d in line and %d under way', (queued, inHand, words) => {
  expect(pausedWords({ queued, inHand })).toBe(words)
})
