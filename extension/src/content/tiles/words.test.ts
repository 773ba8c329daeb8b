import { expect, test } from 'vitest'
import type { Mark } from './mark-of.ts'
import type { MarkedTile } from './tile-layer.ts'
import { glyphs, nameOf, pickedWords } from './words.ts'

const tile = (more: Partial<MarkedTile>): MarkedTile => ({
  key: '1',
  tile: {} as Element,
  mark: 'new',
  isPicked: true,
  ...more,
})
const marks = Object.keys(glyphs) as readonly Mark[]

test('every mark has a shape and a name of its own', () => {
  expect(new Set(Object.values(glyphs)).size).toBe(marks.length)
  expect(new Set(marks.map(mark => nameOf(tile({ mark })))).size).toBe(marks.length)
})

test('another class is named', () => {
  expect(nameOf(tile({ mark: 'other-class', className: 'Lynx' }))).toBe('In another class: Lynx')
  expect(nameOf(tile({ mark: 'held', className: 'Lynx' }))).toBe('In the set')
})

test('counts what is picked', () => {
  const tiles = Array.from({ length: 1200 }, (_, index) => tile({ isPicked: index < 12 }))
  expect(pickedWords(tiles)).toBe('12 of 1,200 picked')
})
