/** The table of faults, held to what there is: tests that exist, mistakes that fit, and a page that says the same. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inBrowsers, matrix } from './support/matrix.ts'
import { mutants, mutated, type Proof } from './support/mutants.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const textOf = (file: string) =>
  existsSync(`${root}${file}`) ? readFileSync(`${root}${file}`, 'utf8') : undefined

const isThere = ({ file, title }: Proof) => textOf(file)?.includes(title) ?? false
const named = [
  ...[...matrix, ...inBrowsers].flatMap(({ tests, ownMutants = [] }) => [...tests, ...ownMutants]),
  ...mutants.map(({ caughtBy }) => caughtBy),
]

test('every test it names exists', () => {
  expect(named.filter(proof => !isThere(proof))).toEqual([])
})

test('every mistake it names is one, and every mistake is named', () => {
  const used = new Set(matrix.flatMap(fault => fault.mutants))
  expect([...used].sort()).toEqual(mutants.map(({ id }) => id).sort())
})

test('every fault has a mistake its tests notice', () => {
  const bare = matrix.filter(fault => fault.mutants.length + (fault.ownMutants?.length ?? 0) === 0)
  expect(bare.map(({ fault }) => fault)).toEqual([])
})

test.each(mutants)('the mistake fits its file: $id', mutant => {
  const text = textOf(mutant.file) ?? ''
  expect(text.split(mutant.find), 'its line was rewritten: put the new one into mutants.ts').toHaveLength(2)
  expect(mutated(mutant, `${root}${mutant.file}`, text)).not.toBe(text)
})

test('docs/durability.md names no test that does not exist', () => {
  const page = textOf('docs/durability.md') ?? ''
  const proofs = [...page.matchAll(/`([\w/-]+\.test\.ts)`(?:: "([^"]+)")?/g)].map(
    ([, file = '', title = '']) => ({
      file,
      title,
    }),
  )
  expect(proofs.length).toBeGreaterThan(15)
  expect(proofs.filter(proof => !isThere(proof))).toEqual([])
  expect(matrix.filter(({ fault }) => !page.includes(fault)).map(({ fault }) => fault)).toEqual([])
})
