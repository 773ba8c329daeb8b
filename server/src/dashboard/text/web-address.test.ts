import { expect, test } from 'vitest'
import { webAddress } from './web-address.ts'

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'blob:https://a.example/1',
  'file:///etc/passwd',
  'https://user:secret@a.example/',
  'no address',
  '',
  null,
])('%s is no link', text => expect(webAddress(text)).toBeUndefined())

test('the host of another script is shown in punycode', () => {
  expect(webAddress('https://аpple.example/a')).toEqual({
    href: 'https://xn--pple-43d.example/a',
    host: 'xn--pple-43d.example',
    tail: '/a',
  })
})

test('the bare site has no tail and a long one is cut', () => {
  expect(webAddress('https://a.example')?.tail).toBe('')
  expect(webAddress(`https://a.example/${'x'.repeat(500)}`)?.tail).toHaveLength(80)
})
