import type { GalleryImage } from '@gleaner/shared/gallery'
import { expect, test } from 'vitest'
import type { Made } from './deck.ts'
import type { Verdict } from './verdict.ts'
import { lastWords, sessionWords } from './words.ts'

const step = (...verdicts: readonly Verdict[]): Made => ({
  judged: verdicts.map(verdict => ({ image: {} as GalleryImage, verdict })),
  answers: [],
  isSaved: true,
})

test('one picture is named by what was said of it, a screenful by its counts', () => {
  const moved = step({ kind: 'move', label: 'Cat' })
  expect(lastWords({ ...moved, isTakenBack: false })).toBe('Moved to Cat')
  const screenful = step({ kind: 'keep' }, { kind: 'keep' }, { kind: 'remove' })
  expect(lastWords({ ...screenful, isTakenBack: true })).toBe('Taken back: 2 kept, 1 removed')
  expect(lastWords(undefined)).toBe('')
})

test('a session is told in one sentence', () => {
  expect(sessionWords([step({ kind: 'keep' }), step({ kind: 'keep' }, { kind: 'unsure' })])).toBe(
    '3 pictures reviewed now: 2 kept, 1 left as unsure.',
  )
})
