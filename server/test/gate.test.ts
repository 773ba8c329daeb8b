/** The first look at every request, over real sockets; and the headers of every answer. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { safeHeaders } from '../src/http/plugins/headers.ts'
import { type RunningApp, sendRaw, startApp } from './support/running-app.ts'

let server: RunningApp
beforeAll(async () => {
  server = await startApp({ rateLimits: { nobody: 1e6, client: 1e6, owner: 1e6 } })
})
afterAll(() => server.close())
beforeEach(() => {
  server.handled.length = 0
  server.services.calls.length = 0
})

/** Nothing ran and nothing was read: not even a list was looked at. */
function expectUntouched(): void {
  expect(server.handled).toEqual([])
  expect(server.services.calls).toEqual([])
}

/** Every header block that must be refused, P standing for the port. */
const foreignHosts: Record<string, string> = {
  'another name': 'host: evil.example:P',
  'another name without a port': 'host: evil.example',
  'all interfaces': 'host: 0.0.0.0:P',
  'a name that begins like ours': 'host: 127.0.0.1.evil.example:P',
  'a name that ends like ours': 'host: evil-127.0.0.1:P',
  'user information before': 'host: evil@127.0.0.1:P',
  'user information after': 'host: 127.0.0.1:P@evil.example',
  empty: 'host:',
  blank: 'host:   ',
  absent: 'x-nothing: 1',
  'ours, then another': 'host: 127.0.0.1:P\r\nhost: evil.example',
  'another, then ours': 'host: evil.example\r\nhost: 127.0.0.1:P',
  'ours twice': 'host: 127.0.0.1:P\r\nHost: 127.0.0.1:P',
  'ours in a list': 'host: 127.0.0.1:P, evil.example',
  'no port': 'host: 127.0.0.1',
  'another port': 'host: 127.0.0.1:1',
  'the default port': 'host: 127.0.0.1:80',
  'a port that begins like ours': 'host: 127.0.0.1:P0',
  'a trailing dot': 'host: localhost.:P',
  'a subdomain of localhost': 'host: evil.localhost:P',
  'another loopback address': 'host: 127.0.0.2:P',
  'the address as a number': 'host: 2130706433:P',
  'the address in short': 'host: 127.1:P',
  'IPv6 without brackets': 'host: ::1:P',
  'IPv4 in IPv6': 'host: [::ffff:127.0.0.1]:P',
  'a scheme before': 'host: http://127.0.0.1:P',
  'a path after': 'host: 127.0.0.1:P/',
  'a forwarded name': 'host: evil.example\r\nx-forwarded-host: 127.0.0.1:P',
}
const ourHosts = ['127.0.0.1:P', 'localhost:P', 'LocalHost:P', '[::1]:P']

const raw = (method: string, target: string, block: string) =>
  sendRaw(
    server.port,
    `${method} ${target} HTTP/1.1\r\n${block.replaceAll('P', String(server.port))}\r\nconnection: close\r\n\r\n`,
  )

describe('Host', () => {
  test('the table is long enough and there are routes to try it on', () => {
    expect(Object.keys(foreignHosts).length).toBeGreaterThanOrEqual(20)
    expect(server.routes.length).toBeGreaterThanOrEqual(30)
  })

  test.each(Object.entries(foreignHosts))('%s: 421 without a body on every route', async (_name, block) => {
    for (const { method, path } of server.routes) {
      const { status, body } = await raw(
        method,
        path,
        `${block}\r\nauthorization: Bearer ${server.ownerToken}`,
      )
      expect([method, path, status, body]).toEqual([method, path, 421, ''])
    }
    expectUntouched()
  })

  const elsewhere = [
    ['GET', '/nope'],
    ['GET', '/assets/nope.js'],
    ['OPTIONS', '/api/overview'],
    ['PROPFIND', '/api/overview'],
    ['HEAD', '/api/overview'],
    ['GET', '/%zz'],
    ['GET', `/api/datasets/${'x'.repeat(500)}`],
  ]
  test.each(elsewhere)('%s %s: 421 as well', async (method, path) => {
    const { status, body } = await raw(method ?? '', path ?? '', 'host: evil.example:P')
    expect([status, body]).toEqual([421, ''])
  })

  test.each([
    'connection: upgrade\r\nupgrade: websocket',
    'expect: 100-continue\r\ncontent-length: 2',
    'expect: nonsense',
  ])('421 as well with %j', async lines => {
    const answer = await raw('POST', '/api/hello', `host: evil.example:P\r\n${lines}`)
    expect([answer.status, answer.body]).toEqual([421, ''])
    expectUntouched()
  })

  test.each(['http://127.0.0.1:P/health', 'http://evil.example/health', '*', 'health'])(
    'target %s: refused',
    async target => {
      const method = target === '*' ? 'OPTIONS' : 'GET'
      const answer = await raw(method, target.replace('P', String(server.port)), 'host: 127.0.0.1:P')
      expect([400, 421]).toContain(answer.status)
      expect(answer.body).toBe('')
      expectUntouched()
    },
  )

  test.each(ourHosts)('%s: let in', async host => {
    expect((await raw('GET', '/health', `host: ${host}`)).status).toBe(204)
  })

  test('an upgrade with our Host is no way around authentication', async () => {
    const answer = await raw(
      'GET',
      '/api/events',
      'host: 127.0.0.1:P\r\nconnection: upgrade\r\nupgrade: websocket',
    )
    expect(answer.status).toBe(401)
    expectUntouched()
  })

  test.each(['NONSENSE\r\n\r\n', 'FOO / HTTP/1.1\r\nhost: 127.0.0.1:P\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n'])(
    'what is no HTTP gets an empty 400: %j',
    async text => {
      const answer = await sendRaw(server.port, text.replace('P', String(server.port)))
      expect([answer.status, answer.body]).toEqual([400, ''])
      expectUntouched()
    },
  )
})

describe('headers', () => {
  const noisy = ['server', 'x-powered-by', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'via']

  test('every answer carries the safe ones and none that names the program', async () => {
    const owner = { authorization: `Bearer ${server.ownerToken}` }
    const answers = [
      ...(await Promise.all(
        server.routes
          .filter(({ url }) => url !== '/api/events')
          .map(({ method, path }) => server.ask(method, path, { headers: owner })),
      )),
      await server.ask('GET', '/api/overview'),
      await server.ask('GET', '/nope', { headers: owner }),
      await server.ask('GET', '/%zz'),
      await server.ask('POST', '/api/hello', { headers: { 'content-type': 'text/plain' }, body: 'x' }),
      await server.ask('GET', '/', { headers: { host: 'evil.example' } }),
    ]
    for (const { headers } of answers) {
      const { 'content-security-policy': _policy, 'cache-control': _caching, ...same } = safeHeaders
      expect(headers).toMatchObject(same)
      expect(headers['content-security-policy']).toMatch(/default-src 'none'/)
      expect(Object.keys(headers).filter(name => noisy.includes(name))).toEqual([])
    }
  })

  test('the shell has the whole policy', async () => {
    const { headers, body } = await server.ask('GET', '/')
    expect(body).toContain('shell')
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; " +
        "require-trusted-types-for 'script'",
    )
    expect(headers['cache-control']).toBe('no-store')
  })

  test('only what is named by its content may be kept by a browser', async () => {
    const owner = { authorization: `Bearer ${server.ownerToken}` }
    for (const { method, path, url } of server.routes) {
      if (url === '/api/events') continue
      const { headers } = await server.ask(method, path, { headers: owner })
      const isNamed = url.startsWith('/assets/') || url.endsWith('/file') || url.endsWith('/thumbnail')
      expect([url, headers['cache-control'] === 'no-store']).toEqual([url, !isNamed])
    }
  })
})
