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
  const clusters = clustersOf(4, [
    [0, 1],
    [0, 2],
    [3, 0],
  ])
  expect(clusters.loose()).toEqual([])
  expect([clusters.isTied(3, 0), clusters.isTied(1, 2)]).toEqual([true, false])
})

test('a cluster in which one is tied by another only is loose', () => {
  const clusters = clustersOf(6, [
    [0, 1],
    [1, 2],
    [3, 4],
  ])
  expect(clusters.loose()).toEqual([[0, 1, 2]])
})
