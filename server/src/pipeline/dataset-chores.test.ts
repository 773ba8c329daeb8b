import { expect, test } from 'vitest'
import type { DatasetStore } from '../store/types.ts'
import { mostCompleted } from './complete-looks.ts'
import { createDatasetChores } from './dataset-chores.ts'
import type { OpenDataset } from './open-dataset.ts'

/** A dataset of before, so many of whose pictures cannot be read. */
function datasetOf(unreadable: number) {
  const looked: number[] = []
  const duplicates: Partial<DatasetStore['duplicates']> = {
    withoutFingerprint: (_version, after) => (after < unreadable ? [after + 1] : []),
    compared: seq => {
      looked.push(seq)
      return undefined
    },
    isUngrouped: () => false,
  }
  const quality: Partial<DatasetStore['quality']> = {
    nextUnmeasured: () => ({ found: undefined, lookedTo: undefined }),
  }
  const store = {
    id: 'birds',
    isUntidy: () => false,
    tidy: async () => 0,
    duplicates,
    quality,
  } as Partial<DatasetStore>
  return { looked, dataset: { store, isReady: () => true } as OpenDataset }
}

const numbersTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

test('a few pictures are looked at in one round, and none of them twice', async () => {
  const { looked, dataset } = datasetOf(2 * mostCompleted + 1)
  const choreOf = createDatasetChores({ workshop: {} as never, isIdle: () => true })
  for (const last of [mostCompleted, 2 * mostCompleted, 2 * mostCompleted + 1]) {
    expect(choreOf(dataset).isUntidy()).toBe(true)
    // More is to come, although nothing could be read: the next round is asked for.
    expect(await choreOf(dataset).tidy()).toBe(last > 2 * mostCompleted ? 0 : 1)
    expect(looked).toEqual(numbersTo(last))
  }
  expect(choreOf(dataset).isUntidy()).toBe(false)
  expect(await choreOf(dataset).tidy()).toBe(0)
  expect(looked).toHaveLength(2 * mostCompleted + 1)
})

test('where a picture came to be stored, it goes on later with the one after the last', async () => {
  const { looked, dataset } = datasetOf(5)
  let isIdle = true
  const choreOf = createDatasetChores({ workshop: {} as never, isIdle: () => isIdle && looked.length !== 2 })
  expect(await choreOf(dataset).tidy()).toBe(1)
  expect(looked).toEqual([1, 2])
  isIdle = false
  looked.push(0)
  expect([choreOf(dataset).isUntidy(), await choreOf(dataset).tidy()]).toEqual([false, 0])
  isIdle = true
  expect(choreOf(dataset).isUntidy()).toBe(true)
  await choreOf(dataset).tidy()
  expect(looked).toEqual([1, 2, 0, 3, 4, 5])
})
