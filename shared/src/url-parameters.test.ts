import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseHttpUrl, urlKey } from './url.ts'
import { sizeFree, withoutTracking } from './url-parameters.ts'

const keyOf = (text: string) => {
  const url = parseHttpUrl(text)
  return url && urlKey(url)
}
const sizeFreeOf = (text: string) => {
  const found = sizeFree(new URL(text))
  return found && `${found.url.href} ${found.askedSidePx}`
}
const at = 'https://a.example/p.jpg'

describe('tracking', () => {
  test.each([
    [`${at}?utm_source=x&utm_medium=y`, at],
    [`${at}?id=5&fbclid=abc`, `${at}?id=5`],
    [`${at}?UTM_Campaign=x&v=2`, `${at}?v=2`],
    [`${at}?%75tm_source=x`, at],
    [`${at}?gclid=1&id=%20a+b&_ga=2`, `${at}?id=%20a+b`],
    [`${at}?srsltid=1#part`, at],
  ])('%s is %s', (text, key) => {
    expect(keyOf(text)).toBe(key)
  })

  test.each([
    [`${at}?id=5`, 'names the picture'],
    [`${at}?ref=1`, 'may be a revision'],
    [`${at}?source=a`, 'may be the file'],
    [`${at}?token=utm_source`, 'only the value looks like one'],
    [`${at}?`, 'empty'],
    [`${at}?a=1&&b=2`, 'an empty parameter'],
    [`${at}?%E0%A4%A=1`, 'cannot be decoded'],
    ['https://a.example/utm_source/x', 'in the path'],
  ])('%s stays: %s', text => {
    expect(keyOf(text)).toBe(text)
  })
})

describe('sizes', () => {
  test.each([
    [`${at}?w=300`, `${at} 300`],
    [`${at}?w=300&h=400`, `${at} 400`],
    [`${at}?id=5&width=640&q=80`, `${at}?id=5 640`],
    [`${at}?w=300&dpr=2&quality=75`, `${at} 600`],
    [`${at}?resize=300`, `${at} 300`],
    [`${at}?size=300%2C200&v=1`, `${at}?v=1 300`],
    [`${at}?size=300x200`, `${at} 300`],
    [`${at}?size=512px`, `${at} 512`],
    [`${at}?w=300&fit=max`, `${at} 300`],
    ['https://a.example/?id=7&w=300', 'https://a.example/?id=7 300'],
  ])('%s is %s', (text, found) => {
    expect(sizeFreeOf(text)).toBe(found)
  })

  test.each([
    [at, 'asks for none'],
    [`${at}?q=80`, 'quality alone may be a question'],
    [`${at}?h=300`, 'may be anything'],
    [`${at}?w=3`, 'no size of a picture'],
    [`${at}?w=99999`, 'no size of a picture'],
    [`${at}?w=1e3`, 'no size of a picture'],
    [`${at}?w=300&h=300&fit=crop`, 'a part of the picture'],
    [`${at}?w=300&crop=faces`, 'a part of the picture'],
    [`${at}?w=300&rect=0,0,10,10`, 'a part of the picture'],
    [`${at}?resize=300,200`, 'a part of the picture, at some hosts'],
    [`${at}?resize=300%2C200&w=600`, 'a part of the picture, at some hosts'],
    [`${at}?resize=300x200`, 'a part of the picture, at some hosts'],
    [`${at}?size=large`, 'a name for a size may be anything'],
    ['https://a.example/?w=300', 'nothing left that names a picture'],
  ])('%s has no other form: %s', text => {
    expect(sizeFreeOf(text)).toBeUndefined()
  })
})

const anyName = fc.constantFrom('id', 'w', 'h', 'q', 'size', 'utm_x', 'fbclid', 'fit', 'crop', 'x%20y', '%zz')
const anyValue = fc.oneof(
  fc.constantFrom('300', '300x200', 'max', 'crop', '', 'a=b', '%20'),
  fc.webFragments(),
)
const anyUrl = fc
  .array(fc.tuple(anyName, anyValue), { size: 'max', maxLength: 8 })
  .map(
    all => new URL(`${at}?${all.map(([name, value]) => `${name}=${value.replace(/[#&]/g, '')}`).join('&')}`),
  )

test('what is taken away is taken away at once, and nothing else is touched', () => {
  fc.assert(
    fc.property(anyUrl, url => {
      const before = url.search.slice(1).split('&')
      for (const once of [withoutTracking(url), sizeFree(url)?.url ?? url]) {
        const after = once.search === '' ? [] : once.search.slice(1).split('&')
        let from = 0
        for (const part of after) {
          const place = before.indexOf(part, from)
          expect(place, `${part} of ${once.href}`).toBeGreaterThan(-1)
          from = place + 1
        }
      }
      const key = withoutTracking(url)
      expect(withoutTracking(key).href).toBe(key.href)
      const free = sizeFree(url)
      if (free) expect(sizeFree(free.url)).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
})
