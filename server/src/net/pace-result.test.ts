import { Buffer } from 'node:buffer'
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import { expect, test } from 'vitest'
import type { FetchFailure } from './fetched.ts'
import { effectOf, paceResultOf } from './pace-result.ts'

const hop = (url: string, peerIp: string | null, status: number | null) => ({ url, peerIp, status })
const start = hop('https://img.photos.example/a.jpg', '93.184.215.14', 302)
const failure = (code: ErrorCode, hops: FetchFailure['hops']): FetchFailure => ({
  kind: 'failed',
  code,
  facts: {},
  hops,
  tookMs: 1,
})

test('tells the host what it did', () => {
  const fetched = {
    kind: 'fetched',
    bytes: Buffer.alloc(0),
    digest: '' as Digest,
    finalUrl: start.url,
    hops: [start],
    contentType: null,
    tookMs: 1,
  } as const
  expect(paceResultOf('photos.example', fetched)).toEqual({ kind: 'answered', peerIp: '93.184.215.14' })
  expect(paceResultOf('photos.example', { ...fetched, bytes: Buffer.alloc(7) })).toMatchObject({
    receivedBytes: 7,
  })
  const moved = { kind: 'moved', to: 'https://cdn.example/a.jpg', hops: [start], tookMs: 1 } as const
  expect(paceResultOf('photos.example', moved)).toEqual({ kind: 'answered', peerIp: '93.184.215.14' })
  const limited = { ...failure('DOWNLOAD_RATE_LIMITED', [start]), retryAfterMs: 7_000 }
  expect(paceResultOf('photos.example', limited)).toEqual({
    kind: 'failed',
    code: 'DOWNLOAD_RATE_LIMITED',
    retryAfterMs: 7_000,
    peerIp: '93.184.215.14',
  })
  expect(paceResultOf('photos.example', failure('DOWNLOAD_DNS', [hop(start.url, null, null)]))).toEqual({
    kind: 'failed',
    code: 'DOWNLOAD_DNS',
  })
})

test('does not blame a host for where it redirects to, but passes a plea for fewer requests on', () => {
  const away = [start, hop('https://cdn.elsewhere.example/a.jpg', null, null)]
  expect(paceResultOf('photos.example', failure('DOWNLOAD_CONNECT', away))).toEqual({
    kind: 'answered',
    peerIp: '93.184.215.14',
  })
  expect(paceResultOf('photos.example', failure('DOWNLOAD_RATE_LIMITED', away))).toMatchObject({
    kind: 'failed',
  })
})

test.each([
  ['DOWNLOAD_NOT_FOUND', 'alive'],
  ['DOWNLOAD_FORBIDDEN', 'alive'],
  ['DOWNLOAD_OPTED_OUT', 'alive'],
  ['DOWNLOAD_TOO_LARGE', 'alive'],
  ['DOWNLOAD_SERVER_ERROR', 'failing'],
  ['DOWNLOAD_TIMEOUT', 'failing'],
  ['DOWNLOAD_CUT_SHORT', 'failing'],
  ['DOWNLOAD_CHALLENGE', 'failing'],
  ['DOWNLOAD_ROBOTS_UNREADABLE', 'failing'],
  ['DOWNLOAD_ROBOTS', 'alive'],
  ['DOWNLOAD_DNS', 'unreachable'],
  ['DOWNLOAD_CONNECT', 'unreachable'],
  ['DOWNLOAD_PRIVATE_ADDRESS', 'none'],
  ['DOWNLOAD_URL_REFUSED', 'none'],
] as const)('%s means: %s', (code, effect) => {
  expect(effectOf({ kind: 'failed', code })).toBe(effect)
})
