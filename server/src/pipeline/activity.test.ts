import { expect, test } from 'vitest'
import type { ActivityParts, HostWork } from './activity.ts'
import { createRate, describeActivity } from './activity.ts'

const idle: ActivityParts = {
  ...{ isStopping: false, isDiskFull: false, isNetworkDown: false },
  ...{ inHand: 0, queued: 0, perSecond: 0, hosts: [] },
}

const host: HostWork = { host: 'a.example', queued: 0, inHand: 0, waitMs: 0, straightFailures: 0 }
const resting: HostWork = { ...host, queued: 5, waitMs: 60_000, straightFailures: 9 }
const blackHole: HostWork = { ...host, inHand: 2, straightFailures: 4 }

test.each<[string, Partial<ActivityParts>]>([
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
  ['hosts-backing-off', { queued: 5, hosts: [{ ...host, queued: 5, waitMs: 8_000 }] }],
  // Requests are under way, but nobody has answered them for long.
  ['hosts-backing-off', { queued: 5, inHand: 2, hosts: [resting, blackHole] }],
  ['hosts-backing-off', { queued: 5, hosts: [{ ...resting, waitMs: 0 }] }],
  ['network-down', { queued: 5, inHand: 1, isNetworkDown: true }],
  ['disk-full', { queued: 5, isNetworkDown: true, isDiskFull: true }],
  ['stopping', { inHand: 2, isDiskFull: true, isStopping: true }],
])('%s', (reason, parts) => {
  expect(describeActivity({ ...idle, ...parts }).reason).toBe(reason)
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
})

test('names the twenty busiest hosts', () => {
  const hosts = Array.from({ length: 50 }, (_, place) => ({
    ...{ host: `h${place}.example`, queued: place, inHand: 0, waitMs: 0, straightFailures: 1 },
  }))
  const { hosts: named } = describeActivity({ ...idle, hosts })
  expect(named).toHaveLength(20)
  expect(named[0]).toEqual({ host: 'h49.example', queued: 49, inHand: 0, waitMs: 0 })
})
