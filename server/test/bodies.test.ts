/** What a request may carry: JSON of the expected form and nothing else, and never an answer of 500. */
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RunningApp, sendRaw, startApp } from './support/running-app.ts'

let server: RunningApp
let token: string
beforeAll(async () => {
  server = await startApp({ rateLimits: { nobody: 1e6, client: 1e6, owner: 1e6 } })
  token = server.pair(null).token
})
afterAll(() => server.close())
beforeEach(() => {
  server.handled.length = 0
  server.services.calls.length = 0
})

const goodBatch = () => ({
  batchId: '0123456789abcdef'.repeat(2),
  dataset: 'Birds',
  class: 'wren',
  origin: { engine: 'google', query: 'wren', pageUrl: 'https://www.google.com/search?q=wren' },
  candidates: [
    {
      sources: [{ kind: 'original', url: 'https://example.com/a.jpg', width: 640, height: 480 }],
      landingUrl: 'https://example.com/',
      title: 'A wren',
      rank: 1,
    },
  ],
})

const send = (body: unknown, type: string | undefined = 'application/json', path = '/api/collect/batches') =>
  server.ask('POST', path, {
    headers: { authorization: `Bearer ${token}`, ...(type === undefined ? {} : { 'content-type': type }) },
    body,
  })

const expectNoEffect = () => {
  expect(server.handled).toEqual([])
  expect(server.services.calls).toEqual([])
}

test('the batch that all others are made from is taken', async () => {
  const { status, body } = await send(goodBatch())
  expect([status, JSON.parse(body)]).toEqual([202, expect.objectContaining({ accepted: 1 })])
})

describe('content types', () => {
  test.each([
    'text/plain',
    'text/plain;application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json5',
    'application/jsonx',
    'application/xml',
    'text/json',
    'text/html, application/json',
    'application\t/json',
    'application/ json',
    '*/*',
    'json',
    ';application/json',
    'application',
  ])('%j: refused without effect', async type => {
    const { status, body } = await send(goodBatch(), type)
    expect([status, JSON.parse(body).code]).toEqual([415, 'PROTOCOL_MEDIA_TYPE'])
    expectNoEffect()
  })

  test('none at all: refused without effect', async () => {
    const text = JSON.stringify(goodBatch())
    const head = `POST /api/collect/batches HTTP/1.1\r\nhost: ${server.host}\r\nconnection: close`
    const { status } = await sendRaw(
      server.port,
      `${head}\r\nauthorization: Bearer ${token}\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
    )
    expect(status).toBe(415)
    expectNoEffect()
  })

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json\t',
  ])('%j is JSON', async type => expect((await send(goodBatch(), type)).status).toBe(202))
})

describe('forms', () => {
  type Change = (batch: Record<string, unknown>) => unknown
  const changes: Record<string, Change> = {
    'an unknown property': batch => ({ ...batch, isAdmin: true }),
    'an unknown property further in': batch => ({ ...batch, origin: { engine: 'google', x: 1 } }),
    'text where a list belongs': batch => ({ ...batch, candidates: 'https://example.com/a.jpg' }),
    'an object where a list belongs': batch => ({ ...batch, candidates: { 0: {} } }),
    'text where a number belongs': batch => ({
      ...batch,
      candidates: [{ sources: [{ kind: 'original', url: 'https://example.com/a.jpg', width: '640' }] }],
    }),
    'a list where text belongs': batch => ({ ...batch, class: ['wren'] }),
    'a number where text belongs': batch => ({ ...batch, class: 1 }),
    'null where text belongs': batch => ({ ...batch, class: null }),
    'an empty list': batch => ({ ...batch, candidates: [] }),
    'too many candidates': batch => ({
      ...batch,
      candidates: Array.from({ length: 501 }, () => ({
        sources: [{ kind: 'original', url: 'https://example.com/a.jpg' }],
      })),
    }),
    'an address of another kind': batch => ({
      ...batch,
      candidates: [{ sources: [{ kind: 'original', url: 'file:///etc/passwd' }] }],
    }),
    'an address that is too long': batch => ({
      ...batch,
      candidates: [{ sources: [{ kind: 'original', url: `https://example.com/${'x'.repeat(4096)}` }] }],
    }),
    'a class that is too long': batch => ({ ...batch, class: 'x'.repeat(65) }),
    'a title that is too long': batch => ({
      ...batch,
      candidates: [
        { sources: [{ kind: 'original', url: 'https://example.com/a.jpg' }], title: 'x'.repeat(513) },
      ],
    }),
    'a missing property': ({ dataset: _dataset, ...rest }) => rest,
    'a bare list': batch => [batch],
    'bare text': () => '"x"',
    'bare null': () => 'null',
    nothing: () => '',
    'half of it': batch => JSON.stringify(batch).slice(0, -10),
    'a prototype': batch => `{"__proto__":{"x":1},${JSON.stringify(batch).slice(1)}`,
    'a prototype further in': batch =>
      JSON.stringify(batch).replace('"engine"', '"__proto__":{"isAdmin":true},"engine"'),
    'a constructor': batch => `{"constructor":{"prototype":{"x":1}},${JSON.stringify(batch).slice(1)}`,
    'a great depth': () => `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    'a great depth inside': () => `{"candidates":${'[{"sources":'.repeat(20_000)}1`,
  }

  test.each(Object.entries(changes))('%s: 400 without effect', async (_name, change) => {
    const { status, body } = await send(change(goodBatch()))
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({ code: 'PROTOCOL_INVALID' })
    expectNoEffect()
  })

  test('the first thing that is wrong is named', async () => {
    const { body } = await send({ ...goodBatch(), class: 7 })
    expect(JSON.parse(body).facts).toMatchObject({ part: 'body', at: '/class', rule: 'must be string' })
    const unknown = await send({ ...goodBatch(), isAdmin: true })
    expect(JSON.parse(unknown.body).facts).toMatchObject({ at: '', property: 'isAdmin' })
  })

  test('more than 1 MiB is refused unread', async () => {
    const { status, body } = await send({ ...goodBatch(), class: 'x'.repeat(1024 * 1024) })
    expect([status, JSON.parse(body).code]).toEqual([413, 'PROTOCOL_TOO_LARGE'])
    expectNoEffect()
  })

  const owner = () => ({ authorization: `Bearer ${server.ownerToken}` })
  test.each([
    '/api/datasets/birds/images?limit=0',
    '/api/datasets/birds/images?limit=501',
    '/api/datasets/birds/images?limit=1e2',
    '/api/datasets/birds/images?limit=10&limit=20',
    '/api/datasets/birds/images?classId=-1',
    '/api/datasets/birds/images?classId=1.5',
    '/api/datasets/birds/images?cursor=%00',
    '/api/datasets/birds/images?x=1',
    '/api/datasets/birds/images?__proto__=1',
    '/api/datasets/birds/candidates?state=nonsense',
    '/api/datasets/birds/images/xyz',
    '/api/datasets/birds/images/0123456789abcdef0123/file?v=%2e',
    '/api/datasets/..%2f..%2fetc',
    '/api/datasets/BIRDS',
    '/api/overview?x=1',
  ])('GET %s: 400', async path => {
    const { status } = await server.ask('GET', path, { headers: owner() })
    expect(status).toBe(400)
    expect(server.services.calls).toEqual([])
  })

  test('what is not there is 404', async () => {
    for (const path of ['/api/datasets/fish', `/api/datasets/birds/images/${'f'.repeat(20)}`]) {
      expect((await server.ask('GET', path, { headers: owner() })).status).toBe(404)
    }
  })
})

describe('any input at all', () => {
  const anyJson = fc.jsonValue({ maxDepth: 4 })
  const path = fc.webPath({ size: 'small' })

  const text = fc.oneof(
    anyJson.map(value => JSON.stringify(value)),
    fc.string({ unit: 'binary' }),
    fc
      .record({ batchId: anyJson, class: anyJson, candidates: fc.array(anyJson) })
      .map(value => JSON.stringify(value)),
    anyJson.map(value => JSON.stringify({ ...goodBatch(), candidates: [{ sources: value }] })),
    fc.dictionary(fc.string(), anyJson).map(value => JSON.stringify({ ...goodBatch(), ...value })),
  )

  test('no body makes a route fail', async () => {
    const routes = server.routes.filter(({ method }) => method !== 'GET')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), text, async ({ method, path: at }, body) => {
        const headers = { authorization: `Bearer ${server.ownerToken}`, 'content-type': 'application/json' }
        const { status } = await server.ask(method, at, { headers, body })
        expect(status).toBeGreaterThan(0)
        expect(status).toBeLessThan(500)
      }),
      { numRuns: 400 },
    )
  })

  test('no address and no query string makes a route fail', async () => {
    const query = fc.webQueryParameters({ size: 'small' })
    const routes = server.routes.filter(({ method, url }) => method === 'GET' && url !== '/api/events')
    const target = fc.oneof(
      path,
      fc.tuple(fc.constantFrom(...routes), query).map(([route, search]) => `${route.path}?${search}`),
      fc.tuple(fc.constantFrom(...routes), path).map(([route, more]) => `${route.path}${more}`),
    )
    await fc.assert(
      fc.asyncProperty(target, async at => {
        const headers = { authorization: `Bearer ${server.ownerToken}`, accept: 'text/html' }
        const { status } = await server.ask('GET', at.startsWith('/') ? at : `/${at}`, { headers })
        expect(status).toBeGreaterThan(0)
        expect(status).toBeLessThan(500)
      }),
      { numRuns: 400 },
    )
  })

  test('no header makes a route fail', async () => {
    const name = fc.constantFrom(
      'authorization',
      'cookie',
      'x-gleaner-csrf',
      'origin',
      'sec-fetch-site',
      'if-none-match',
      'accept',
      'content-type',
    )
    const value = fc.stringMatching(/^[\x20-\x7e]{0,60}$/)
    const routes = server.routes.filter(({ url }) => url !== '/api/events')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), fc.dictionary(name, value), async (route, headers) => {
        const { status } = await server.ask(route.method, route.path, { headers })
        expect(status).toBeGreaterThan(0)
        expect(status).toBeLessThan(500)
      }),
      { numRuns: 400 },
    )
  })

  test('and nothing of it was logged as a failure', () => {
    expect(server.services.lines.filter(line => !line.includes('"level":"info"'))).toEqual([])
  })
})

describe('failures', () => {
  test('an unknown error says nothing about itself, except in the log', async () => {
    const activity = (): never => {
      throw new Error('secret detail')
    }
    const broken = await startApp({}, { ingest: { ...server.services.ingest, activity } })
    const headers = { authorization: `Bearer ${broken.ownerToken}` }
    const { status, body } = await broken.ask('GET', '/api/activity?', { headers })
    await broken.close()
    expect([status, JSON.parse(body).code]).toEqual([500, 'PROTOCOL_INTERNAL'])
    expect(body).not.toContain('secret detail')
    expect(broken.services.lines).toHaveLength(1)
    expect(JSON.parse(broken.services.lines[0] ?? '')).toMatchObject({
      code: 'PROTOCOL_INTERNAL',
      route: '/api/activity',
      reason: 'secret detail',
    })
  })
})
