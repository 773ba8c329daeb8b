import { expect, test } from 'vitest'
import { isShellPath } from './shell-path.ts'

const ask = (url: string, accept = 'text/html', method = 'GET') =>
  isShellPath({ method, url, headers: { accept } })

test.each(['/', '/datasets', '/datasets/red_panda-2', '/datasets/x/', '/a?b=//api', '/apis', '/my-api'])(
  '%s is a page',
  url => expect(ask(url)).toBe(true),
)

test.each([
  '/api',
  '/api/',
  '/API/x',
  '/Api',
  '//api',
  '/x//y',
  '/%61pi',
  '/x/%2e%2e/api',
  '/../api',
  '/.git',
  '/x/.hidden',
  '/api?x=1',
  '/assets/x.js',
  '/health',
  'x',
  '',
  '/a\\b',
  '/a;b',
])('%s is none', url => expect(ask(url)).toBe(false))

test('only what asks for HTML, and only reading', () => {
  expect(ask('/datasets', 'application/json')).toBe(false)
  expect(ask('/datasets', '')).toBe(false)
  expect(ask('/datasets', 'text/html', 'POST')).toBe(false)
  expect(ask('/datasets', 'text/html', 'HEAD')).toBe(false)
})
