import { expect, test } from 'vitest'
import { isExtensionOrigin, mayAsk, type Sender, type Target } from './sender.ts'

const bound = `chrome-extension://${'a'.repeat(32)}`
const stranger = `moz-extension://01234567-89ab-cdef-0123-456789abcdef`
const plain: Sender = {
  host: '127.0.0.1:4817',
  origins: [],
  site: '',
  isNavigation: false,
  boundOrigin: bound,
}
const api: Target = { greetsExtensions: false, isShell: false }
const ask = (sender: Partial<Sender>, target: Partial<Target> = {}) =>
  mayAsk({ ...plain, ...sender }, { ...api, ...target })

test.each(['', 'none', 'same-origin'])('site %j without Origin passes', site => {
  expect(ask({ site })).toBe(true)
})

test.each(['cross-site', 'same-site', 'nearby', 'none, none'])('site %j without Origin does not', site => {
  expect(ask({ site })).toBe(false)
})

test('our own origin is that of the very Host asked for', () => {
  expect(ask({ origins: ['http://127.0.0.1:4817'] })).toBe(true)
  expect(ask({ host: 'LOCALHOST:4817', origins: ['http://localhost:4817'] })).toBe(true)
  for (const origin of [
    'http://localhost:4817',
    'https://127.0.0.1:4817',
    'http://127.0.0.1:48170',
    'http://127.0.0.1',
    'http://127.0.0.1:4817/',
    'null',
    '',
  ]) {
    expect([origin, ask({ origins: [origin] })]).toEqual([origin, false])
  }
})

test('the bound origin passes from anywhere, others only to be greeted and not from a foreign site', () => {
  expect(ask({ origins: [bound], site: 'cross-site' })).toBe(true)
  expect(ask({ origins: [bound], boundOrigin: null })).toBe(false)
  expect(ask({ origins: [stranger] })).toBe(false)
  expect(ask({ origins: [stranger] }, { greetsExtensions: true })).toBe(true)
  expect(ask({ origins: [stranger], site: 'cross-site' }, { greetsExtensions: true })).toBe(false)
  expect(ask({ origins: ['https://evil.example'] }, { greetsExtensions: true })).toBe(false)
})

test('a link from elsewhere may open the shell and nothing else', () => {
  const link = { site: 'cross-site', isNavigation: true }
  expect(ask(link, { isShell: true })).toBe(true)
  expect(ask(link)).toBe(false)
  expect(ask({ ...link, isNavigation: false }, { isShell: true })).toBe(false)
  expect(ask({ ...link, origins: ['null'] }, { isShell: true })).toBe(false)
})

test('no two Origin lines', () => {
  expect(ask({ origins: [bound, bound] })).toBe(false)
})

test('origins that only extensions have', () => {
  expect([bound, stranger].every(isExtensionOrigin)).toBe(true)
  for (const origin of [
    'chrome-extension://',
    `chrome-extension://${'a'.repeat(33)}`,
    `${bound}/x`,
    `https://x?${bound}`,
    `safari-web-extension://${'a'.repeat(32)}`,
    'moz-extension://x',
  ]) {
    expect([origin, isExtensionOrigin(origin)]).toEqual([origin, false])
  }
})
