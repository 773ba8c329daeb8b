import { isAppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { toBatches } from './import.ts'

const listed = (count: number, classLabel: string | null) =>
  Array.from({ length: count }, (_, index) => ({
    url: `https://a.example/${classLabel}/${index}.jpg`,
    classLabel,
  }))

test('batches hold one class and at most 500 candidates', () => {
  const batches = toBatches([...listed(1001, 'cat'), ...listed(3, 'dog')], { dataset: 'pets' })
  expect(batches.map(batch => [batch.class, batch.candidates.length])).toEqual([
    ['cat', 500],
    ['cat', 500],
    ['cat', 1],
    ['dog', 3],
  ])
})

test('the same list makes the same batch ids, another list others', () => {
  const ids = (count: number) =>
    toBatches(listed(count, 'cat'), { dataset: 'pets' }).map(({ batchId }) => batchId)
  expect(ids(20)).toEqual(ids(20))
  expect(ids(20)).not.toEqual(ids(21))
})

test('an address listed twice is sent once', () => {
  const [item] = listed(1, 'cat')
  expect(item).toBeDefined()
  const [batch] = toBatches(item ? [item, item] : [], { dataset: 'pets' })
  expect(batch?.candidates).toHaveLength(1)
})

test('a line without a class takes the default, and needs one', () => {
  expect(toBatches(listed(1, null), { dataset: 'pets', class: 'cat' })[0]?.class).toBe('cat')
  try {
    toBatches(listed(1, null), { dataset: 'pets' })
    expect.unreachable()
  } catch (error) {
    expect(isAppError(error) && error.code).toBe('CLASS_NAME_INVALID')
  }
})
