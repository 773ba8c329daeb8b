import { expect, test } from 'vitest'
import { createPresence, mayBrowserGet } from './browser-way.ts'

test('a browser counts as there for a minute after each question', () => {
  let nowMs = 5_000
  const presence = createPresence(() => nowMs)
  expect(presence.isAnyHere(['mine'])).toBe(false)
  presence.seen('mine')
  nowMs += 59_999
  expect(presence.isAnyHere(['yours', 'mine'])).toBe(true)
  expect(presence.isAnyHere(['yours'])).toBe(false)
  nowMs += 1
  expect(presence.isAnyHere(['mine'])).toBe(false)
})

test('those that are gone are forgotten when they are too many', () => {
  let nowMs = 0
  const presence = createPresence(() => nowMs)
  for (let client = 0; client < 1_000; client += 1) presence.seen(`old ${client}`)
  nowMs = 60_000
  presence.seen('new')
  nowMs = 59_999
  expect(presence.isAnyHere(['old 1']), 'as the clock goes back').toBe(false)
  expect(presence.isAnyHere(['new'])).toBe(true)
})

test.each([
  ['DOWNLOAD_FORBIDDEN', 403, true],
  ['DOWNLOAD_CHALLENGE', 200, true],
  ['DOWNLOAD_STATUS', 418, true],
  ['DOWNLOAD_NOT_FOUND', 404, false],
  ['DOWNLOAD_OPTED_OUT', 200, false],
  ['DOWNLOAD_ROBOTS', null, false],
  ['DOWNLOAD_ROBOTS_UNREADABLE', 503, false],
  ['IMAGE_PLACEHOLDER', 200, false],
] as const)('a browser may get through %s (%s): %s', (code, status, may) => {
  expect(mayBrowserGet({ code, status })).toBe(may)
})
