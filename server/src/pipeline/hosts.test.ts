import type { HostActivity, HostOrder } from '@gleaner/shared/activity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HostManners, HostQuery } from './hosts.ts'
import { busiestOf, hostsOf, pageOfHosts } from './hosts.ts'

const ready: HostManners = {
  ...{ waitMs: 0, reason: null, code: null, straightFailures: 0 },
  ...{ spacingMs: 300, atOnce: 2, receivedBytes: 0 },
}
const failing: HostManners = { ...ready, code: 'DOWNLOAD_TIMEOUT', straightFailures: 1 }

/** One host with a candidate queued, due after `dueMs`. */
function hostWith(manners: HostManners, dueMs = 0): HostActivity | undefined {
  const queued = new Map([['a.example', { queued: 3, dueAtMs: 1_000 + dueMs }]])
  return hostsOf({ queued, inHand: new Map(), manners: () => manners, nowMs: 1_000 })[0]
}

test.each<[string, HostManners, number, Partial<HostActivity>]>([
  ['may be asked', ready, -500, { waitMs: 0, reason: null }],
  ['is spaced', { ...ready, waitMs: 120.4, reason: 'spacing' }, 0, { waitMs: 121, reason: 'spacing' }],
  ['asked for a pause', { ...ready, waitMs: 9_000, reason: 'retry-after' }, 50, { reason: 'retry-after' }],
  ['has only postponed candidates', failing, 40_000, { waitMs: 40_000, reason: 'candidates-not-due' }],
  [
    'rests for less long than its candidates do',
    { ...failing, waitMs: 500, reason: 'back-off' },
    40_000,
    { waitMs: 40_000, reason: 'candidates-not-due', code: 'DOWNLOAD_TIMEOUT' },
  ],
  [
    'waits for a request under way',
    { ...failing, waitMs: null, reason: 'probing' },
    40_000,
    { waitMs: null, reason: 'probing' },
  ],
])('a host that %s', (_what, manners, dueMs, expected) => {
  expect(hostWith(manners, dueMs)).toMatchObject({ host: 'a.example', queued: 3, inHand: 0, ...expected })
})

test('a host with nothing queued waits for nothing', () => {
  const manners = (): HostManners => ({ ...failing, waitMs: 9_000, reason: 'back-off' })
  const inHand = new Map([['a.example', 1]])
  expect(hostsOf({ queued: new Map(), inHand, manners, nowMs: 0 })).toMatchObject([
    { queued: 0, inHand: 1, waitMs: 0, reason: null, code: 'DOWNLOAD_TIMEOUT' },
  ])
})

test('hosts at work are listed, too, once', () => {
  const queued = new Map([['a.example', { queued: 1, dueAtMs: 0 }]])
  const inHand = new Map(['a.example', 'b.example'].map(host => [host, 2]))
  const hosts = hostsOf({ queued, inHand, manners: () => ready, nowMs: 0 })
  expect(hosts.map(({ host, queued: waiting, inHand: busy }) => [host, waiting, busy])).toEqual([
    ['a.example', 1, 2],
    ['b.example', 0, 2],
  ])
})

const host = (name: string, given: Partial<HostActivity> = {}): HostActivity => ({
  ...{ host: name, queued: 0, inHand: 0, ...ready },
  ...given,
})
const some = [
  host('b.example', { queued: 5, inHand: 1, waitMs: 10, reason: 'spacing', receivedBytes: 1 }),
  host('a.example', { queued: 5, inHand: 1, waitMs: null, reason: 'spacing', receivedBytes: 30 }),
  host('img.c.example', { queued: 1, inHand: 2, waitMs: 60_000, reason: 'back-off', receivedBytes: 20 }),
  host('d.example', { queued: 9, waitMs: 0, receivedBytes: 10 }),
]
const all: HostQuery = { order: 'busiest', isHeldBack: false, offset: 0, limit: 100 }
const names = (query: Partial<HostQuery>) =>
  pageOfHosts(some, { ...all, ...query })
    .hosts.map(({ host: name }) => (name[0] === 'i' ? 'c' : name[0]))
    .join('')

test.each<[HostOrder, string]>([
  ['busiest', 'dabc'],
  ['running', 'cabd'],
  ['longest-wait', 'cbda'],
  ['most-received', 'acdb'],
  ['name', 'abdc'],
])('in the order %s', (order, expected) => {
  expect(names({ order })).toBe(expected)
})

test.each<[string, Partial<HostQuery>, string]>([
  ['part of a name, in any case', { text: ' C.Ex ' }, 'c'],
  ['text that no name holds', { text: 'zebra' }, ''],
  ['those that are held back by more than manners', { isHeldBack: true }, 'c'],
  ['a page in the middle', { offset: 1, limit: 2 }, 'ab'],
  ['a page past the end', { offset: 10 }, ''],
])('%s', (_what, query, expected) => {
  expect(names(query)).toBe(expected)
})

test('counts what there is beside what is shown', () => {
  expect(pageOfHosts(some, { ...all, text: 'example', limit: 1 })).toMatchObject({ matching: 4, total: 4 })
  expect(pageOfHosts(some, { ...all, text: 'img' })).toMatchObject({ matching: 1, total: 4 })
})

test('the busiest are the first of all in order', () => {
  const anyHost = fc.record({ name: fc.string({ maxLength: 3 }), queued: fc.nat(4), inHand: fc.nat(2) })
  fc.assert(
    fc.property(
      fc.uniqueArray(anyHost, { selector: ({ name }) => name, maxLength: 40, size: 'max' }),
      given => {
        const hosts = given.map(({ name, ...work }) => host(name, work))
        expect(busiestOf(hosts, 5)).toEqual(pageOfHosts(hosts, { ...all, limit: 5 }).hosts)
      },
    ),
  )
})
