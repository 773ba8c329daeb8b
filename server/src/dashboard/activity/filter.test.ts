import { expect, test } from 'vitest'
import { isFiltered, readFilter, writeFilter } from './filter.ts'

test('a filter survives the address', () => {
  const filter = { state: 'failed', code: 'DOWNLOAD_DNS', classId: 7, text: 'a&b=c #1' } as const
  expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter)
})

test('what makes no sense is left out', () => {
  const filter = readFilter(new URLSearchParams('state=lost&class=1.5&text=%20&reason='))
  expect(filter).toEqual({ state: undefined, code: undefined, classId: undefined, text: undefined })
  expect(readFilter(new URLSearchParams('class=-1')).classId).toBeUndefined()
  expect(readFilter(new URLSearchParams('class=0')).classId).toBeUndefined()
  expect(isFiltered(filter)).toBe(false)
  expect(isFiltered({ classId: 1 })).toBe(true)
})

test('a text longer than the server takes is cut', () => {
  expect(readFilter(new URLSearchParams({ text: 'x'.repeat(500) })).text).toHaveLength(200)
})
