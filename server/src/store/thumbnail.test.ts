import { expect, test } from 'vitest'
import { thumbnailSentence } from './thumbnail.ts'

test('the reason is part of the sentence', () => {
  expect(thumbnailSentence(240, 160)).toBe('Only the thumbnail could be had (240 × 160 pixels).')
  expect(thumbnailSentence(240, 160, 'The host did not answer in time; it was tried 5 times.')).toBe(
    'Only the thumbnail could be had (240 × 160 pixels): the host did not answer in time; it was tried 5 times.',
  )
})
