import type { Known } from '@gleaner/shared/collect'
import { candidateStates } from '@gleaner/shared/outcome'
import { expect, test } from 'vitest'
import { type Mark, markOf } from './mark-of.ts'

const known = (state: Known['state'], more: Partial<Known> = {}): Known => ({
  state,
  code: null,
  class: 'cat',
  isThumbnail: false,
  ...more,
})
const original = { isThumbnailOnly: false }
const thumbnail = { isThumbnailOnly: true }

const table: readonly [says: string, known: Known | null, candidate: typeof original, mark: Mark][] = [
  ['never met', null, original, 'new'],
  ['never met and without an original', null, thumbnail, 'thumbnail-only'],
  ['queued', known('queued'), original, 'waiting'],
  ['in hand', known('leased'), original, 'waiting'],
  ['queued for another class', known('queued', { class: 'lynx' }), original, 'other-class'],
  ['stored', known('stored', { code: 'STORED' }), original, 'held'],
  ['stored, found without an original', known('stored', { code: 'STORED' }), thumbnail, 'held'],
  ['stored in another class', known('stored', { class: 'lynx' }), original, 'other-class'],
  ['stored as a thumbnail', known('stored', { isThumbnail: true }), original, 'thumbnail-only'],
  [
    'stored as a thumbnail in another class',
    known('stored', { isThumbnail: true, class: 'lynx' }),
    original,
    'other-class',
  ],
  ['replaced a smaller copy', known('upgraded', { code: 'UPGRADED' }), original, 'held'],
  ['looks like a held one', known('duplicate', { code: 'DUPLICATE_LOOK' }), original, 'near-duplicate'],
  ['is the file of a held one', known('duplicate', { code: 'DUPLICATE_DIGEST' }), original, 'held'],
  [
    'looks like one elsewhere',
    known('duplicate', { code: 'DUPLICATE_LOOK', class: 'lynx' }),
    original,
    'other-class',
  ],
  ['is the file of one elsewhere', known('duplicate', { class: 'lynx' }), original, 'other-class'],
  ['removed by a person', known('blocked', { code: 'BLOCKED_REMOVED' }), original, 'removed'],
  ['removed from another class', known('blocked', { class: 'lynx' }), original, 'removed'],
  ['rejected', known('rejected', { code: 'IMAGE_TOO_SMALL' }), original, 'rejected'],
  ['opted out', known('opted_out'), original, 'rejected'],
  ['failed', known('failed', { class: 'lynx' }), original, 'failed'],
  ['cancelled', known('cancelled'), original, 'new'],
  ['cancelled, without an original', known('cancelled'), thumbnail, 'thumbnail-only'],
]

test.each(table)('%s', (_, what, candidate, mark) => {
  expect(markOf(what, candidate, 'cat')).toBe(mark)
})

test('no state is left out', () => {
  expect(new Set(table.flatMap(([, what]) => what?.state ?? []))).toEqual(new Set(candidateStates))
})

test('classes are compared as the server compares them', () => {
  const decomposed = known('stored', { class: 'Pe\u0301tunia' })
  expect(markOf(decomposed, original, ' P\u00e9tunia ')).toBe('held')
  expect(markOf(decomposed, original, 'p\u00e9tunia')).toBe('other-class')
})

test('while no class is chosen none is another', () => {
  expect(markOf(known('stored'), original, '')).toBe('held')
})
