import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { enginesPage } from './engines-doc.ts'

test('docs/engines.md says what registry and fixtures say (else: npm run docs)', () => {
  expect(readFileSync(new URL('../../docs/engines.md', import.meta.url), 'utf8')).toBe(enginesPage())
})
