import { resolve, sep } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { folderSlug, slugPattern } from './slug.ts'

const none: ReadonlySet<string> = new Set()
const anyLabel = fc.oneof(
  fc.string({ unit: 'binary', size: 'max', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ unit: fc.constantFrom(...'test_- 1valdev.Té'), maxLength: 90 }),
  fc
    .array(fc.constantFrom('train', 'test', 'val', 'id', 'e', 'dev', '_', '-', ' ', '1', 'con', 'nul', '.'))
    .map(parts => parts.join('')),
)
/** The rule as measured on the consumer, written independently of the module. */
const trainsSplit = (name: string) =>
  name
    .split(/[-._ 0-9]+/)
    .some(word => /^(train|training|validation|valid|dev|val|test|testing|eval|evaluation)$/.test(word))
const runs = { numRuns: 2000 }

test('a slug matches the pattern, stays inside the root and is no reserved or splitting name', () => {
  fc.assert(
    fc.property(anyLabel, label => {
      const slug = folderSlug(label, none)
      expect(slug).toMatch(slugPattern)
      expect(Buffer.byteLength(slug)).toBeLessThanOrEqual(64)
      expect(resolve('/root', slug)).toBe(`/root${sep}${slug}`)
      expect(slug).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/)
      expect(trainsSplit(slug)).toBe(false)
    }),
    runs,
  )
})

test('a slug is its own slug', () => {
  fc.assert(
    fc.property(anyLabel, label => {
      const slug = folderSlug(label, none)
      expect(folderSlug(slug, none)).toBe(slug)
    }),
    runs,
  )
})

test('two labels never share a folder, not even on a file system that ignores case or composition', () => {
  fc.assert(
    fc.property(fc.array(anyLabel, { maxLength: 30 }), labels => {
      const taken = new Set<string>()
      for (const label of [...labels, ...labels.map(label => label.toUpperCase())]) {
        const slug = folderSlug(label, taken)
        expect(taken.has(slug)).toBe(false)
        expect(slug.toLowerCase().normalize('NFC')).toBe(slug)
        taken.add(slug)
      }
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['cat', 'cat'],
  ['Golden Retriever', 'golden_retriever'],
  ['test tube', 'testtube'],
  ['test-tube', 'testtube'],
  ['tube test', 'tubetest'],
  ['dev board', 'devboard'],
  ['evaluation kit', 'evaluationkit'],
  ['test', 'testclass'],
  ['test1', 'testclass1'],
  ['1test', '1testclass'],
  ['val id', 'validclass'],
  ['contest', 'contest'],
  ['ｃａｔ', 'cat'],
  ['e val', 'evalclass'],
])('the folder of "%s" is %s', (label, folder) => {
  expect(folderSlug(label, none)).toBe(folder)
})

test.each([
  'Köln',
  '猫',
  '😀',
  '../../etc/passwd',
  'a/b',
  'a\\b',
  'a\0b',
  '',
  ' ',
  '.',
  '..',
  '-rf',
  '.hidden',
  'CON',
  'com1',
  'COM¹',
  'LPT9',
  'nul',
  'CONIN$',
  'clock$',
  'cat.',
  '\u202Egnp',
  'x'.repeat(300),
  'a:b',
  'a*b?',
  'con.txt',
])('a label that cannot be kept (%j) gets a short id', label => {
  expect(folderSlug(label, none)).toMatch(/-[0-9a-f]{6}$/)
})

test('a taken folder is evaded', () => {
  const taken = new Set(['cat'])
  const second = folderSlug('Cat', taken)
  expect(second).toMatch(/^cat-[0-9a-f]{6}$/)
  taken.add(second)
  expect(folderSlug('Cat', taken)).not.toBe(second)
})

test('another word can stand in for a label without letters', () => {
  expect(folderSlug('猫', none, { fallback: 'dataset' })).toMatch(/^dataset-[0-9a-f]{6}$/)
})

test('a name that is not of a class may be that of a split', () => {
  expect(folderSlug('test', none, { isClass: false })).toBe('test')
})
