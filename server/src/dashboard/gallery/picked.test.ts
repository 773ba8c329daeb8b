import { expect, test } from 'vitest'
import {
  countOf,
  everything,
  isPicked,
  mostNamed,
  nothingPicked,
  selectionOf,
  toggled,
  withPicked,
} from './picked.ts'

test('pictures are selected by name', () => {
  const picked = withPicked(nothingPicked, ['a', 'b', 'c'], true)
  const fewer = toggled(picked, 'b')
  expect([countOf(fewer, 100), isPicked(fewer, 'a'), isPicked(fewer, 'b')]).toEqual([2, true, false])
  expect(selectionOf(fewer, {})).toEqual({ imageIds: ['a', 'c'] })
})

test('everything is selected by its filter, but for what was taken out again', () => {
  const filter = { classIds: [3] }
  expect([countOf(everything, 100), isPicked(everything, 'a')]).toEqual([100, true])
  expect(selectionOf(everything, filter)).toEqual({ filter })
  const fewer = toggled(everything, 'b')
  expect([countOf(fewer, 100), isPicked(fewer, 'b')]).toEqual([99, false])
  expect(selectionOf(fewer, filter)).toEqual({ filter, except: ['b'] })
  expect(selectionOf(toggled(fewer, 'b'), filter)).toEqual({ filter })
})

test('nothing, and more than an act may name, is no selection', () => {
  const many = Array.from({ length: mostNamed + 1 }, (_, at) => `${at}`)
  expect(selectionOf(nothingPicked, {})).toBeUndefined()
  expect(selectionOf(withPicked(nothingPicked, many, true), {})).toBeUndefined()
  expect(selectionOf(withPicked(everything, many, false), {})).toBeUndefined()
})
