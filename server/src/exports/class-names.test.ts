import type { VersionClass } from '@gleaner/shared/versions'
import { describe, expect, test } from 'vitest'
import { byCodePoint, holdsSplitWord, isSafeName, nameClasses, namingFindings } from './class-names.ts'

const ofLabel = (label: string, folder = label, parent: string | null = null): VersionClass => ({
  ...{ label, folder, parent, description: '', synonyms: [] },
})

describe('names Hugging Face takes for splits', () => {
  test.each(
    'test tube|test_tube|test.tube|tube test|tube-test|test1|1test|testing|val|valid|validation set|dev|dev2|eval|evaluation|training'.split(
      '|',
    ),
  )('%s', name => expect(holdsSplitWord(name)).toBe(true))
  test.each('testtube|Test tube|tést tube|xtest|tests|contest|latest|tester|Train|TEST kit'.split('|'))(
    'but not %s',
    name => expect(holdsSplitWord(name)).toBe(false),
  )
})

test.each(['.hidden', 'CON', 'nul.txt', 'a/b', 'a:b', 'cat.', 'cat ', 'a\tb', 'a?', 'e\u0301'])(
  '%j is no safe name for a folder',
  name => expect(isSafeName(name)).toBe(false),
)
test.each(['cat', 'Red panda', 'é', '_x', 'console', '🦊'])('%j is safe', name =>
  expect(isSafeName(name)).toBe(true),
)

test('names are in the order Python gives them', () => {
  expect(['\u{1f98a}', 'é', 'a', '9', 'Z', '10', '\uff21', 'A'].sort(byCodePoint)).toEqual([
    ...['10', '9', 'A', 'Z', 'a', 'é', '\uff21', '\u{1f98a}'],
  ])
})

test('indices follow the names of folders, not labels', () => {
  const { classes, superclasses } = nameClasses(
    [ofLabel('Zebra', 'zebra', 'animal'), ofLabel('test tube', 'testtube'), ofLabel('animal')],
    { classNames: { 'test tube': 'glass' } },
  )
  expect(classes.map(({ index, label, name, superIndex }) => [index, label, name, superIndex])).toEqual([
    [0, 'animal', 'animal', 0],
    [1, 'test tube', 'glass', null],
    [2, 'Zebra', 'zebra', 0],
  ])
  expect(superclasses).toEqual([{ label: 'animal', name: 'animal' }])
})

test('names that were asked for are judged, and the way back is offered', () => {
  const present = ['a', 'b', 'c', 'd', 'e'].map(label => ofLabel(label))
  const classNames = { a: 'dev', b: 'Cat', c: 'cat', d: 'a/b', z: 'no' }
  const findings = namingFindings(nameClasses(present, { classNames }), { classNames })
  expect(findings.map(({ code, weight, count }) => [code, weight, count])).toEqual([
    ['EXPORT_CLASS_UNSAFE', 'refused', 1],
    ['EXPORT_CLASS_COLLISION', 'refused', 1],
    ['EXPORT_CLASS_KEYWORD', 'lost', 1],
    ['EXPORT_CLASS_UNKNOWN', 'note', 1],
    ['EXPORT_CLASS_RENAMED', 'note', 1],
  ])
  const fixed = { classNames: findings[0]?.fix?.classNames ?? {} }
  const left = namingFindings(nameClasses(present, fixed), fixed).filter(({ weight }) => weight !== 'note')
  expect(left).toEqual([])
})
