import type { GalleryFilter } from '@gleaner/shared/gallery'
import { expect, test } from 'vitest'
import { chipsOf, isWide, valuesOf, valueWord, withValue } from './filter-words.ts'
import { patched } from './use-listing.ts'

const labelOf = (id: number) => `class ${id}`
const filter: GalleryFilter = {
  classIds: [3, 4],
  splits: ['test', 'none'],
  hosts: ['flickr.com'],
  licenses: ['cc-by'],
  sidePx: { min: 500 },
  aspect: { min: 0.5, max: 2 },
  scores: { sharpness: { max: 20 }, text: { min: 40, max: 100 } },
  group: 'any',
  text: 'lamp',
}

test('every part of a filter has its words', () => {
  expect(chipsOf(filter, labelOf).map(({ name, value }) => `${name}: ${value}`)).toEqual([
    'Class: class 3',
    'Class: class 4',
    'Split: Test',
    'Split: In no split',
    'Host: flickr.com',
    'Licence claim: CC BY',
    'Shortest side: 500 or more px',
    'Width by height: 0.5 to 2',
    'Sharpness: up to 20',
    'Text: 40 to 100',
    'Group of copies: in some',
    'Words: lamp',
  ])
})

test('taking all of them away leaves nothing', () => {
  let rest = filter
  for (let chips = chipsOf(rest, labelOf); chips[0]; chips = chipsOf(rest, labelOf)) {
    rest = patched(rest, chips[0].patch)
  }
  expect(rest).toEqual({})
})

test('a value is taken in and out', () => {
  const wider = patched(filter, withValue(filter, 'class', '9', true))
  expect(wider.classIds).toEqual([3, 4, 9])
  expect(valuesOf(wider, 'class')).toEqual(['3', '4', '9'])
  expect(withValue({ hosts: ['a.com'] }, 'host', 'a.com', false)).toEqual({ hosts: undefined })
})

test('a class as a whole, or everything, is not narrowed', () => {
  expect([isWide({}), isWide({ classIds: [3], place: 'trash' }), isWide({ group: 'any' })]).toEqual([
    true,
    true,
    false,
  ])
})

test('pictures that no host was asked for are told from those of a host', () => {
  expect(valueWord('host', 'browser')).toBe('Brought by you')
  expect(valueWord('host', 'photos.example')).toBe('photos.example')
  expect(valueWord('query', 'browser')).toBe('browser')
})
