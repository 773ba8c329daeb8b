import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAppError } from './errors.ts'
import {
  type GalleryFilter,
  gallerySorts,
  gallerySplits,
  imagePlaces,
  licenseFamilies,
  reviewMarks,
} from './gallery.ts'
import { filterToQuery, queryToFilter } from './gallery-query.ts'
import { qualityMeasures } from './quality.ts'

const some = <T>(values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 })
const words = (maxLength: number) =>
  fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { minLength: 1, maxLength })
const rangeOf = (number: fc.Arbitrary<number>) =>
  fc
    .record({ min: number, max: number }, { requiredKeys: [] })
    .filter(({ min, max }) => min !== undefined || max !== undefined)
const score = rangeOf(fc.integer({ min: 0, max: 100 }))
const scores = fc
  .record(Object.fromEntries(qualityMeasures.map(measure => [measure, score])), { requiredKeys: [] })
  .filter(some => Object.keys(some).length > 0)

const anyFilter = fc.record(
  {
    place: fc.constantFrom(...imagePlaces),
    classIds: fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 20 }),
    marks: some(reviewMarks),
    splits: some(gallerySplits),
    origins: some(['original', 'upgraded', 'thumbnail'] as const),
    engines: words(3),
    queries: words(3),
    hosts: words(3),
    licenses: some(licenseFamilies),
    sidePx: rangeOf(fc.integer({ min: 1, max: 1_000_000 })),
    aspect: rangeOf(fc.double({ min: 0.001, max: 1000, noNaN: true })),
    storedAtMs: rangeOf(fc.integer({ min: 0 })),
    scores,
    group: fc.oneof(fc.constantFrom('any' as const, 'none' as const), fc.integer({ min: 1 })),
    text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<GalleryFilter>
const anyOrder = fc.record({ by: fc.constantFrom(...gallerySorts), isDescending: fc.boolean() })

test('what an address says is what was written into it', () => {
  fc.assert(
    fc.property(anyFilter, anyOrder, (filter, order) => {
      const text = filterToQuery(filter, order).toString()
      expect(queryToFilter(new URLSearchParams(text))).toEqual({ filter, order })
    }),
  )
})

test('everything, newest first, is the empty address', () => {
  expect(filterToQuery({}).toString()).toBe('')
  expect(queryToFilter(new URLSearchParams())).toEqual({
    filter: {},
    order: { by: 'stored', isDescending: true },
  })
})

test('an address can be read by a person', () => {
  const filter: GalleryFilter = {
    classIds: [3, 5],
    hosts: ['a.example', 'b.example'],
    sidePx: { min: 500 },
    scores: { sharpness: { max: 30 } },
  }
  expect(filterToQuery(filter, { by: 'side', isDescending: true }).toString()).toBe(
    'class=3%2C5&host=a.example&host=b.example&side=500..&score-sharpness=..30&sort=-side',
  )
})

test.each([
  ['place=elsewhere', 'place'],
  ['place=held&place=trash', 'place'],
  ['class=', 'class'],
  ['class=1,,2', 'class'],
  ['class=1.5', 'class'],
  ['class=0', 'class'],
  ['mark=loved', 'mark'],
  ['engine=bing&engine=bing', 'engine'],
  ['origin=', 'origin'],
  ['engine=', 'engine'],
  ['license=mine', 'license'],
  ['side=', 'side'],
  ['side=..', 'side'],
  ['side=500', 'side'],
  ['side=1..2..3', 'side'],
  ['side=-5..', 'side'],
  ['side=0x10..', 'side'],
  ['side=0..', 'side'],
  ['aspect=Infinity..', 'aspect'],
  ['aspect=1e999..', 'aspect'],
  ['score-sharpness=..101', 'score'],
  ['score-sharpness=few', 'score-sharpness'],
  ['group=0', 'group'],
  ['group=some', 'group'],
  ['text=', 'text'],
  ['sort=size', 'sort'],
  ['sort=--side', 'sort'],
])('%s is refused by the name of its part', (text, at) => {
  let problem: unknown
  try {
    queryToFilter(new URLSearchParams(text))
  } catch (error) {
    problem = error
  }
  expect(isAppError(problem) && { code: problem.code, at: problem.facts.at }).toEqual({
    code: 'PROTOCOL_INVALID',
    at,
  })
})

test('names that are no part of a filter are left alone', () => {
  expect(queryToFilter(new URLSearchParams('offset=100&limit=50&v=1')).filter).toEqual({})
})
