import type { CandidateSource } from '@gleaner/shared/candidate'
import { Candidate } from '@gleaner/shared/candidate'
import { limits } from '@gleaner/shared/limits'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { fixturesOf } from '../../scripts/fixtures.ts'
import type { HarvestedCandidate } from './harvest.ts'
import { harvesters } from './registry.ts'
import { toCandidate } from './to-candidate.ts'

const thumbnail: CandidateSource = { kind: 'thumbnail', url: 'https://t.example/1', width: 300, height: 200 }
const harvested: HarvestedCandidate = {
  imageUrl: 'https://a.example/b c.jpg#top',
  thumbnailUrl: thumbnail.url,
  pageUrl: 'http://P.example',
  title: ' Two\u200b  lines\n\u202eand  a turn ',
  width: 1200,
  height: 800,
  rank: 3,
  alternatives: [
    { kind: 'mirror', url: 'https://large.example/1', width: 2400, height: 1600 },
    { kind: 'mirror', url: 'https://unknown.example/1' },
    { kind: 'mirror', url: 'https://icon.example/1', width: 32, height: 32 },
    thumbnail,
  ],
}

test('orders the ways, parses addresses, cleans text', () => {
  expect(toCandidate(harvested)).toEqual({
    sources: [
      { kind: 'original', url: 'https://a.example/b%20c.jpg', width: 1200, height: 800 },
      { kind: 'mirror', url: 'https://large.example/1', width: 2400, height: 1600 },
      { kind: 'mirror', url: 'https://unknown.example/1' },
      thumbnail,
    ],
    landingUrl: 'http://p.example/',
    title: 'Two lines and a turn',
    rank: 3,
  })
})

test('the original that is known beside what the page names goes first', () => {
  const original: CandidateSource = { kind: 'original', url: 'https://a.example/whole.jpg' }
  const [first, second, third] =
    toCandidate({ ...harvested, alternatives: [original, thumbnail] })?.sources ?? []
  expect(first).toEqual({ ...original, width: 1200, height: 800 })
  expect(second).toEqual({ kind: 'rendition', url: 'https://a.example/b%20c.jpg' })
  expect(third).toEqual(thumbnail)
})

test('a thumbnail alone is a candidate, without the size of the original', () => {
  const alone = { ...harvested, imageUrl: null, title: null, pageUrl: null, alternatives: [thumbnail] }
  expect(toCandidate(alone)).toEqual({ sources: [thumbnail], rank: 3 })
})

test('no way, no candidate', () => {
  expect(toCandidate({ ...harvested, imageUrl: null, alternatives: [] })).toBeUndefined()
  expect(toCandidate({ ...harvested, imageUrl: 'blob:x', alternatives: [] })).toBeUndefined()
})

test('keeps the thumbnail when there are more ways than may be sent', () => {
  const mirrors = Array.from({ length: 20 }, (_, i) => ({
    kind: 'mirror' as const,
    url: `https://m${i}.example/`,
  }))
  const sources = toCandidate({ ...harvested, alternatives: [...mirrors, thumbnail] })?.sources ?? []
  expect(sources).toHaveLength(limits.sourcesPerCandidate)
  expect(sources.map(({ kind }) => kind)).toEqual(['original', ...Array(6).fill('mirror'), 'thumbnail'])
})

test('names each way once', () => {
  const again: CandidateSource = { kind: 'mirror', url: 'https://a.example/b%20c.jpg' }
  expect(toCandidate({ ...harvested, alternatives: [again] })?.sources).toHaveLength(1)
})

test.each(harvesters)('everything harvested of $engine is fit to be sent', ({ engine }) => {
  const all = fixturesOf(engine).flatMap(({ expected }) => expected.candidates)
  for (const one of all) expect([...Value.Errors(Candidate, toCandidate(one))]).toEqual([])
})
