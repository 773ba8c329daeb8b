import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limits } from './limits.ts'
import { parseHttpUrl, urlKey } from './url.ts'

const piece = fc.constantFrom(
  ...[
    'http:',
    'https:',
    'ftp:',
    'javascript:',
    'data:',
    '//',
    '/',
    '\\',
    '@',
    ':',
    '#',
    '?',
    '%',
    '%00',
    '[::1]',
  ],
  ...['a.example', 'user:secret', ':8080', '..', ' ', '\n', '猫', '\ud800', '127.1', '%2e', '0x7f', '&', '='],
)
const anyUrl = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true, validSchemes: ['http', 'https', 'ftp'] }),
  fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
  fc.array(piece, { maxLength: 8 }).map(pieces => `https://a.example/${pieces.join('')}`),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.nat(limits.urlChars + 40).map(chars => `https://a.example/${'é'.repeat(chars)}`),
)
const anyBase = fc.option(
  fc.constantFrom('https://search.example/deep/page?q=1#x', 'file:///etc/', 'nonsense'),
  {
    nil: undefined,
  },
)
const runs = { numRuns: 3000 }

test('whatever a page wrote: an address that may be fetched, or nothing', () => {
  fc.assert(
    fc.property(anyUrl, anyBase, (text, base) => {
      const url = parseHttpUrl(text, base)
      if (!url) return
      expect(['http:', 'https:']).toContain(url.protocol)
      expect(url.hostname).not.toBe('')
      expect([url.username, url.password, url.hash]).toEqual(['', '', ''])
      expect(url.href).not.toContain('#')
      expect(url.href.length).toBeLessThanOrEqual(limits.urlChars)
    }),
    runs,
  )
})

test('a key is an address of its own, with itself for a key', () => {
  fc.assert(
    fc.property(anyUrl, anyBase, (text, base) => {
      const url = parseHttpUrl(text, base)
      if (!url) return
      const key = urlKey(url)
      const again = parseHttpUrl(key)
      expect(again?.href).toBe(key)
      expect(again && urlKey(again)).toBe(key)
    }),
    runs,
  )
})

test.each([
  ['https://a.example', 'https://a.example/'],
  ['HTTP://A.EXAMPLE:80/x', 'http://a.example/x'],
  ['//a.example/x', 'https://a.example/x'],
  [' https://a.example/x#part ', 'https://a.example/x'],
  ['/x', undefined],
  ['https://user@a.example/', undefined],
  ['https://:secret@a.example/', undefined],
  ['ftp://a.example/', undefined],
  ['javascript:alert(1)', undefined],
  [`https://a.example/${'x'.repeat(limits.urlChars)}`, undefined],
  [`https://a.example/${'é'.repeat(limits.urlChars / 2)}`, undefined],
  ['', undefined],
  [null, undefined],
])('%s is %s', (text, href) => {
  expect(parseHttpUrl(text)?.href).toBe(href)
})

test('a base makes relative addresses whole', () => {
  expect(parseHttpUrl('/x', 'https://a.example/deep/')?.href).toBe('https://a.example/x')
})

test('sightings that differ in their fragment have one key', () => {
  const keys = ['https://a.example/x#1', 'https://A.example:443/x#2'].map(text => {
    const url = parseHttpUrl(text)
    return url && urlKey(url)
  })
  expect(keys).toEqual(['https://a.example/x', 'https://a.example/x'])
})
