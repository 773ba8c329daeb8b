import { type HostActivity, hostWaitReasons } from '@gleaner/shared/activity'
import { expect, test } from 'vitest'
import { formatPace, formatWait, nextRequest, whyWaits } from './host-words.ts'

const host: HostActivity = {
  ...{ host: 'a.example', queued: 3, inHand: 0, waitMs: 0, reason: null, code: null },
  ...{ straightFailures: 0, spacingMs: 300, atOnce: 2, receivedBytes: 0 },
}

test.each<[string, Partial<HostActivity>, readonly string[]]>([
  ['which may be asked', {}, []],
  ['at its usual pace', { reason: 'spacing', waitMs: 200 }, []],
  [
    'which asked for a pause',
    { reason: 'retry-after', code: 'DOWNLOAD_RATE_LIMITED', straightFailures: 1 },
    ['The host asked for a pause'],
  ],
  [
    'which asked for a pause in its own trouble',
    { reason: 'retry-after', code: 'DOWNLOAD_SERVER_ERROR' },
    ['The host asked for a pause', 'The host had an error of its own'],
  ],
  [
    'that failed once',
    { reason: 'back-off', code: 'DOWNLOAD_TIMEOUT', straightFailures: 1 },
    ['Left alone after a failure', 'The host did not answer in time'],
  ],
  [
    'that failed for long',
    { reason: 'breaker-open', code: 'DOWNLOAD_CONNECT', straightFailures: 9 },
    ['Left alone after many failures', 'No connection to the host could be made', '9 failures in a row'],
  ],
  ['with a code of a later version', { code: 'DOWNLOAD_ODD' }, ['DOWNLOAD_ODD']],
])('a host %s', (_what, given, words) => {
  expect(whyWaits({ ...host, ...given })).toEqual(words)
})

test('every reason but the usual pace has words', () => {
  const silent = hostWaitReasons.filter(reason => whyWaits({ ...host, reason }).length === 0)
  expect(silent).toEqual(['spacing'])
})

test.each([
  [0, 'now'],
  [999, 'now'],
  [1_000, '1 s'],
  [59_499, '59 s'],
  [59_500, '1:00'],
  [244_100, '4:05'],
  [3_600_000, '1 h'],
  [12_000_000, '3 h 20 min'],
])('%d ms are %s', (waitMs, words) => {
  expect(formatWait(waitMs)).toBe(words)
})

test('counts down from what the server said, and never below now', () => {
  expect(nextRequest({ ...host, waitMs: 30_000 }, 0)).toBe('30 s')
  expect(nextRequest({ ...host, waitMs: 30_000 }, 12_000)).toBe('18 s')
  expect(nextRequest({ ...host, waitMs: 30_000 }, 90_000)).toBe('now')
  expect(nextRequest({ ...host, waitMs: null }, 5_000)).toBe('after another ends')
  expect(nextRequest({ ...host, queued: 0 }, 0)).toBe('nothing waits')
})

test('the pace names time and number', () => {
  expect(formatPace(host)).toBe('every 0.3 s, 2 at a time')
  expect(formatPace({ ...host, spacingMs: 10_000, atOnce: 1 })).toBe('every 10 s, 1 at a time')
  expect(formatPace({ ...host, spacingMs: 0 })).toBe('2 at a time')
})
