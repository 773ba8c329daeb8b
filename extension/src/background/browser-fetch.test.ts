import type { BrowserFetch, BrowserFetches, BrowserFetchesQuery } from '@gleaner/shared/collect'
import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import { describe, expect, test } from 'vitest'
import type { RefusingHost } from '../platform/message-table.ts'
import { createBrowserFetching } from './browser-fetch.ts'

const wantedOf = (candidateId: number, url: string): BrowserFetch => ({
  datasetId: 'animals',
  candidateId,
  position: 0,
  url,
  code: 'DOWNLOAD_FORBIDDEN',
})

/** A server that wants pictures, a browser with grants, and hosts that answer. */
function setUp({
  wants = [] as readonly BrowserFetch[],
  granted = ['https://shy.example/*'],
  collected = undefined as readonly string[] | undefined,
  robotsTag = undefined as string | undefined,
} = {}) {
  const state = {
    wants: [...wants],
    granted: new Set(granted),
    asked: [] as BrowserFetchesQuery[],
    fetched: [] as string[],
    handed: [] as { path: string; body: unknown; headers: Readonly<Record<string, string>> }[],
    refusing: [] as readonly RefusingHost[],
    pausesMs: [] as number[],
    answer: undefined as ErrorCode | undefined,
    status: 200,
    inFlight: 0,
    mostInFlight: 0,
  }
  /** What the server is told ends what it wanted, as the real one does. */
  const settle = (path: string, body: unknown) => {
    const { searchParams } = new URL(path, 'http://x')
    const id = Number(searchParams.get('candidateId') ?? (body as { candidateId: number }).candidateId)
    state.wants = state.wants.filter(({ candidateId }) => candidateId !== id)
  }
  const ask = async (query: BrowserFetchesQuery): Promise<BrowserFetches> => {
    state.asked.push(query)
    const hosts = Map.groupBy(state.wants, ({ url }) => new URL(url).origin)
    const waiting = [...hosts].map(([origin, of]) => {
      const { hostname: host, protocol } = new URL(origin)
      return {
        host,
        scheme: protocol === 'http:' ? ('http' as const) : ('https' as const),
        pictures: of.length,
      }
    })
    const fetches = state.wants.filter(({ url }) => query.hosts?.includes(new URL(url).hostname) ?? true)
    return { fetches: fetches.slice(0, 100), waiting }
  }
  const fetching = createBrowserFetching({
    ask,
    hand: async (path, body, headers = {}) => {
      if (state.answer && path.includes('/bytes')) throw new AppError(state.answer)
      state.handed.push({ path, body, headers })
      settle(path, body)
    },
    fetch: async input => {
      state.fetched.push(String(input))
      state.inFlight += 1
      state.mostInFlight = Math.max(state.mostInFlight, state.inFlight)
      await new Promise(resolve => setImmediate(resolve))
      state.inFlight -= 1
      const headers = { 'content-type': 'image/jpeg', ...(robotsTag && { 'x-robots-tag': robotsTag }) }
      const response = new Response('JPEG', { status: state.status, headers })
      Object.defineProperty(response, 'url', { value: String(input) })
      return response
    },
    isGranted: async origins => origins.every(origin => state.granted.has(origin)),
    collected: async urls => new Set(urls.filter(url => collected?.includes(url) ?? true)),
    remember: async hosts => {
      state.refusing = hosts
    },
    wait: async pauseMs => {
      state.pausesMs.push(pauseMs)
    },
  })
  return { state, fetching }
}

const cat = wantedOf(1, 'https://shy.example/cat.jpg')
const codeOf = (body: unknown) => (body as { code: string }).code

describe('a picture of a site that was allowed', () => {
  test('is fetched and its bytes are handed to the server', async () => {
    const { state, fetching } = setUp({ wants: [cat], robotsTag: 'noai' })
    expect(await fetching.run()).toBe(true)
    expect(state.fetched).toEqual([cat.url])
    expect(state.handed).toMatchObject([
      {
        path: '/api/collect/browser-fetches/bytes?datasetId=animals&candidateId=1&position=0',
        headers: { 'x-gleaner-robots-tag': 'noai' },
      },
    ])
    expect(new TextDecoder().decode(state.handed[0]?.body as Uint8Array)).toBe('JPEG')
    expect(state.refusing).toEqual([])
  })

  test('that cannot be had is given up with its reason', async () => {
    const { state, fetching } = setUp({ wants: [cat] })
    state.status = 403
    await fetching.run()
    expect(state.handed).toEqual([
      {
        path: '/api/collect/browser-fetches/refused',
        body: { datasetId: 'animals', candidateId: 1, position: 0, code: 'BROWSER_FETCH_REFUSED' },
        headers: {},
      },
    ])
  })
})

describe('nothing is fetched', () => {
  test('of a site that was not allowed; it is listed instead', async () => {
    const wants = [
      cat,
      wantedOf(2, 'https://closed.example/1.jpg'),
      wantedOf(3, 'http://closed.example/2.jpg'),
    ]
    const { state, fetching } = setUp({ wants })
    await fetching.run()
    expect(state.fetched).toEqual([cat.url])
    expect(state.asked[1]).toEqual({ hosts: ['shy.example'], withoutHosts: ['closed.example'] })
    expect(state.refusing).toEqual([
      {
        host: 'closed.example',
        origins: ['https://closed.example/*', 'http://closed.example/*'],
        pictures: 2,
      },
    ])
    state.granted.add('https://closed.example/*')
    await fetching.run()
    expect(state.fetched).toEqual([cat.url, 'https://closed.example/1.jpg'])
    expect(state.refusing).toMatchObject([{ origins: ['http://closed.example/*'], pictures: 1 }])
  })

  test('whose site is revoked while others are fetched; it is not given up either', async () => {
    const wants = [cat, wantedOf(2, 'http://shy.example/2.jpg')]
    const { state, fetching } = setUp({ wants })
    await fetching.run()
    expect(state.fetched).toEqual([cat.url])
    expect(state.handed).toHaveLength(1)
  })

  test('that this extension did not collect', async () => {
    const { state, fetching } = setUp({ wants: [cat], collected: [] })
    await fetching.run()
    expect(state.fetched).toEqual([])
    expect(state.handed.map(({ body }) => codeOf(body))).toEqual(['BROWSER_FETCH_FAILED'])
  })

  test.each([
    ['this machine', 'http://127.0.0.1:4817/api/overview', 'http://127.0.0.1/*'],
    ['this machine by name', 'http://localhost/1.jpg', 'http://localhost/*'],
    ['a private network', 'http://10.0.0.1/1.jpg', 'http://10.0.0.1/*'],
    ['an address with credentials', 'https://me:secret@shy.example/1.jpg', 'https://shy.example/*'],
  ])('of %s, whatever is allowed', async (_, url, origin) => {
    const { state, fetching } = setUp({ wants: [wantedOf(1, url)], granted: [origin] })
    await fetching.run()
    expect(state.fetched).toEqual([])
    expect(state.handed.map(({ body }) => codeOf(body))).toEqual(['BROWSER_FETCH_FAILED'])
  })

  test('while the server is not there', async () => {
    const { fetching } = setUp()
    const away = createBrowserFetching({
      ask: () => Promise.reject(new AppError('SERVER_NOT_PAIRED')),
      hand: async () => undefined,
      fetch: () => Promise.reject(new Error('fetched')),
      isGranted: async () => true,
      collected: async urls => new Set(urls),
      remember: async () => undefined,
      wait: async () => undefined,
    })
    expect(await away.run()).toBe(false)
    expect(await fetching.run()).toBe(false)
  })
})

describe('hosts are spared:', () => {
  const many = Array.from({ length: 12 }, (_, index) => wantedOf(index, `https://shy.example/${index}.jpg`))

  test('two at a time, and a pause after each', async () => {
    const { state, fetching } = setUp({ wants: many })
    await fetching.run()
    expect(state.fetched).toHaveLength(12)
    expect(state.mostInFlight).toBe(2)
    expect(state.pausesMs).toHaveLength(12)
    expect(Math.min(...state.pausesMs)).toBeGreaterThanOrEqual(500)
  })

  test('asked for again while it runs, nothing is fetched twice', async () => {
    const { state, fetching } = setUp({ wants: many })
    await Promise.all([fetching.run(), fetching.run()])
    expect(new Set(state.fetched).size).toBe(state.fetched.length)
  })

  test('no more at once than the server takes', async () => {
    const hosts = Array.from({ length: 6 }, (_, index) => `https://shy${index}.example`)
    const wants = hosts.flatMap((host, index) =>
      [0, 1, 2].map(n => wantedOf(index * 3 + n, `${host}/${n}.jpg`)),
    )
    const { state, fetching } = setUp({ wants, granted: hosts.map(host => `${host}/*`) })
    await fetching.run()
    expect(state.fetched).toHaveLength(18)
    expect(state.mostInFlight).toBeLessThanOrEqual(4)
  })
})

describe('what the server says to the bytes', () => {
  test.each(['BROWSER_FETCH_NOT_ASKED', 'BROWSER_FETCH_TOO_LARGE'] as const)(
    '%s: the matter is closed',
    async code => {
      const { state, fetching } = setUp({ wants: [cat] })
      state.answer = code
      await fetching.run()
      expect(state.handed).toEqual([])
    },
  )

  test('PROTOCOL_INVALID: they are given up, for they would not be taken the next time', async () => {
    const { state, fetching } = setUp({ wants: [cat] })
    state.answer = 'PROTOCOL_INVALID'
    await fetching.run()
    expect(state.handed.map(({ body }) => codeOf(body))).toEqual(['BROWSER_FETCH_FAILED'])
  })

  test.each(['PROTOCOL_BUSY', 'SERVER_NOT_RUNNING'] as const)('%s: later, all of it', async code => {
    const wants = [cat, wantedOf(2, 'https://shy.example/2.jpg'), wantedOf(3, 'https://shy.example/3.jpg')]
    const { state, fetching } = setUp({ wants })
    state.answer = code
    expect(await fetching.run()).toBe(false)
    expect(state.handed).toEqual([])
    state.answer = undefined
    await fetching.run()
    expect(state.handed).toHaveLength(3)
  })

  test('a server that wants the same for ever is not obeyed for ever', async () => {
    const { state, fetching } = setUp({ wants: [cat] })
    state.answer = 'BROWSER_FETCH_NOT_ASKED'
    await fetching.run()
    expect(state.fetched).toEqual([cat.url])
  })
})
