/** What reaches a handler and what does not: Host, Origin, Fetch Metadata, over real sockets. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { safeHeaders } from '../src/http/plugins/headers.ts'
import {
  extensionOrigin,
  firefoxOrigin,
  type Paired,
  type RunningApp,
  sendRaw,
  startApp,
} from './support/running-app.ts'

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

describe('who sends what', () => {
  let chrome: Paired
  let firefox: Paired
  let session: { cookie: string; csrf: string }
  beforeAll(() => {
    chrome = server.pair(extensionOrigin)
    firefox = server.pair(firefoxOrigin)
    session = server.signIn()
  })
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const otherExtension = `chrome-extension://${'b'.repeat(32)}`
  const own = () => server.origin

  type Row = readonly [
    who: string,
    method: 'GET' | 'POST',
    path: string,
    headers: () => Record<string, string>,
    verdict: 'passes' | 401 | 403,
  ]
  const overview = '/api/overview'
  const vocabulary = '/api/collect/vocabulary'
  const table: readonly Row[] = [
    [
      'dashboard reads',
      'GET',
      overview,
      () => ({ cookie: session.cookie, 'sec-fetch-site': 'same-origin' }),
      'passes',
    ],
    [
      'dashboard listens',
      'GET',
      '/api/session',
      () => ({ cookie: session.cookie, 'sec-fetch-site': 'same-origin' }),
      'passes',
    ],
    [
      'dashboard writes',
      'POST',
      '/api/pairing',
      () => ({
        cookie: session.cookie,
        origin: own(),
        'sec-fetch-site': 'same-origin',
        'x-gleaner-csrf': session.csrf,
      }),
      'passes',
    ],
    [
      'dashboard writes without the CSRF value',
      'POST',
      '/api/pairing',
      () => ({ cookie: session.cookie, origin: own(), 'sec-fetch-site': 'same-origin' }),
      403,
    ],
    [
      'dashboard writes with a wrong CSRF value',
      'POST',
      '/api/pairing',
      () => ({
        cookie: session.cookie,
        origin: own(),
        'sec-fetch-site': 'same-origin',
        'x-gleaner-csrf': '0'.repeat(64),
      }),
      403,
    ],
    [
      'dashboard writes without Origin',
      'POST',
      '/api/pairing',
      () => ({ cookie: session.cookie, 'sec-fetch-site': 'same-origin', 'x-gleaner-csrf': session.csrf }),
      403,
    ],
    ['cookie without Fetch Metadata reads', 'GET', overview, () => ({ cookie: session.cookie }), 403],
    [
      'cookie without Fetch Metadata writes',
      'POST',
      '/api/pairing',
      () => ({ cookie: session.cookie, origin: own(), 'x-gleaner-csrf': session.csrf }),
      403,
    ],
    [
      'cookie, address typed by hand',
      'GET',
      overview,
      () => ({ cookie: session.cookie, 'sec-fetch-site': 'none' }),
      403,
    ],
    [
      'two session cookies',
      'GET',
      overview,
      () => ({ cookie: `${session.cookie}; ${session.cookie}`, 'sec-fetch-site': 'same-origin' }),
      401,
    ],
    [
      'cookie of another port',
      'GET',
      overview,
      () => ({ cookie: session.cookie.replace('gleaner-', 'gleaner-1'), 'sec-fetch-site': 'same-origin' }),
      401,
    ],

    [
      'our extension in Chrome',
      'POST',
      vocabulary,
      () => ({ ...bearer(chrome.token), origin: extensionOrigin, 'sec-fetch-site': 'none' }),
      'passes',
    ],
    [
      'our extension in Chrome, no Origin',
      'POST',
      vocabulary,
      () => ({ ...bearer(chrome.token), 'sec-fetch-site': 'none' }),
      'passes',
    ],
    [
      'our extension without host permission',
      'POST',
      vocabulary,
      () => ({ ...bearer(chrome.token), origin: extensionOrigin, 'sec-fetch-site': 'cross-site' }),
      'passes',
    ],
    [
      'our extension in Firefox',
      'POST',
      vocabulary,
      () => ({ ...bearer(firefox.token), origin: firefoxOrigin, 'sec-fetch-site': 'same-origin' }),
      'passes',
    ],
    [
      'our extension, token of another browser',
      'POST',
      vocabulary,
      () => ({ ...bearer(firefox.token), origin: extensionOrigin, 'sec-fetch-site': 'none' }),
      403,
    ],
    [
      'our extension, token no longer good',
      'POST',
      vocabulary,
      () => ({ ...bearer('0'.repeat(64)), origin: extensionOrigin, 'sec-fetch-site': 'none' }),
      401,
    ],
    [
      'our extension, cross-site without Origin',
      'POST',
      vocabulary,
      () => ({ ...bearer(chrome.token), 'sec-fetch-site': 'cross-site' }),
      403,
    ],

    [
      'another extension without permission',
      'POST',
      vocabulary,
      () => ({ origin: otherExtension, 'sec-fetch-site': 'cross-site' }),
      401,
    ],
    [
      'another extension with our token',
      'POST',
      vocabulary,
      () => ({ ...bearer(chrome.token), origin: otherExtension, 'sec-fetch-site': 'none' }),
      403,
    ],
    [
      'another extension with the owner token',
      'GET',
      overview,
      () => ({ ...bearer(server.ownerToken), origin: otherExtension, 'sec-fetch-site': 'none' }),
      403,
    ],
    [
      'another extension with the cookie',
      'POST',
      '/api/pairing',
      () => ({
        cookie: session.cookie,
        origin: firefoxOrigin,
        'sec-fetch-site': 'same-origin',
        'x-gleaner-csrf': session.csrf,
      }),
      403,
    ],

    [
      'page on another port reads',
      'GET',
      overview,
      () => ({ cookie: session.cookie, 'sec-fetch-site': 'same-site' }),
      403,
    ],
    [
      'page on another port writes',
      'POST',
      '/api/pairing',
      () => ({
        cookie: session.cookie,
        origin: 'http://127.0.0.1:1',
        'sec-fetch-site': 'same-site',
        'x-gleaner-csrf': session.csrf,
      }),
      403,
    ],
    [
      'page on another port posts without Origin',
      'POST',
      '/api/hello',
      () => ({ 'sec-fetch-site': 'same-site' }),
      403,
    ],
    [
      'our page by another of our names',
      'POST',
      '/api/pairing',
      () => ({
        cookie: session.cookie,
        origin: own().replace('127.0.0.1', 'localhost'),
        'sec-fetch-site': 'cross-site',
        'x-gleaner-csrf': session.csrf,
      }),
      403,
    ],

    [
      'public page, form navigation',
      'POST',
      '/api/hello',
      () => ({
        origin: 'null',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'content-type': 'text/plain',
      }),
      403,
    ],
    [
      'public page, form to the shell',
      'POST',
      '/',
      () => ({ origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }),
      403,
    ],
    [
      'public page tries to pair',
      'POST',
      '/api/pairing/claim',
      () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
      403,
    ],
    ['old browser, public page', 'POST', '/api/hello', () => ({ origin: 'https://evil.example' }), 403],
    ['old browser, null origin', 'POST', '/api/hello', () => ({ origin: 'null' }), 403],
    [
      'public page looks for us',
      'GET',
      '/health',
      () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }),
      403,
    ],
    [
      'public page takes the shell apart',
      'GET',
      '/',
      () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }),
      403,
    ],
    [
      'public page navigates to data',
      'GET',
      overview,
      () => ({ cookie: session.cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }),
      403,
    ],
    [
      'link on a public page opens the dashboard',
      'GET',
      '/',
      () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }),
      'passes',
    ],
    ['unknown kind of site', 'GET', '/health', () => ({ 'sec-fetch-site': 'nearby' }), 403],

    ['command line', 'GET', overview, () => bearer(server.ownerToken), 'passes'],
    ['command line, wrong token', 'GET', overview, () => bearer('0'.repeat(64)), 401],
    [
      'command line, wrong token beside a good cookie',
      'GET',
      overview,
      () => ({ ...bearer('0'.repeat(64)), cookie: session.cookie, 'sec-fetch-site': 'same-origin' }),
      401,
    ],
    [
      'command line, another scheme',
      'GET',
      overview,
      () => ({ authorization: `Basic ${server.ownerToken}` }),
      401,
    ],
    ['local process without a token', 'GET', overview, () => ({}), 401],
    [
      'local process, token of an extension without its Origin',
      'POST',
      vocabulary,
      () => bearer(chrome.token),
      'passes',
    ],
  ]

  test.each(table)('%s: %s %s', async (_who, method, path, headers, verdict) => {
    const answer = await server.ask(method, path, { headers: headers() })
    if (verdict === 'passes') {
      expect(answer.status).toBeLessThan(400)
      expect(server.handled).toHaveLength(1)
    } else {
      expect(answer.status).toBe(verdict)
      expectUntouched()
    }
  })

  test('two Origin lines are refused, whatever they say', async () => {
    const lines = `host: ${server.host}\r\norigin: ${server.origin}\r\norigin: ${server.origin}`
    expect((await raw('GET', '/health', lines)).status).toBe(403)
    expectUntouched()
  })

  test('two Authorization lines are refused', async () => {
    const line = `authorization: Bearer ${server.ownerToken}`
    expect((await raw('GET', overview, `host: ${server.host}\r\n${line}\r\n${line}`)).status).toBe(401)
    expectUntouched()
  })
})

describe('CORS', () => {
  const corsOf = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => /^(access-control-|vary$)/.test(name)))

  test('the paired extension alone is named, and never with credentials', async () => {
    const paired = `chrome-extension://${'c'.repeat(32)}`
    const { token } = server.pair(paired)
    const ask = (origin: string) =>
      server.ask('POST', '/api/collect/vocabulary', { headers: { authorization: `Bearer ${token}`, origin } })
    expect(corsOf(await ask(paired))).toEqual({ 'access-control-allow-origin': paired, vary: 'Origin' })
    for (const origin of [
      server.origin,
      `chrome-extension://${'d'.repeat(32)}`,
      'null',
      'https://evil.example',
    ]) {
      expect(corsOf(await ask(origin))).toEqual({})
    }
  })

  test('a preflight never runs a handler, and is answered for a paired extension only', async () => {
    const paired = `chrome-extension://${'e'.repeat(32)}`
    server.pair(paired)
    const ask = (origin: string) =>
      server.ask('OPTIONS', '/api/collect/batches', {
        headers: { origin, 'access-control-request-method': 'POST', 'sec-fetch-site': 'cross-site' },
      })
    const answer = await ask(paired)
    expect(answer.status).toBe(204)
    expect(corsOf(answer)).toEqual({
      'access-control-allow-origin': paired,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization, content-type',
      vary: 'Origin',
    })
    for (const origin of [
      'null',
      'https://evil.example',
      server.origin,
      `chrome-extension://${'f'.repeat(32)}`,
    ]) {
      const refused = await ask(origin)
      expect(refused.status).toBeGreaterThanOrEqual(401)
      expect(corsOf(refused)).toEqual({})
    }
    expectUntouched()
  })
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
      const isNamed = url.startsWith('/assets/') || url.endsWith('/file')
      expect([url, headers['cache-control'] === 'no-store']).toEqual([url, !isNamed])
    }
  })
})
