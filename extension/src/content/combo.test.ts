import { expect, test } from 'vitest'
import { narrowed } from './combo.ts'

const choices = ['Red panda', 'panda', 'cat', 'Pandora', 'wildcat'].map(name => ({ name, images: null }))
const names = (typed: string) => narrowed(choices, typed).map(({ name }) => name)

test('what begins with the typed text comes before what holds it', () => {
  expect(names('PAND')).toEqual(['panda', 'Pandora', 'Red panda'])
  expect(names('cat')).toEqual(['cat', 'wildcat'])
  expect(names('  ')).toEqual(choices.map(({ name }) => name))
  expect(names('dog')).toEqual([])
})

test('a long list is cut', () => {
  const many = Array.from({ length: 50 }, (_, number) => ({ name: `class ${number}`, images: number }))
  expect(narrowed(many, '')).toHaveLength(8)
})
