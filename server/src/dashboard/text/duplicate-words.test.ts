import { type DuplicatePair, duplicateActs } from '@gleaner/shared/duplicates'
import { describe, expect, test } from 'vitest'
import {
  differenceWords,
  doneWords,
  groupWords,
  keepWords,
  pairWords,
  reviewWords,
  waitingIn,
} from './duplicate-words.ts'

const pair: DuplicatePair = {
  a: 'a'.repeat(20),
  b: 'b'.repeat(20),
  level: 'look',
  kind: 'mirror',
  distanceBits: 12,
  difference: 0.02,
  placement: null,
}

describe('pairWords', () => {
  test.each<[Partial<DuplicatePair>, string]>([
    [{}, 'Mirrored, 12 of 256 bits apart'],
    [{ distanceBits: null }, 'Mirrored'],
    [{ level: 'bytes', kind: 'same' }, 'Same file'],
    [{ level: 'url', kind: 'same' }, 'Same address'],
    [{ level: 'pixels', kind: 'same' }, 'Same pixels'],
  ])('%j', (patch, words) => {
    expect(pairWords({ ...pair, ...patch })).toBe(words)
  })

  test('members that were not compared say by what they belong', () => {
    expect(pairWords(undefined)).toBe('Belongs here by way of another copy')
  })
})

test.each([
  [null, undefined],
  [0, 'Less than 0.1 % difference once aligned'],
  [0.004, '0.4 % difference once aligned'],
  [0.126, '13 % difference once aligned'],
])('a difference of %s', (difference, words) => {
  expect(differenceWords({ difference })).toBe(words)
})

test('a group says what it is', () => {
  expect(groupWords({ kind: 'copies', size: 2 })).toBe('2 copies of the same picture')
  expect(groupWords({ kind: 'burst', size: 1200 })).toBe('1,200 separate shots of almost the same scene')
})

test('the main button says what it does', () => {
  expect(keepWords(1, 3)).toBe('Keep 1, remove 2')
  expect(keepWords(3, 3)).toBe('Keep all 3')
})

test('every act has words of its own, with how many went', () => {
  const all = duplicateActs.map(act => doneWords({ act, removed: 2 }))
  expect(new Set(all).size).toBe(duplicateActs.length)
  expect(doneWords({ act: 'keep', removed: 1 })).toBe('Kept the best, removed 1 picture')
})

test.each([
  [{ groups: 0, bursts: 0, kept: 4, conflicts: 0 }, 0, undefined],
  [{ groups: 1, bursts: 0, kept: 0, conflicts: 0 }, 1, '1 group of copies waits for you'],
  [{ groups: 0, bursts: 0, kept: 0, conflicts: 2 }, 2, '2 label conflicts wait for you'],
  [
    { groups: 3, bursts: 1, kept: 0, conflicts: 1 },
    5,
    '3 groups of copies, 1 group of separate shots and 1 label conflict wait for you',
  ],
])('%j: %s waiting', (counts, waiting, words) => {
  expect(waitingIn(counts)).toBe(waiting)
  expect(reviewWords(counts)).toBe(words)
})
