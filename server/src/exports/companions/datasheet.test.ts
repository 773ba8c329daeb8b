import type { VersionHeader } from '@gleaner/shared/versions'
import { expect, test } from 'vitest'
import { madeUpSet } from '../../../test/support/export-set.ts'
import { datasheet } from './datasheet.ts'
import { factsOf } from './facts.ts'

const certificate = { distanceBits: 80, pairs: 0, byClass: [], examples: [], withEarlier: [] }
const ledger: VersionHeader['ledger'] = {
  ...{ honourOptOut: true, honourRobots: true, optedOut: 4, duplicates: 7 },
  rejected: [{ code: 'IMAGE_TOO_SMALL', count: 9 }],
}

const sheetOf = async (changed: Partial<NonNullable<VersionHeader['ledger']>>) => {
  const set = await madeUpSet()
  const header = { ...set.header, ledger: { ...ledger, ...changed } }
  return datasheet({ ...set, header }, await factsOf(set), certificate)
}

test('says what was not taken, and why', async () => {
  const sheet = await sheetOf({})
  expect(sheet).toContain('7 copies of pictures that were held, and 4 pictures')
  expect(sheet).toContain('- IMAGE\\_TOO\\_SMALL: 9')
  expect(sheet).not.toContain('not obeyed')
})

test.each([
  [{ honourOptOut: false }, 'signals against machine learning were **not obeyed**'],
  [{ honourRobots: false }, 'robots.txt was **not obeyed**'],
])('says which rules of hosts were not obeyed: %j', async (changed, said) => {
  expect(await sheetOf(changed)).toContain(said)
})
