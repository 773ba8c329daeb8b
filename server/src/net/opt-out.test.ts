import { expect, test } from 'vitest'
import { findOptOut } from './opt-out.ts'

test.each([
  ['noai', 'noai'],
  ['NoAI', 'noai'],
  ['noimageai', 'noimageai'],
  ['noindex', 'noindex'],
  ['noimageindex', 'noimageindex'],
  ['noml', 'noml'],
  ['none', 'none'],
  ['nofollow, noai', 'noai'],
  ['  nofollow ,NOIMAGEAI  ', 'noimageai'],
  ['gleaner: noai', 'noai'],
  ['Gleaner: nofollow, noindex', 'noindex'],
  ['gleaner/0.1: noindex', 'noindex'],
  ['*: noai', 'noai'],
  ['otherbot: nofollow, gleaner: noai', 'noai'],
  ['unavailable_after: 1 Jan 2030, noai', 'noai'],
  ['unavailable_after: 25 Jun 2010 15:00:00 PST, noai', 'noai'],
  ['unavailable_after: Wed, 2030-01-01T00:00:00Z, noai', 'noai'],
  ['max-snippet: 20, noai', 'noai'],
  ['max-image-preview:large,noindex', 'noindex'],
])('X-Robots-Tag %j opts out by %s', (line, directive) => {
  expect(findOptOut({ 'x-robots-tag': line })).toBe(`x-robots-tag: ${directive}`)
})

test.each([
  '',
  'all',
  'nofollow',
  'nosnippet, noarchive',
  'noaiplease',
  'otherbot: noai',
  'otherbot: nofollow, noindex',
  'gleaner-other: noai',
  'unavailable_after: 1 Jan 2030',
  'unavailable_after: 25 Jun 2010 15:00:00 PST',
  'max-image-preview: none',
])('X-Robots-Tag %j does not', line => {
  expect(findOptOut({ 'x-robots-tag': line })).toBeUndefined()
})

test('reads every line, and gives each a scope of its own', () => {
  expect(findOptOut({ 'x-robots-tag': ['nofollow', 'noai'] })).toBe('x-robots-tag: noai')
  expect(findOptOut({ 'x-robots-tag': ['otherbot: nofollow', 'noai'] })).toBe('x-robots-tag: noai')
  expect(findOptOut({ 'x-robots-tag': ['otherbot: noai', 'otherbot: noindex'] })).toBeUndefined()
})

test.each([
  [{ 'tdm-reservation': '1' }, 'tdm-reservation: 1'],
  [{ 'tdm-reservation': ' 1 ' }, 'tdm-reservation: 1'],
  [{ 'tdm-reservation': ['0', '1'] }, 'tdm-reservation: 1'],
  [{ 'tdm-reservation': '0' }, undefined],
  [{ 'tdm-reservation': '10' }, undefined],
  [{ 'content-usage': 'train-ai=n' }, 'content-usage: train-ai=n'],
  [{ 'content-usage': 'search=y, train-ai=n' }, 'content-usage: train-ai=n'],
  [{ 'content-usage': ['search=y', 'train-ai=n;why=rights'] }, 'content-usage: train-ai=n'],
  [{ 'content-usage': 'train-ai=y' }, undefined],
  [{ 'content-usage': 'search=n' }, undefined],
  [{ 'content-usage': 'dont-train-ai=n' }, undefined],
  [{}, undefined],
])('%j gives %s', (headers, found) => {
  expect(findOptOut(headers)).toBe(found)
})
