import { expect, test } from 'vitest'
import { createClusters } from './clusters.ts'

const clustersOf = (count: number, ties: readonly (readonly [number, number])[]) => {
  const clusters = createClusters()
  for (let number = 0; number < count; number++) clusters.add(number)
  for (const [a, b] of ties) clusters.tie(a, b)
  return clusters
}

test('those that are tied have the lowest of them for their first', () => {
  const { firstOf } = clustersOf(6, [
    [3, 4],
    [1, 3],
    [5, 4],
  ])
  expect([0, 1, 2, 3, 4, 5].map(firstOf)).toEqual([0, 1, 2, 1, 1, 1])
})

test('nothing is loose where all are tied to the first', () => {
  expect(
    clustersOf(4, [
      [0, 1],
      [0, 2],
      [3, 0],
    ]).loosePairs(100),
  ).toEqual([])
})

test('where one is tied by another only, every pair that was not tried is loose', () => {
  const clusters = clustersOf(5, [
    [0, 1],
    [1, 2],
    [3, 4],
  ])
  expect(clusters.loosePairs(100)).toEqual([[0, 2]])
  expect(clusters.loosePairs(2)).toEqual([])
})
