import type { Candidate } from '@gleaner/shared/candidate'
import { Batch } from '@gleaner/shared/collect'
import { limits } from '@gleaner/shared/limits'
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { expect, test } from 'vitest'
import { splitPress } from './split.ts'

const pressId = 'ab'.repeat(16)
const rest = { dataset: 'Tiere', class: 'Käfer', origin: { engine: 'lumen', query: 'käfer' } } as const
const candidate = (index: number, padding: string): Candidate => ({
  sources: [{ kind: 'original', url: `https://pictures.example/${index}?${padding}` }],
  title: '藍'.repeat(padding.length % 500) || 'x',
})

test('every batch is within the limits, nothing is lost and the order stays', async () => {
  const paddings = fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 1400, size: 'max' })
  await fc.assert(
    fc.asyncProperty(paddings, async lengths => {
      const candidates = lengths.map((length, index) => candidate(index, 'p'.repeat(length)))
      const batches = await splitPress(pressId, { ...rest, candidates })
      for (const batch of batches) {
        expect(Check(Batch, batch)).toBe(true)
        expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(limits.requestBodyBytes)
      }
      expect(batches.flatMap(batch => batch.candidates)).toEqual(candidates)
      expect(new Set(batches.map(({ batchId }) => batchId)).size).toBe(batches.length)
    }),
    { numRuns: 30 },
  )
})

test('the same press is cut the same way', async () => {
  const candidates = Array.from({ length: 1201 }, (_, index) => candidate(index, ''))
  const once = await splitPress(pressId, { ...rest, candidates })
  expect(once.map(batch => batch.candidates.length)).toEqual([500, 500, 201])
  expect(await splitPress(pressId, { ...rest, candidates })).toEqual(once)
})
