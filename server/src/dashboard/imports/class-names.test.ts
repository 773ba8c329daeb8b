import { expect, test } from 'vitest'
import { asItIs, isNothing, mapOf, proposalsOf } from './class-names.ts'

const names = ['claw_hammer', 'Bench', 'person'].map(name => ({ name, also: null, pictures: 1, boxes: 0 }))

test('classes of the same name but for case and spaces are one’s own', () => {
  expect(proposalsOf(names, ['Claw hammer', 'saw']).map(({ own }) => own)).toEqual([
    'Claw hammer',
    'Bench',
    'person',
  ])
})

test('names that are kept need no map, so that others come along', () => {
  expect(mapOf(proposalsOf(names, []), true)).toBeUndefined()
})

test('several names become one class, and an empty one leaves out', () => {
  const [hammer, bench, person] = proposalsOf(names, [])
  if (!hammer || !bench || !person) return expect.unreachable()
  const chosen = [
    { ...hammer, own: ' tool ' },
    { ...bench, own: 'tool' },
    { ...person, own: ' ' },
  ]
  expect(mapOf(chosen, true)).toEqual({ tool: ['claw_hammer', 'Bench'] })
  expect(isNothing(chosen)).toBe(false)
  expect(isNothing(chosen.map(one => ({ ...one, own: '' })))).toBe(true)
})

test('of a part of the classes there is a map only once a person changed something', () => {
  const classes = proposalsOf(names, ['Claw hammer'])
  expect(mapOf(classes, false)).toBeUndefined()
  expect(mapOf(classes, true)).toMatchObject({ 'Claw hammer': ['claw_hammer'] })
  const changed = classes.map((one, at) => (at === 1 ? { ...one, own: '' } : one))
  expect(mapOf(changed, false)).toEqual({ 'Claw hammer': ['claw_hammer'], person: ['person'] })
})

test('a long name is cut between characters', () => {
  expect(asItIs('🔨'.repeat(70))).toBe('🔨'.repeat(64))
})
