import { describe, expect, test } from 'vitest'
import { download } from './download.ts'
import { isPublicAddress } from './public-host.ts'

const address = new URL('https://shy.example/cat.jpg')
const open = new Set(['shy.example', 'files.shy.example'])
const isOpen = async (url: URL) => isPublicAddress(url) && open.has(url.hostname)

interface Given {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: BodyInit | ReadableStream<Uint8Array>
  /** Address after redirects. */
  readonly end?: string
}

/** A response as it comes from the network: constructed ones have no address. */
function responseOf({ status = 200, headers = {}, body = 'JPEG', end = address.href }: Given): Response {
  const response = new Response(body as BodyInit, {
    status,
    headers: { 'content-type': 'image/jpeg', ...headers },
  })
  Object.defineProperty(response, 'url', { value: end })
  return response
}

const get = (given: Given, limits: { deadlineMs?: number; sizeBytes?: number } = {}) =>
  download(address, { fetch: async () => responseOf(given), isOpen, ...limits })

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

test('asks as the page would have: with cookies, from the cache, without saying where from', async () => {
  const asked: [unknown, RequestInit | undefined][] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push([input, init])
    return responseOf({})
  }
  await download(address, { fetch, isOpen })
  expect(asked).toHaveLength(1)
  expect(asked[0]?.[0]).toBe(address.href)
  expect(asked[0]?.[1]).toMatchObject({
    credentials: 'include',
    cache: 'force-cache',
    redirect: 'follow',
    referrerPolicy: 'no-referrer',
  })
})

test('brings bytes and what the host asks of programs', async () => {
  const got = await get({ headers: { 'x-robots-tag': 'noai' } })
  expect(got).toMatchObject({ robotsTag: 'noai' })
  expect(typeof got === 'string' ? got : text(got.bytes)).toBe('JPEG')
  expect(await get({})).toMatchObject({ robotsTag: null })
})

describe('the end of redirects', () => {
  test('may be another site that was allowed', async () => {
    expect(await get({ end: 'https://files.shy.example/cat.jpg' })).toMatchObject({ robotsTag: null })
  })

  test.each([
    ['a site that was not', 'https://elsewhere.example/cat.jpg'],
    ['this machine', 'http://127.0.0.1:4817/api/overview'],
    ['this machine by name', 'http://localhost/'],
    ['a private network', 'http://192.168.1.1/'],
    ['no web address', 'file:///etc/passwd'],
    ['nowhere', ''],
  ])('is refused where it is %s', async (_, end) => {
    for (const host of ['127.0.0.1', 'localhost', '192.168.1.1']) open.add(host)
    expect(await get({ end })).toBe('BROWSER_FETCH_REFUSED')
    for (const host of ['127.0.0.1', 'localhost', '192.168.1.1']) open.delete(host)
  })
})

test.each([
  [401, 'BROWSER_FETCH_REFUSED'],
  [403, 'BROWSER_FETCH_REFUSED'],
  [404, 'BROWSER_FETCH_REFUSED'],
  [500, 'BROWSER_FETCH_FAILED'],
  [503, 'BROWSER_FETCH_FAILED'],
])('status %i is %s', async (status, code) => {
  expect(await get({ status })).toBe(code)
})

test.each(['text/html', 'text/html; charset=utf-8', 'application/xhtml+xml'])(
  'a page in place of a picture stays here: %s',
  async type => {
    expect(await get({ headers: { 'content-type': type } })).toBe('BROWSER_FETCH_REFUSED')
  },
)

test('a request that fails has failed', async () => {
  const fetch = () => Promise.reject(new TypeError('Failed to fetch'))
  expect(await download(address, { fetch, isOpen })).toBe('BROWSER_FETCH_FAILED')
})

describe('size', () => {
  /** Endless, and knows whether anybody still reads it. */
  const endless = () => {
    const state = { pulled: 0, isCancelled: false }
    const body = new ReadableStream<Uint8Array>({
      pull: controller => {
        state.pulled += 1
        controller.enqueue(new Uint8Array(1000))
      },
      cancel: () => {
        state.isCancelled = true
      },
    })
    return { state, body }
  }

  test('is bounded while it comes, whatever the host said of it', async () => {
    const { state, body } = endless()
    expect(await get({ body, headers: { 'content-length': '10' } }, { sizeBytes: 5_000 })).toBe(
      'BROWSER_FETCH_TOO_LARGE',
    )
    expect(state.isCancelled).toBe(true)
    expect(state.pulled).toBeLessThan(10)
  })

  test('that the host admits is not even begun with', async () => {
    const { state, body } = endless()
    expect(await get({ body, headers: { 'content-length': '5001' } }, { sizeBytes: 5_000 })).toBe(
      'BROWSER_FETCH_TOO_LARGE',
    )
    expect(state.pulled).toBeLessThan(2)
  })

  test('up to the bound is taken', async () => {
    const got = await get({ body: 'x'.repeat(5_000) }, { sizeBytes: 5_000 })
    expect(typeof got === 'string' ? got : got.bytes.byteLength).toBe(5_000)
  })
})

describe('time', () => {
  test('is bounded before the first byte', async () => {
    const fetch: typeof globalThis.fetch = (_, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    expect(await download(address, { fetch, isOpen, deadlineMs: 5 })).toBe('BROWSER_FETCH_FAILED')
  })

  test('is bounded to the last byte', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: controller => controller.enqueue(new Uint8Array(10)),
    })
    expect(await get({ body }, { deadlineMs: 5 })).toBe('BROWSER_FETCH_FAILED')
  })
})
