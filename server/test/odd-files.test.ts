/** Every hostile, damaged or unusual file ends as the corpus says it may. */
import { readdirSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { expectedOutcomes, readExpected, runOddFile } from './support/odd-files.ts'

const folder = sharedFolder('corpus/odd')
const decoders = createDecoders({ children: 2 })
afterAll(() => decoders.close())

test.skipIf(!folder)('every odd file has its expected outcome (needs the shared corpus)', () => {
  const listed = readExpected(folder ?? '').files.map(odd => odd.file)
  const there = readdirSync(folder ?? '').filter(name => name !== 'expected.json')
  expect(listed.toSorted()).toEqual(there.toSorted())
})

const files = folder ? readExpected(folder).files : []
test.each(files.map(odd => [odd.file, odd] as const))('%s', async (_, odd) => {
  const { result, outcome } = await runOddFile(decoders, folder ?? '', odd)
  expect(expectedOutcomes(odd), JSON.stringify(result)).toContain(outcome)
  if (result.kind === 'decoded') {
    expect([result.width, result.height]).toEqual([odd.width, odd.height])
  }
})
