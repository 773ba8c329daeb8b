import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type GroupPair, groupsOf, type PictureGroup } from './groups.ts'

const pair = (a: string, b: string) => ({ a, b })

test('copies of one picture are one group', () => {
  expect(groupsOf([pair('c', 'a'), pair('a', 'b'), pair('b', 'c')])).toEqual([
    { representative: 'a', members: ['b', 'c'] },
  ])
})

test('a friend of a friend does not get in', () => {
  const chain = [pair('a', 'b'), pair('b', 'c'), pair('c', 'd'), pair('d', 'e')]
  expect(groupsOf(chain)).toEqual([
    { representative: 'b', members: ['a', 'c'] },
    { representative: 'd', members: ['e'] },
  ])
})

test('of equals the better one stands for the group', () => {
  const rank = new Map([['b', 2]])
  expect(groupsOf([pair('a', 'b')], id => rank.get(id) ?? 0)).toEqual([
    { representative: 'b', members: ['a'] },
  ])
})

test('a picture that is paired with itself alone is in no group', () => {
  expect(groupsOf([pair('a', 'a')])).toEqual([])
})

describe('whatever the pairs', () => {
  const id = fc.integer({ min: 1, max: 24 })
  const somePairs = fc.array(fc.record({ a: id, b: id }), { maxLength: 80, size: 'max' })
  const someRanks = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 25, maxLength: 25 })
  const isPaired = (pairs: readonly GroupPair<number>[], one: number, other: number) =>
    pairs.some(({ a, b }) => (a === one && b === other) || (a === other && b === one))
  const everyone = (groups: readonly PictureGroup<number>[]) =>
    groups.flatMap(({ representative, members }) => [representative, ...members])

  test('each member has a pair with its representative', () => {
    fc.assert(
      fc.property(somePairs, pairs => {
        for (const { representative, members } of groupsOf(pairs)) {
          expect(members.length).toBeGreaterThan(0)
          for (const member of members) expect(isPaired(pairs, representative, member)).toBe(true)
        }
      }),
    )
  })

  test('nobody is in two groups, and no two pictures with a pair are both left out', () => {
    fc.assert(
      fc.property(somePairs, pairs => {
        const grouped = everyone(groupsOf(pairs))
        expect(new Set(grouped).size).toBe(grouped.length)
        for (const { a, b } of pairs) {
          if (a !== b) expect(grouped.includes(a) || grouped.includes(b)).toBe(true)
        }
      }),
    )
  })

  test('the order of arrival changes nothing', () => {
    const shuffled = fc
      .tuple(somePairs, someRanks)
      .chain(([pairs, ranks]) =>
        fc.tuple(
          fc.constant(pairs),
          fc.constant(ranks),
          fc.shuffledSubarray(pairs, { minLength: pairs.length }),
          fc.array(fc.boolean(), { minLength: pairs.length, maxLength: pairs.length }),
        ),
      )
    fc.assert(
      fc.property(shuffled, ([pairs, ranks, again, turned]) => {
        const rank = (of: number) => ranks[of] ?? 0
        const other = again.map(({ a, b }, at) => (turned[at] ? { a: b, b: a } : { a, b }))
        expect(groupsOf(other, rank)).toEqual(groupsOf(pairs, rank))
      }),
      { numRuns: 300 },
    )
  })

  test('pictures that no pair leads to do not matter: a part may be grouped anew alone', () => {
    fc.assert(
      fc.property(somePairs, somePairs, (here, there) => {
        const apart = there.map(({ a, b }) => ({ a: a + 100, b: b + 100 }))
        expect(groupsOf([...apart, ...here])).toEqual([...groupsOf(here), ...groupsOf(apart)])
      }),
    )
  })
})
