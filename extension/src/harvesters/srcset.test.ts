import { describe, expect, test } from 'vitest'
import { parseSrcset } from './srcset.ts'

const urls = (text: string) => parseSrcset(text).map(({ url }) => url)

describe('parseSrcset', () => {
  test('puts the widest first', () => {
    expect(parseSrcset('/a.jpg 100w, /b.jpg 2000w,\n /c.jpg 600w')).toEqual([
      { url: '/b.jpg', width: 2000 },
      { url: '/c.jpg', width: 600 },
      { url: '/a.jpg', width: 100 },
    ])
  })

  test('reads densities, and no descriptor as the smallest', () => {
    expect(parseSrcset('/a.jpg, /b.jpg 1.5x, /c.jpg 3x')).toEqual([
      { url: '/c.jpg', density: 3 },
      { url: '/b.jpg', density: 1.5 },
      { url: '/a.jpg' },
    ])
  })

  test('leaves commas inside an address alone', () => {
    expect(
      urls('https://cdn.example/c_fill,w_10/a.jpg 1x, https://cdn.example/c_fill,w_20/a.jpg 2x'),
    ).toEqual(['https://cdn.example/c_fill,w_20/a.jpg', 'https://cdn.example/c_fill,w_10/a.jpg'])
  })

  test.each([
    ['nothing', undefined, []],
    ['white space', ' \n', []],
    ['commas only', ' , ,, ', []],
    ['one address', '/a.jpg', ['/a.jpg']],
    ['a comma at the end', '/a.jpg 2x,', ['/a.jpg']],
    ['a broken descriptor', '/a.jpg wide, /b.jpg 2x', ['/b.jpg', '/a.jpg']],
    ['two descriptors', '/a.jpg 300w 200h, /b.jpg 200w', ['/a.jpg', '/b.jpg']],
  ])('reads %s', (_, text, expected) => {
    expect(parseSrcset(text).map(({ url }) => url)).toEqual(expected)
  })

  test('stops after a hundred and does not choke on a long hostile one', () => {
    expect(
      parseSrcset(Array.from({ length: 500 }, (_, place) => `/${place}.jpg ${place}w`).join(',')),
    ).toHaveLength(100)
    expect(parseSrcset(`${','.repeat(200_000)} `)).toEqual([])
    expect(parseSrcset(' '.repeat(200_000))).toEqual([])
    expect(parseSrcset(`/a.jpg ${'1'.repeat(200_000)}`)).toEqual([{ url: '/a.jpg' }])
    expect(parseSrcset(`/a${','.repeat(200_000)}b`)).toHaveLength(1)
  })
})
