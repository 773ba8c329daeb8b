import { isAppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { readUrlList } from './url-list.ts'

test('a plain list: one address per line', () => {
  const { items, skipped } = readUrlList(
    'https://a.example/1.jpg\n\n# a note\nhttps://a.example/2.jpg#part\n',
  )
  expect(items.map(({ url }) => url)).toEqual(['https://a.example/1.jpg', 'https://a.example/2.jpg'])
  expect(items.every(({ classLabel }) => classLabel === null)).toBe(true)
  expect(skipped).toEqual([])
})

test('CSV with header, classes, quotes and a byte order mark', () => {
  const { items } = readUrlList(
    '\ufeffurl,class\nhttps://a.example/1.jpg,"red, panda"\nhttps://a.example/2.jpg,\n',
  )
  expect(items).toEqual([
    { url: 'https://a.example/1.jpg', classLabel: 'red, panda', line: 2 },
    { url: 'https://a.example/2.jpg', classLabel: null, line: 3 },
  ])
})

test('a line without a usable address is named, the others are kept', () => {
  const { items, skipped } = readUrlList('https://a.example/1.jpg\nfile:///etc/passwd\nnonsense\n')
  expect(items).toHaveLength(1)
  expect(skipped).toEqual([
    { line: 2, text: 'file:///etc/passwd' },
    { line: 3, text: 'nonsense' },
  ])
})

test('what is no CSV is refused with a reason', () => {
  try {
    readUrlList('"https://a.example/1.jpg\n')
    expect.unreachable()
  } catch (error) {
    expect(isAppError(error) && error.code).toBe('CONFIG_INVALID')
  }
})

test('an address too long to be sent is skipped with its line', () => {
  const long = `https://a.example/${'x'.repeat(4096)}`
  const { items, skipped } = readUrlList(`https://a.example/1\n${long}`)
  expect(items).toHaveLength(1)
  expect(skipped).toEqual([{ line: 2, text: long.slice(0, 200) }])
})
