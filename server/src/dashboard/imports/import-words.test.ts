import { expect, test } from 'vitest'
import { skippedOf } from './import-words.ts'

test('an import that came to nothing says what was left out as well', () => {
  const facts = { format: 'table', 'address-not-asked-for': 3 }
  expect(skippedOf({ skipped: {}, facts })).toEqual({ 'address-not-asked-for': 3 })
  expect(skippedOf({ skipped: { link: 1 }, facts: null })).toEqual({ link: 1 })
})
