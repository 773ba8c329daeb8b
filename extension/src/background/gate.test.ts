import { describe, expect, test } from 'vitest'
import { isCovered } from '../platform/match-pattern.ts'
import { asks } from '../platform/message-table.ts'
import type { Sender } from '../platform/messages.ts'
import { createGate } from './gate.ts'

const patterns = ['https://www.lumen.example/images*']
const admit = createGate({
  extensionId: 'our-id',
  ownPages: 'chrome-extension://our-id/',
  isOpen: async (url, tabId) => tabId !== 8 && patterns.some(pattern => isCovered(url, pattern)),
})

const page: Sender = { id: 'our-id', url: 'https://www.lumen.example/images?q=cat', frameId: 0, tabId: 7 }
const popup: Sender = { id: 'our-id', url: 'chrome-extension://our-id/popup.html' }
const describeAsk = { type: 'describe', ask: { query: 'cat' } }
const candidate = { sources: [{ kind: 'original', url: 'https://pictures.example/1.jpg' }] }
const collect = {
  continues: false,
  pressId: 'a'.repeat(32),
  dataset: 'Animals',
  class: 'cat',
  origin: { engine: 'lumen' },
  candidates: [candidate],
}

test('a results page speaks for its own tab', async () => {
  expect(await admit(describeAsk, page)).toEqual({ ...describeAsk, tabId: 7 })
  expect(await admit({ type: 'collect', ask: collect }, page)).toMatchObject({ type: 'collect', tabId: 7 })
})

test('the popup names the tab it is about', async () => {
  expect(await admit({ type: 'progress', ask: { tabId: 9 } }, popup)).toMatchObject({ tabId: 9 })
  expect(await admit({ type: 'status', ask: {} }, popup)).toMatchObject({ tabId: undefined })
})

describe('is told that its site is not open:', () => {
  test.each([
    ['a page of no engine', 'https://evil.example/images'],
    ['a look-alike of an engine', 'https://www.lumen.example.evil.example/images'],
    ['an engine by http', 'http://www.lumen.example/images'],
    ['another path of an engine', 'https://www.lumen.example/mail'],
  ])('%s', async (_, url) => {
    const sender = { ...page, url }
    await expect(admit(describeAsk, sender)).rejects.toMatchObject({ code: 'HARVEST_SITE_PERMISSION' })
  })
})

test('so is a page in a tab that may not be read', async () => {
  await expect(admit(describeAsk, { ...page, tabId: 8 })).rejects.toMatchObject({
    code: 'HARVEST_SITE_PERMISSION',
  })
})

describe('is given no answer:', () => {
  test.each<[string, unknown, Sender]>([
    ['another extension', describeAsk, { ...page, id: 'other-id' }],
    ['nobody', describeAsk, {}],
    ['a sender without address', describeAsk, { id: 'our-id', tabId: 7, frameId: 0 }],
    ['a frame in an engine page', describeAsk, { ...page, frameId: 3 }],
    ['a page without tab', describeAsk, { ...page, tabId: undefined }],
    ['a page without a host', describeAsk, { ...page, url: 'data:text/html,x' }],
    ['a file', describeAsk, { ...page, url: 'file:///tmp/images' }],
    ['a look-alike of our pages', describeAsk, { ...popup, url: 'chrome-extension://our-idx/popup.html' }],
    ['a page that names a tab', { type: 'progress', ask: { tabId: 9 } }, page],
    ['a page that pairs', { type: 'pair', ask: { code: 'ABCD' } }, page],
    ['a page that forgets', { type: 'forget', ask: {} }, page],
    ['a page that redirects to another port', { type: 'setPort', ask: { port: 80 } }, page],
    ['a page that reads the outbox', { type: 'outbox', ask: {} }, page],
    ['a page that clears the outbox', { type: 'clearRefused', ask: {} }, page],
    ['a page that asks for sites', { type: 'sites', ask: {} }, page],
    ['a page that has a tab entered', { type: 'enterTab', ask: { tabId: 9 } }, page],
    ['a page that reads a picture of a tab', { type: 'picture', ask: { tabId: 7 } }, page],
    [
      'a page that adds a picture',
      {
        type: 'addPicture',
        ask: { tabId: 7, url: 'https://pictures.example/1.jpg', dataset: 'Animals', class: 'cat' },
      },
      page,
    ],
    ['a page that takes back in another tab', { type: 'undo', ask: { tabId: 9 } }, page],
    ['a page that runs in another tab', { type: 'setRun', ask: { tabId: 9, run: null } }, page],
    ['an unknown type', { type: 'fetch', ask: { url: 'https://evil.example' } }, popup],
    ['a type of every object', { type: 'toString', ask: {} }, popup],
    ['a prototype for a type', { type: '__proto__', ask: {} }, popup],
    ['no object', 'describe', popup],
    ['nothing', null, popup],
    ['no question', { type: 'status' }, popup],
    ['a further property', { ...describeAsk, and: 1 }, popup],
    ['a further property in the question', { type: 'status', ask: { and: 1 } }, popup],
    ['a string for a number', { type: 'setPort', ask: { port: '4817' } }, popup],
    ['a port out of range', { type: 'setPort', ask: { port: 70_000 } }, popup],
    ['no candidates', { type: 'collect', ask: { ...collect, candidates: [] } }, page],
    [
      'too many candidates',
      { type: 'collect', ask: { ...collect, candidates: Array(5001).fill(candidate) } },
      page,
    ],
    [
      'a candidate that is no http address',
      {
        type: 'collect',
        ask: { ...collect, candidates: [{ sources: [{ kind: 'original', url: 'file:///etc/passwd' }] }] },
      },
      page,
    ],
    ['a class that is too long', { type: 'collect', ask: { ...collect, class: 'x'.repeat(65) } }, page],
  ])('%s', (_, message, sender) => {
    expect(admit(message, sender)).toBeUndefined()
  })
})

test('every question is a closed shape', () => {
  for (const schema of Object.values(asks)) expect(schema).toMatchObject({ additionalProperties: false })
})
