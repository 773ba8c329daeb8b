import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorsPage } from './errors-page.ts'

const page = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8')

test('docs/errors.md lists exactly the codes of the catalogue (else: npm run docs)', () => {
  expect(page('errors.md')).toBe(errorsPage())
})
