import type { Activity, HostActivity } from '@gleaner/shared/activity'
import { expect, test } from 'vitest'
import type { ActivityParts } from './activity.ts'
import { createRate, describeActivity } from './activity.ts'

const idle: ActivityParts = {
  ...{ isStopping: false, isPaused: false, hindrance: undefined, isNetworkDown: false, isHeldBack: false },
  ...{ inHand: 0, queued: 0, waitingForBrowser: 0, perSecond: 0, bytesPerSecond: 0 },
  ...{ maxBytesPerSecond: null, isLogTooLong: false, hosts: [] },
}

const host: HostActivity = {
  ...{ host: 'a.example', queued: 0, inHand: 0, waitMs: 0, reason: null, code: null },
  ...{ straightFailures: 0, spacingMs: 300, atOnce: 2, receivedBytes: 0 },
}
const resting: HostActivity = { ...host, queued: 5, waitMs: 60_000, straightFailures: 9 }
const blackHole: HostActivity = { ...host, inHand: 2, waitMs: null, straightFailures: 4 }
const postponed: HostActivity = { ...host, queued: 5, waitMs: 8_000 }

test.each<[Activity['reason'], Partial<ActivityParts>]>([
  ['nothing-queued', {}],
  ['nothing-queued', { hosts: [{ ...host, straightFailures: 3 }] }],
  ['working', { inHand: 1, hosts: [{ ...host, inHand: 1 }] }],
  // Between two polite requests nothing is in hand.
  ['working', { queued: 5, hosts: [{ ...host, queued: 5, waitMs: 300 }] }],
  // A single failure happens to everybody.
  ['working', { inHand: 1, hosts: [{ ...host, inHand: 1, straightFailures: 1 }] }],
  // One host that answers is enough.
  ['working', { queued: 5, inHand: 1, hosts: [resting, blackHole, { ...host, inHand: 1 }] }],
  ['hosts-backing-off', { queued: 5, hosts: [resting] }],
  // All that is left are postponed candidates.
  ['hosts-backing-off', { queued: 5, hosts: [postponed] }],
  // Requests are under way, but nobody has answered them for long.
  ['hosts-backing-off', { queued: 5, inHand: 2, hosts: [resting, blackHole] }],
  ['hosts-backing-off', { queued: 5, hosts: [{ ...resting, waitMs: 0 }] }],
  // Only the browser can help with those that are left.
  ['waiting-for-browser', { queued: 5, waitingForBrowser: 5, hosts: [postponed] }],
  ['hosts-backing-off', { queued: 6, waitingForBrowser: 5, hosts: [postponed, resting] }],
  ['working', { queued: 5, inHand: 1, waitingForBrowser: 5, hosts: [postponed, { ...host, inHand: 1 }] }],
  ['bandwidth-cap', { inHand: 1, isHeldBack: true, hosts: [{ ...host, inHand: 1 }] }],
  ['nothing-queued', { isHeldBack: true }],
  ['network-down', { queued: 5, inHand: 1, isNetworkDown: true }],
  ['disk-full', { queued: 5, isNetworkDown: true, hindrance: 'room' }],
  ['no-rights', { queued: 5, isNetworkDown: true, hindrance: 'rights' }],
  ['paused', { isPaused: true }],
  ['paused', { queued: 5, inHand: 1, isPaused: true, hindrance: 'room', hosts: [{ ...host, inHand: 1 }] }],
  ['stopping', { inHand: 2, isPaused: true, isStopping: true }],
])('%s', (reason, parts) => {
  expect(describeActivity({ ...idle, ...parts }).reason).toBe(reason)
})

test.each<[string, number | null, readonly HostActivity[]]>([
  ['the first host that may be asked is waited for', 8_000, [resting, postponed]],
  ['a host with nothing queued is not', 60_000, [resting, { ...host, waitMs: 5 }]],
  ['nobody knows when another request ends', null, [{ ...resting, waitMs: null }]],
])('%s', (_what, waitMs, hosts) => {
  expect(describeActivity({ ...idle, queued: 5, hosts })).toMatchObject({
    reason: 'hosts-backing-off',
    waitMs,
  })
})

test('no time is named where no host is what is waited for', () => {
  expect(describeActivity({ ...idle, queued: 5, isPaused: true, hosts: [resting] }).waitMs).toBeNull()
})

test('counts outcomes over the last half minute', () => {
  let nowMs = 0
  const rate = createRate(() => nowMs)
  expect(rate.perSecond()).toBe(0)
  for (nowMs = 100; nowMs <= 10_000; nowMs += 100) rate.mark()
  nowMs = 10_000
  expect(rate.perSecond()).toBeCloseTo(10)
  nowMs = 30_000
  expect(rate.perSecond()).toBeCloseTo(100 / 30)
  nowMs = 40_001
  expect(rate.perSecond()).toBe(0)
})

test('estimates the time left when things move', () => {
  expect(describeActivity({ ...idle, queued: 18, inHand: 2, perSecond: 4 }).remainingMs).toBe(5_000)
  expect(describeActivity({ ...idle, queued: 18 }).remainingMs).toBeNull()
  expect(describeActivity({ ...idle, perSecond: 4 }).remainingMs).toBeNull()
  expect(describeActivity({ ...idle, queued: 18, perSecond: 4, isPaused: true }).remainingMs).toBeNull()
})

test('names the busiest hosts and counts them all', () => {
  const hosts = Array.from({ length: 50 }, (_, place) => ({
    ...host,
    host: `h${place}.example`,
    queued: place,
  }))
  const { hosts: named, hostCount } = describeActivity({ ...idle, hosts })
  expect(named.map(({ queued }) => queued)).toEqual([49, 48, 47, 46, 45])
  expect(hostCount).toBe(50)
})
