import type { Candidate } from '@gleaner/shared/candidate'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noFilters } from '../platform/filters.ts'
import { createSelection, keyOf } from './selection.ts'

const candidate = (rank: number): Candidate => ({
  rank,
  sources: [
    { kind: 'original', url: `https://pictures.example/${rank}.jpg`, width: rank * 100, height: 500 },
  ],
})
const page = Array.from({ length: 8 }, (_, index) => candidate(index + 1))

test('everything is wanted until somebody says otherwise', () => {
  const selection = createSelection()
  expect(page.every(selection.has)).toBe(true)
  expect(selection.isByHand()).toBe(false)
})

test('filters and hands work together', () => {
  const selection = createSelection()
  selection.setFilters({ ...noFilters, minSidePx: 300 })
  selection.pick(['4', '1'], false)
  selection.pick(['1'], true)
  expect(page.filter(selection.has).map(keyOf)).toEqual(['3', '5', '6', '7', '8'])
  expect(page.filter(selection.passes)).toHaveLength(6)
  selection.setFilters(noFilters)
  expect(page.filter(selection.has).map(keyOf)).toEqual(['1', '2', '3', '5', '6', '7', '8'])
})

test('none leaves out what is still to come, all takes it in', () => {
  const selection = createSelection()
  selection.pickNone()
  selection.pick(['2'], true)
  expect([...page, candidate(99)].filter(selection.has).map(keyOf)).toEqual(['2'])
  selection.pickAll()
  expect([...page, candidate(99)].every(selection.has)).toBe(true)
})

test('whatever hands do in whatever order, it is as if each tile had a switch of its own', () => {
  const keys = fc.uniqueArray(fc.integer({ min: 1, max: 8 }))
  const act = fc.oneof(
    fc.record({ kind: fc.constant('pick' as const), keys, isPicked: fc.boolean() }),
    fc.constantFrom(...(['pickAll', 'pickNone', 'invert'] as const).map(kind => ({ kind }))),
  )
  fc.assert(
    fc.property(fc.array(act, { size: 'max', maxLength: 30 }), acts => {
      const selection = createSelection()
      const switches = new Map(page.map(one => [keyOf(one), true]))
      const setAll = (to: (was: boolean) => boolean) => {
        for (const [key, was] of switches) switches.set(key, to(was))
      }
      for (const one of acts) {
        if (one.kind === 'pick') {
          selection.pick(one.keys.map(String), one.isPicked)
          for (const key of one.keys) switches.set(String(key), one.isPicked)
        } else {
          selection[one.kind]()
          setAll(was => (one.kind === 'invert' ? !was : one.kind === 'pickAll'))
        }
      }
      for (const one of page) expect(selection.has(one)).toBe(switches.get(keyOf(one)))
    }),
  )
})
