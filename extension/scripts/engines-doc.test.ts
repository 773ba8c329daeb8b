import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generic, harvesters } from '../src/harvesters/registry.ts'
import { enginesPage } from './engines-doc.ts'
import { fixturesOf } from './fixtures.ts'
import { savedPages } from './saved-pages.ts'

test('docs/engines.md says what registry, fixtures and figures say (else: npm run docs)', () => {
  expect(readFileSync(new URL('../../docs/engines.md', import.meta.url), 'utf8')).toBe(enginesPage())
})

test.each([...harvesters, generic])(
  'fixtures of $engine are called synthetic where no real page was read',
  ({ engine, layouts }) => {
    const real = fixturesOf(engine).filter(({ about }) => about.synthetic !== true)
    const seen = (savedPages[engine] ?? []).map(({ layout }) => layout)
    const named = (of: readonly (string | null)[]) =>
      layouts.map(({ name }) => name).filter(name => of.includes(name))
    expect(named(real.map(({ about }) => about.layout))).toEqual(named(seen))
  },
)

test.each(Object.values(savedPages).flat())('$file says why results come without original', page => {
  expect(page.without !== undefined).toBe(page.originals < page.found)
})
