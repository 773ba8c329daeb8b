/** What fetching does for the sake of hosts and of the person's line: one hop at a time, bounded, over few connections. */
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createBandwidth } from '../src/net/bandwidth.ts'
import type { Fetcher, FetcherDeps } from '../src/net/fetch.ts'
import { createFetcher } from '../src/net/fetch.ts'
import type { FetchMoved, FetchOptions } from '../src/net/fetched.ts'
import type { BadHost } from './support/bad-host.ts'
import { startBadHost } from './support/bad-host.ts'

const picture = Buffer.from(Array.from({ length: 20_000 }, (_, index) => index % 251))
const wall = '<!doctype html><html><head><title>Just a moment...</title></head></html>'
let host: BadHost
let fetcher: Fetcher

beforeAll(async () => {
  const big = Buffer.alloc(600_000, picture)
  const long = Buffer.alloc(2_000_000, 'Disallow: /x\n')
  host = await startBadHost({
    files: { 'a.jpg': picture, 'robots.txt': long, 'wall.html': wall, 'big.jpg': big },
  })
})
afterAll(() => host.close())
beforeEach(() => host.reset())
afterEach(async () => {
  await fetcher.close()
  await vi.waitFor(() => expect(host.openConnections()).toBe(0), { timeout: 10_000 })
})

const usual: FetchOptions = { signal: new AbortController().signal, maxBytes: 1_000_000, honourOptOut: true }

function start(deps: Partial<FetcherDeps> = {}): Fetcher {
  fetcher = createFetcher({
    resolve: async () => ['127.0.0.1'],
    allowPeer: ip => ip === '127.0.0.1',
    userAgent: 'Gleaner/0.0.0 (test)',
    now: () => performance.now(),
    ...deps,
  })
  return fetcher
}

const trail = { hops: [], tookMs: 0 }

describe('hop by hop', () => {
  const isMoved = (end: object): end is FetchMoved => 'kind' in end && end.kind === 'moved'

  test('one request a call; each redirect comes back, with all requests so far', async () => {
    start()
    let url = host.url('/redirect/3/a.jpg')
    let walked: FetchOptions = { ...usual, trail }
    const seen: string[] = []
    for (;;) {
      const end = await fetcher.fetch(url, walked)
      expect(host.hits()).toBe(end.hops.length)
      seen.push(end.kind)
      if (!isMoved(end)) {
        expect(end).toMatchObject({ kind: 'fetched', bytes: picture, hops: { length: 4 } })
        break
      }
      url = end.to
      walked = { ...usual, trail: { hops: end.hops, tookMs: end.tookMs } }
    }
    expect(seen).toEqual(['moved', 'moved', 'moved', 'fetched'])
  })

  test('circles, too many hops and private targets end before a host is bothered for them', async () => {
    start()
    const url = host.url('/files/a.jpg')
    const hop = (at: string) => ({ url: at, peerIp: null, status: 302 })
    const been = (...urls: string[]) => ({ ...usual, trail: { hops: urls.map(hop), tookMs: 0 } })
    expect(await fetcher.fetch(url, been(url))).toMatchObject({ facts: { loopAt: url } })
    const six = Array.from({ length: 6 }, (_, index) => host.url(`/${index}`))
    expect(await fetcher.fetch(url, been(...six))).toMatchObject({ facts: { limit: 5 } })
    expect(host.hits()).toBe(0)
    const inward = host.url(`/redirect-to?url=${encodeURIComponent('http://10.0.0.1/')}`)
    expect(await fetcher.fetch(inward, { ...usual, trail })).toMatchObject({
      kind: 'failed',
      code: 'DOWNLOAD_PRIVATE_ADDRESS',
    })
  })

  test('the time for everything goes on counting', async () => {
    start({ limits: { totalMs: 60_000 } })
    const late = { hops: [], tookMs: 59_950 }
    expect(await fetcher.fetch(host.url('/no-headers'), { ...usual, trail: late })).toMatchObject({
      code: 'DOWNLOAD_TIMEOUT',
      facts: { deadline: 'total' },
    })
  })
})

test('of a robots.txt the beginning will do, and it is asked for as text', async () => {
  start()
  const robots = { ...usual, as: 'robots', maxBytes: 512_000 } as const
  for (const path of ['/files/robots.txt', '/chunked/robots.txt']) {
    const end = await fetcher.fetch(host.url(path), robots)
    expect(end).toMatchObject({ kind: 'fetched', bytes: { length: 512_000 } })
  }
  expect(host.requests[0]?.headers.accept).toMatch(/^text\/plain/)
  expect(await fetcher.fetch(host.url('/endless'), robots)).toMatchObject({ bytes: { length: 512_000 } })
})

describe('challenges', () => {
  test.each(['/files/wall.html', '/header/wall.html?content-type=image%2Fjpeg', '/captcha'])(
    '%s is none',
    async path => {
      start()
      expect(await fetcher.fetch(host.url(path), usual)).toMatchObject({ code: 'DOWNLOAD_CHALLENGE' })
      expect(await fetcher.fetch(host.url('/files/a.jpg'), usual)).toMatchObject({ kind: 'fetched' })
    },
  )

  test('are told by their headers, too', async () => {
    start()
    expect(await fetcher.fetch(host.url('/status/403?cf-mitigated=challenge'), usual)).toMatchObject({
      code: 'DOWNLOAD_CHALLENGE',
      facts: { status: 403, sign: 'cf-mitigated' },
    })
    expect(await fetcher.fetch(host.url('/status/403'), usual)).toMatchObject({ code: 'DOWNLOAD_FORBIDDEN' })
  })
})

test('waiting for the bound of the line is not held against the host', async () => {
  const bandwidth = createBandwidth({ now: () => performance.now(), maxBytesPerSecond: () => 100_000 })
  // Far more is asked of the host than the line may give.
  const limits = { minRateAfterMs: 1_500, minBytesPerSecond: 1_000_000 }
  start({ bandwidth, limits })
  expect(await fetcher.fetch(host.url('/files/big.jpg'), usual)).toMatchObject({
    kind: 'fetched',
    bytes: { length: 600_000 },
  })
})

describe('connections', () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const heapBytes = async () => {
    collectGarbage()
    await setTimeout(10)
    collectGarbage()
    return process.memoryUsage().heapUsed
  }

  test('of two thousand hosts, few are kept, and nothing else either', async () => {
    start()
    const ask = async (from: number, to: number) => {
      let next = from
      const hand = async () => {
        for (let index = next++; index < to; index = next++) {
          const end = await fetcher.fetch(host.url('/files/a.jpg', `h${index}.example`), usual)
          expect(end.kind).toBe('fetched')
        }
      }
      await Promise.all(Array.from({ length: 16 }, hand))
    }
    await ask(0, 400)
    const before = await heapBytes()
    await ask(400, 2_000)
    await vi.waitFor(() => expect(host.openConnections()).toBeLessThanOrEqual(64), { timeout: 10_000 })
    expect(host.connections()).toBe(2_000)
    host.reset()
    const grownBytes = (await heapBytes()) - before
    // A connection takes about 30 kB; 1,600 of them would be 48 MB.
    expect(grownBytes).toBeLessThan(12_000_000)
  })

  test('of one host are used again and again', async () => {
    start()
    for (let index = 0; index < 50; index++) await fetcher.fetch(host.url('/files/a.jpg'), usual)
    expect(host.connections()).toBe(1)
  })
})
