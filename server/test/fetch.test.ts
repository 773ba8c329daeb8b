/** What fetching makes of hosts that behave badly: time, size, encodings, statuses, wishes. */
import { createHash } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Fetcher, FetcherDeps } from '../src/net/fetch.ts'
import { createFetcher } from '../src/net/fetch.ts'
import type { FetchOptions } from '../src/net/fetched.ts'
import type { BadHost } from './support/bad-host.ts'
import { startBadHost } from './support/bad-host.ts'

const picture = Buffer.from(Array.from({ length: 20_000 }, (_, index) => index % 251))
let host: BadHost
let fetchers: Fetcher[]

beforeAll(async () => {
  host = await startBadHost({ files: { 'a.jpg': picture, 'ä.jpg': 'tiny' } })
})
afterAll(() => host.close())
beforeEach(() => {
  fetchers = []
  host.reset()
})
afterEach(async () => {
  await Promise.all(fetchers.map(fetcher => fetcher.close()))
  await allClosed()
})

const allClosed = () =>
  vi.waitFor(() => expect(host.openConnections(), 'open connections').toBe(0), { timeout: 10_000 })

/** Deadlines no good answer of this file comes near; tests shorten the one they are about. */
const patient = {
  connectMs: 20_000,
  headersMs: 20_000,
  idleMs: 20_000,
  totalMs: 60_000,
  minRateAfterMs: 20_000,
}

function createTestFetcher(deps: Partial<FetcherDeps> = {}): Fetcher {
  const fetcher = createFetcher({
    resolve: async () => ['127.0.0.1'],
    allowPeer: ip => ip === '127.0.0.1',
    userAgent: 'Gleaner/0.0.0 (test)',
    now: () => performance.now(),
    ...deps,
    limits: { ...patient, ...deps.limits },
  })
  fetchers.push(fetcher)
  return fetcher
}

const usual: FetchOptions = { signal: new AbortController().signal, maxBytes: 1_000_000, honourOptOut: true }
const get = (path: string, deps: Partial<FetcherDeps> = {}, options: Partial<FetchOptions> = {}) =>
  createTestFetcher(deps).fetch(host.url(path, 'photos.example'), { ...usual, ...options })

describe('a good answer', () => {
  test('gives bytes, digest and the way they came', async () => {
    const result = await get('/redirect/1/a.jpg')
    expect(result).toMatchObject({
      kind: 'fetched',
      digest: createHash('sha256').update(picture).digest('hex'),
      finalUrl: host.url('/files/a.jpg', 'photos.example'),
      contentType: 'image/jpeg',
      hops: [
        { url: host.url('/redirect/1/a.jpg', 'photos.example'), peerIp: '127.0.0.1', status: 302 },
        { url: host.url('/files/a.jpg', 'photos.example'), peerIp: '127.0.0.1', status: 200 },
      ],
    })
    expect(result.kind === 'fetched' && result.bytes.equals(picture)).toBe(true)
    expect(result.tookMs).toBeGreaterThan(0)
  })

  test.each(['/chunked/a.jpg', '/slow/30/a.jpg', '/header/a.jpg?content-encoding=identity'])(
    '%s',
    async path => {
      expect(await get(path)).toMatchObject({ kind: 'fetched', bytes: picture })
    },
  )

  test('its content type is a hint and no more', async () => {
    expect(await get('/html-as-jpeg')).toMatchObject({ kind: 'fetched', contentType: 'image/jpeg' })
    expect(await get('/header/a.jpg?content-type=text/plain')).toMatchObject({
      kind: 'fetched',
      contentType: 'text/plain',
      bytes: picture,
    })
    expect(await get('/empty')).toMatchObject({ kind: 'fetched', bytes: Buffer.alloc(0) })
  })

  test('the connection is kept for the next one, and replaced when the host has closed it', async () => {
    const fetcher = createTestFetcher()
    const url = host.url('/files/a.jpg', 'photos.example')
    for (let index = 0; index < 3; index++)
      expect(await fetcher.fetch(url, usual)).toMatchObject({ kind: 'fetched' })
    expect(host.connections()).toBe(1)
    await host.goDown()
    await host.comeBack()
    expect(await fetcher.fetch(url, usual)).toMatchObject({ kind: 'fetched' })
  })
})

test('the request is anonymous and honest', async () => {
  await get('/files/a.jpg?size=large')
  await get('/redirect/1/a.jpg')
  expect(host.requests.map(request => request.method)).toEqual(['GET', 'GET', 'GET'])
  for (const request of host.requests)
    expect(request.rawHeaders).toEqual([
      'host',
      `photos.example:${host.port}`,
      'connection',
      'keep-alive',
      'accept',
      'image/jpeg,image/png,image/webp,image/gif,image/avif,image/*;q=0.8,*/*;q=0.5',
      'accept-encoding',
      'identity',
      'user-agent',
      'Gleaner/0.0.0 (test)',
    ])
})

test('cookies are not kept', async () => {
  const fetcher = createTestFetcher()
  await fetcher.fetch(host.url('/header/a.jpg?set-cookie=seen%3D1'), usual)
  await fetcher.fetch(host.url('/files/a.jpg'), usual)
  expect(host.requests.map(request => request.headers.cookie)).toEqual([undefined, undefined])
})

describe('time', () => {
  test.each([
    ['no headers', '/no-headers', { headersMs: 60 }, 'DOWNLOAD_TIMEOUT', 'headers'],
    ['headers late', '/slow/5000/a.jpg', { headersMs: 60 }, 'DOWNLOAD_TIMEOUT', 'headers'],
    ['silence in the body', '/stall/50/a.jpg', { idleMs: 60 }, 'DOWNLOAD_TOO_SLOW', 'idle'],
    ['a drip', '/drip/5/a.jpg', { minRateAfterMs: 100 }, 'DOWNLOAD_TOO_SLOW', 'rate'],
    [
      'a drip that is fast enough',
      '/drip/5/a.jpg',
      { totalMs: 600, minBytesPerSecond: 1 },
      'DOWNLOAD_TOO_SLOW',
      'total',
    ],
    ['all of it, before the body', '/no-headers', { totalMs: 60 }, 'DOWNLOAD_TIMEOUT', 'total'],
  ] as const)('%s', async (_what, path, limits, code, deadline) => {
    // Long before the test itself is out of time: who waits for ever says so.
    const end = await Promise.race([
      get(path, { limits }),
      setTimeout(45_000, 'waits for ever', { ref: false }),
    ])
    expect(end).toMatchObject({ kind: 'failed', code, facts: { deadline } })
    await allClosed()
  })

  test('a new hop has its own time for headers', async () => {
    const slow = encodeURIComponent(host.url('/slow/600/a.jpg', 'photos.example'))
    const result = await get(`/redirect-to?afterMs=600&url=${slow}`, { limits: { headersMs: 900 } })
    expect(result).toMatchObject({ kind: 'fetched', bytes: picture })
  })

  test('looking up the next host takes nothing of it', async () => {
    const lookUpMs = [0, 900]
    const resolve = async () => {
      await setTimeout(lookUpMs.shift())
      return ['127.0.0.1']
    }
    const result = await get('/redirect/1/a.jpg', { resolve, limits: { headersMs: 600 } })
    expect(result).toMatchObject({ kind: 'fetched', bytes: picture })
    expect(lookUpMs).toEqual([])
  })

  test('a resolver that never answers', async () => {
    const resolve = () => new Promise<never>(() => undefined)
    expect(await get('/files/a.jpg', { resolve, limits: { connectMs: 60 } })).toMatchObject({
      code: 'DOWNLOAD_DNS',
      facts: { deadline: 'connect' },
    })
  })

  test('a host that accepts and never greets', async () => {
    const silent = await startSilent()
    const url = `https://photos.example:${silent.port}/`
    expect(await createTestFetcher({ limits: { connectMs: 100 } }).fetch(url, usual)).toMatchObject({
      code: 'DOWNLOAD_CONNECT',
      facts: { deadline: 'connect' },
    })
    await vi.waitFor(() => expect(silent.open()).toBe(0), { timeout: 10_000 })
    await silent.close()
  })
})

/** Accepts connections and says nothing. */
async function startSilent() {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket
      .on('error', () => undefined)
      .on('close', () => sockets.delete(socket))
      .resume()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    open: () => sockets.size,
    close: () => new Promise(resolve => server.close(resolve)),
  }
}

describe('size', () => {
  test('a length over the limit is refused before the body', async () => {
    expect(await get('/files/a.jpg', {}, { maxBytes: 19_999 })).toMatchObject({
      code: 'DOWNLOAD_TOO_LARGE',
      facts: { sizeBytes: 20_000, limitBytes: 19_999 },
    })
    expect(await get('/files/a.jpg', {}, { maxBytes: 20_000 })).toMatchObject({ kind: 'fetched' })
  })

  test.each(['/chunked/a.jpg', '/endless'])('%s is counted as it comes', async path => {
    const result = await get(path, {}, { maxBytes: 19_999 })
    expect(result).toMatchObject({ code: 'DOWNLOAD_TOO_LARGE', facts: { limitBytes: 19_999 } })
    expect(result).not.toHaveProperty('facts.sizeBytes')
  })

  test('a body without end takes no more memory than the limit', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const usedBytes = () => {
      collect()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      return heapUsed + arrayBuffers
    }
    const fetcher = createTestFetcher()
    const pour = async (times: number) => {
      for (let index = 0; index < times; index++)
        expect(await fetcher.fetch(host.url('/endless'), usual)).toMatchObject({ code: 'DOWNLOAD_TOO_LARGE' })
      await allClosed()
    }
    await pour(10)
    const before = usedBytes()
    await pour(20)
    // Collecting garbage frees buffers with a delay; what is kept would stay.
    await vi.waitFor(() => expect(usedBytes() - before).toBeLessThan(5_000_000), { timeout: 10_000 })
  })

  test.each(['/cut/50/a.jpg', '/cut/0/a.jpg', '/reset/50/a.jpg', '/lying-length/1/a.jpg', '/hang-up'])(
    '%s was cut short',
    async path => {
      expect(await get(path)).toMatchObject({ kind: 'failed', code: 'DOWNLOAD_CUT_SHORT' })
    },
  )
})

describe('encoding', () => {
  test.each([
    ['/gzip-bomb', 'gzip'],
    ['/encoding/br/a.jpg', 'br'],
    ['/encoding/deflate/a.jpg', 'deflate'],
    ['/encoding/identity, GZIP/a.jpg', 'gzip'],
    ['/encoding/aws-chunked/a.jpg', 'aws-chunked'],
    ['/encoding/gzip/a.jpg?layers=1000', 'gzip'],
  ])('%s is refused', async (path, encoding) => {
    expect(await get(path.replaceAll(' ', '%20'))).toMatchObject({
      kind: 'failed',
      code: 'DOWNLOAD_ENCODING',
      facts: { encoding },
    })
  })
})

test.each(['x-robots-tag=noai', 'content-encoding=br', 'content-length=9999999'])(
  'a body that is refused for %s is not read, and its connection closed',
  async header => {
    const fetcher = createTestFetcher()
    expect(await fetcher.fetch(host.url(`/endless?${header}`), usual)).toMatchObject({ kind: 'failed' })
    await allClosed()
  },
)

test('a location in raw UTF-8 is understood', async () => {
  const raw = encodeURIComponent(Buffer.from('/files/ä.jpg').toString('latin1'))
  expect(await get(`/redirect-to?url=${raw}`)).toMatchObject({
    kind: 'fetched',
    finalUrl: host.url('/files/%C3%A4.jpg', 'photos.example'),
  })
})

describe('what is not HTTP', () => {
  test.each(['/header-flood', '/not-http', '/bad-chunks/a.jpg'])('%s', async path => {
    expect(await get(path)).toMatchObject({ kind: 'failed', code: 'DOWNLOAD_HEADERS' })
  })
})

describe('statuses', () => {
  test.each([
    [400, 'DOWNLOAD_STATUS'],
    [401, 'DOWNLOAD_FORBIDDEN'],
    [403, 'DOWNLOAD_FORBIDDEN'],
    [404, 'DOWNLOAD_NOT_FOUND'],
    [408, 'DOWNLOAD_TIMEOUT'],
    [410, 'DOWNLOAD_NOT_FOUND'],
    [418, 'DOWNLOAD_STATUS'],
    [429, 'DOWNLOAD_RATE_LIMITED'],
    [451, 'DOWNLOAD_FORBIDDEN'],
    [500, 'DOWNLOAD_SERVER_ERROR'],
    [502, 'DOWNLOAD_SERVER_ERROR'],
    [503, 'DOWNLOAD_SERVER_ERROR'],
    [204, 'DOWNLOAD_STATUS'],
    [206, 'DOWNLOAD_STATUS'],
    [300, 'DOWNLOAD_STATUS'],
    [302, 'DOWNLOAD_STATUS'],
    [304, 'DOWNLOAD_STATUS'],
  ])('%d is %s', async (status, code) => {
    const result = await get(`/status/${status}`)
    expect(result).toMatchObject({ kind: 'failed', code, facts: { status }, hops: [{ status }] })
    expect(result).not.toHaveProperty('retryAfterMs')
  })

  test.each([
    ['/retry-after/7', 'DOWNLOAD_RATE_LIMITED', 7_000],
    ['/retry-after/7?status=503', 'DOWNLOAD_RATE_LIMITED', 7_000],
    ['/retry-after/7?status=500', 'DOWNLOAD_SERVER_ERROR', 7_000],
    ['/retry-after/99999999', 'DOWNLOAD_RATE_LIMITED', 3_600_000],
    ['/retry-after/soon', 'DOWNLOAD_RATE_LIMITED', undefined],
    ['/retry-after/soon?status=503', 'DOWNLOAD_SERVER_ERROR', undefined],
    ['/retry-after/7?status=404', 'DOWNLOAD_NOT_FOUND', undefined],
  ])('%s is %s after %s ms', async (path, code, retryAfterMs) => {
    const result = await get(path)
    expect(result).toMatchObject({ kind: 'failed', code })
    expect('retryAfterMs' in result ? result.retryAfterMs : undefined).toBe(retryAfterMs)
  })

  test('a date is read by the clock of the host', async () => {
    const path = '/status/429?date=Sun,+01+Mar+2026+12:00:00+GMT&retry-after=Sun,+01+Mar+2026+12:00:30+GMT'
    expect(await get(path, { epochNow: () => 0 })).toMatchObject({ retryAfterMs: 30_000 })
  })
})

describe('opt-outs', () => {
  test.each([
    ['/opt-out/a.jpg', 'x-robots-tag: noai'],
    ['/header/a.jpg?x-robots-tag=nofollow&x-robots-tag=NoImageAI', 'x-robots-tag: noimageai'],
    ['/header/a.jpg?tdm-reservation=1', 'tdm-reservation: 1'],
    ['/header/a.jpg?content-usage=train-ai%3Dn', 'content-usage: train-ai=n'],
  ])('%s is left where it is', async (path, directive) => {
    expect(await get(path)).toMatchObject({
      kind: 'failed',
      code: 'DOWNLOAD_OPTED_OUT',
      facts: { directive },
    })
    expect(await get(path, {}, { honourOptOut: false })).toMatchObject({ kind: 'fetched', bytes: picture })
  })

  test('a date is no agent, another agent is not us', async () => {
    const tags = 'x-robots-tag=unavailable_after:+1+Jan+2030&x-robots-tag=otherbot:+noai'
    expect(await get(`/header/a.jpg?${tags}`)).toMatchObject({ kind: 'fetched' })
  })

  test('a wish on a body that never comes is heard at once', async () => {
    expect(await get('/header/a.jpg?x-robots-tag=noai&content-length=999999')).toMatchObject({
      code: 'DOWNLOAD_OPTED_OUT',
    })
  })
})

describe('names and lines', () => {
  test('a name that does not exist', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }))
    expect(await get('/files/a.jpg', { resolve })).toMatchObject({
      code: 'DOWNLOAD_DNS',
      facts: { host: 'photos.example', reason: 'ENOTFOUND' },
    })
    expect(await get('/files/a.jpg', { resolve: async () => [] })).toMatchObject({ code: 'DOWNLOAD_DNS' })
  })

  test('a host that refuses the connection', async () => {
    await host.goDown()
    expect(await get('/files/a.jpg')).toMatchObject({
      code: 'DOWNLOAD_CONNECT',
      facts: { reason: 'ECONNREFUSED' },
      hops: [{ peerIp: null, status: null }],
    })
    await host.comeBack()
  })

  test('what is no address at all', async () => {
    expect(await createTestFetcher().fetch('not an address', usual)).toMatchObject({
      code: 'DOWNLOAD_URL_REFUSED',
      hops: [],
    })
  })
})

describe('abort', () => {
  const reason = new Error('enough')

  test('before the start', async () => {
    await expect(get('/files/a.jpg', {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(host.connections()).toBe(0)
  })

  test.each(['/no-headers', '/stall/50/a.jpg', '/endless'])('during %s closes the connection', async path => {
    const controller = new AbortController()
    const ended = get(path, {}, { signal: controller.signal, maxBytes: Number.MAX_SAFE_INTEGER })
    await vi.waitFor(() => expect(host.hits()).toBe(1), { timeout: 10_000 })
    controller.abort(reason)
    await expect(ended).rejects.toBe(reason)
    await allClosed()
  })

  test('while the name is looked up', async () => {
    const controller = new AbortController()
    const resolve = () => {
      controller.abort(reason)
      return new Promise<never>(() => undefined)
    }
    await expect(get('/files/a.jpg', { resolve }, { signal: controller.signal })).rejects.toBe(reason)
  })
})
