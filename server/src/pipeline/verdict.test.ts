import { catalogue, type ErrorCode } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { explain } from './verdict.ts'

const codes = Object.keys(catalogue) as ErrorCode[]

test('a thumbnail that stands in says why the original could not be had', () => {
  expect(explain.storedThumbnail(240, 160, 'DOWNLOAD_NOT_FOUND')).toBe(
    'Only the thumbnail could be had (240 × 160 pixels): the host no longer has this picture.',
  )
  expect(explain.storedThumbnail(240, 160, null)).toBe('Only the thumbnail could be had (240 × 160 pixels).')
})

test('what could not be had says why, and how often it was tried', () => {
  expect(explain.noWay('DOWNLOAD_NOT_FOUND', 1, 1)).toBe('The host no longer has this picture.')
  expect(explain.noWay('DOWNLOAD_TIMEOUT', 1, 5)).toBe(
    'The host did not answer in time; it was tried 5 times.',
  )
  expect(explain.noWay('DOWNLOAD_TIMEOUT', 2, 5)).toBe(
    'The host did not answer in time; both addresses were tried.',
  )
  expect(explain.noWay('DOWNLOAD_TIMEOUT', 4, 1)).toBe(
    'The host did not answer in time; all 4 addresses were tried.',
  )
})

test('whatever the reason, it is one sentence', () => {
  for (const code of codes) {
    for (const sentence of [explain.storedThumbnail(9, 9, code), explain.noWay(code, 3, 1)]) {
      expect(sentence).toMatch(/^[A-Z][^.]*\.$/)
    }
  }
})
