import { describe, expect, test } from 'vitest'
import { isCovered, isWithin, originPattern } from './match-pattern.ts'

test.each([
  ['https://www.lumen.example/images*', 'https://www.lumen.example/images?q=1', true],
  ['https://www.lumen.example/images*', 'https://www.lumen.example/image', false],
  ['*://*.lumen.example/*', 'http://lumen.example/', true],
  ['*://*.lumen.example/*', 'https://a.b.lumen.example/x', true],
  ['*://*.lumen.example/*', 'https://xlumen.example/x', false],
  ['*://*.lumen.example/*', 'ftp://lumen.example/x', false],
  ['https://lumen.example/a.c*', 'https://lumen.example/abc', false],
  ['https://lumen.example/*', 'https://lumen.example:8443/x', true],
  ['https://*/*', 'https://anything.example/x', true],
  ['https://*/*', 'http://anything.example/x', false],
  ['http://[2001:db8::1]/*', 'http://[2001:db8::1]:8080/x', true],
  ['<all_urls>', 'https://lumen.example/', false],
  ['https://lumen.*/*', 'https://lumen.example/', false],
])('pattern %s covers %s: %s', (pattern, url, expected) => {
  expect(isCovered(new URL(url), pattern)).toBe(expected)
})

describe('a pattern within another:', () => {
  test.each([
    ['https://lumen.example/*', 'https://lumen.example/*', true],
    ['https://lumen.example/images*', 'https://lumen.example/*', true],
    ['https://lumen.example/*', 'https://lumen.example/images*', false],
    ['https://www.lumen.example/*', 'https://*.lumen.example/*', true],
    ['https://*.lumen.example/*', 'https://*.lumen.example/*', true],
    ['https://*.www.lumen.example/*', 'https://*.lumen.example/*', true],
    ['https://*.lumen.example/*', 'https://lumen.example/*', false],
    ['https://*.lumen.example/*', 'https://www.lumen.example/*', false],
    ['https://lumen.example/*', 'https://*/*', true],
    ['http://lumen.example/*', 'https://*/*', false],
    ['http://lumen.example/*', '*://*/*', true],
    ['https://*/*', 'https://lumen.example/*', false],
    ['<all_urls>', 'https://*/*', false],
  ])('%s within %s: %s', (pattern, wider, expected) => {
    expect(isWithin(pattern, wider)).toBe(expected)
  })
})

test.each([
  ['https://www.lumen.example/images*', 'https://www.lumen.example/*'],
  ['https://*.lumen.example/images*', 'https://*.lumen.example/*'],
  ['https://lumen.example:8443/x?q=1', 'https://lumen.example/*'],
  ['http://[2001:db8::1]:8080/x', 'http://[2001:db8::1]/*'],
  ['file:///etc/passwd', undefined],
  ['about:blank', undefined],
  ['nonsense', undefined],
])('the origin of %s is %s', (address, expected) => {
  expect(originPattern(address)).toBe(expected)
})
