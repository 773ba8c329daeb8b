import { expect, test } from 'vitest'
import { filterToQuery, queryToFilter } from './gallery-query.ts'
import {
  isQualityProblem,
  problemFilter,
  problemRules,
  qualityProblems,
  worstFirst,
} from './quality-problems.ts'

test('every problem is a filter that an address can carry, worst first', () => {
  for (const problem of qualityProblems) {
    const listing = {
      filter: problemFilter(problem, problemRules[problem].usual),
      order: worstFirst(problem),
    }
    expect(queryToFilter(filterToQuery(listing.filter, listing.order)), problem).toEqual(listing)
  }
  expect(isQualityProblem('blurry')).toBe(true)
  expect(isQualityProblem('toString')).toBe(false)
})

test('pictures at the threshold and on its side are taken, kept ones are not', () => {
  const marks = ['none', 'unsure']
  expect(problemFilter('blurry', 30)).toEqual({ marks, scores: { sharpness: { max: 30 } } })
  expect(problemFilter('bright', 86)).toEqual({ marks, scores: { brightness: { min: 86 } } })
  expect(problemFilter('small', 100)).toEqual({ marks, sidePx: { max: 100 } })
  expect(problemFilter('wide', 3)).toEqual({ marks, aspect: { min: 3 } })
  expect(worstFirst('blurry')).toEqual({ by: 'sharpness', isDescending: false })
  expect(worstFirst('near-empty')).toEqual({ by: 'emptiness', isDescending: true })
  expect(worstFirst('tall')).toEqual({ by: 'aspect', isDescending: false })
})

test('usual thresholds lie where thresholds may', () => {
  for (const problem of qualityProblems) {
    const { least, most, usual } = problemRules[problem]
    expect(usual, problem).toBeGreaterThanOrEqual(least)
    expect(usual, problem).toBeLessThanOrEqual(most)
  }
})
