import { expect, test } from 'vitest'
import { certificateWords } from './version-words.ts'

const clean = { distanceBits: 80, pairs: 0, byClass: [], examples: [], withEarlier: [] }

test('a certificate is good only without pairs, now and against earlier versions', () => {
  expect(certificateWords(clean)).toMatchObject({ tone: 'good', say: 'No copies across splits' })
  expect(certificateWords({ ...clean, pairs: 1 })).toMatchObject({
    tone: 'warning',
    say: '1 pair of copies across splits',
  })
  const earlier = [
    { versionId: 1, name: 'First', trainInTest: 2, testInTrain: 0 },
    { versionId: 2, name: 'Second', trainInTest: 0, testInTrain: 0 },
  ]
  const { tone, more } = certificateWords({ ...clean, withEarlier: earlier })
  expect(tone).toBe('warning')
  expect(more).toContain('Against “First”: 2 pictures of its train are in test now.')
  expect(more).not.toContain('Second')
})
