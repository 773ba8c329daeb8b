import { AppError, isAppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { expect, test } from 'vitest'
import { patiently, toBatches } from './import.ts'

const listed = (count: number, classLabel: string | null) =>
  Array.from({ length: count }, (_, index) => ({
    url: `https://a.example/${classLabel}/${index}.jpg`,
    classLabel,
    line: index + 1,
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

test('long addresses are cut into batches by size, too', () => {
  const items = listed(500, 'cat').map(item => ({ ...item, url: `${item.url}?${'x'.repeat(4000)}` }))
  const batches = toBatches(items, { dataset: 'pets' })
  expect(batches.length).toBeGreaterThan(1)
  expect(batches.flatMap(batch => batch.candidates)).toHaveLength(500)
  for (const batch of batches) {
    expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(limits.requestBodyBytes)
  }
  expect(new Set(batches.map(({ batchId }) => batchId)).size).toBe(batches.length)
})

test('a label that cannot be used is named with its line before anything is sent', () => {
  const [first, second] = listed(2, 'cat')
  if (!first || !second) return expect.unreachable()
  for (const label of ['x'.repeat(65), '\u202e']) {
    expect(() => toBatches([first, { ...second, classLabel: label }], { dataset: 'pets' })).toThrow(
      expect.objectContaining({ code: 'CLASS_NAME_INVALID', facts: { line: 2, class: label } }),
    )
  }
  expect(() => toBatches([first], { dataset: 'x'.repeat(65) })).toThrow(
    expect.objectContaining({ code: 'DATASET_NAME_INVALID' }),
  )
})

test('a busy server is asked again when it says so; other refusals are final', async () => {
  const refusals = [
    new AppError('PROTOCOL_BUSY', { retryAfterS: 30 }),
    new AppError('PROTOCOL_RATE_LIMITED', { retryAfterS: 7 }),
    new AppError('PROTOCOL_BUSY'),
  ]
  const waits: number[] = []
  const notes: string[] = []
  const post = async <Answer>(path: string) => {
    const refusal = refusals.shift()
    if (refusal) throw refusal
    return path as Answer
  }
  const patient = patiently(
    { post },
    line => notes.push(line),
    async ms => waits.push(ms),
  )
  expect(await patient.post('/api/import', {})).toBe('/api/import')
  expect(waits).toEqual([30_000, 7_000, 5_000])
  expect(notes).toHaveLength(3)
  refusals.push(new AppError('PROTOCOL_CONFLICT'))
  await expect(patient.post('/api/import', {})).rejects.toMatchObject({ code: 'PROTOCOL_CONFLICT' })
  expect(waits).toHaveLength(3)
})
