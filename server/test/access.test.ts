/** Who may do what: every registered route against every kind of credential. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pairingLifeMs } from '../src/access/pairing.ts'
import { extensionOrigin, type RunningApp, startApp } from './support/running-app.ts'

let server: RunningApp
beforeAll(async () => {
  server = await startApp({ rateLimits: { nobody: 1e6, client: 1e6, owner: 1e6 } })
})
afterAll(() => server.close())
beforeEach(() => {
  server.handled.length = 0
  server.services.calls.length = 0
})

const json = { 'content-type': 'application/json' }
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('routes', () => {
  const named = (access: string) =>
    server.routes.filter(route => route.access === access).map(({ method, url }) => `${method} ${url}`)

  test('these and no others are public', () => {
    expect(named('public').sort()).toEqual([
      'GET /',
      'GET /:file(^[a-z0-9-]+\\.(?:svg|png|ico|webmanifest)$)',
      'GET /assets/*',
      'GET /health',
      'POST /api/hello',
      'POST /api/pairing/claim',
      'POST /api/session',
    ])
  })

  test('these and no others are open to a paired extension', () => {
    expect(named('collect').sort()).toEqual([
      'POST /api/collect/batches',
      'POST /api/collect/lookup',
      'POST /api/collect/progress',
      'POST /api/collect/vocabulary',
    ])
  })

  test('every other one is the owner’s, and says so', () => {
    const rest = server.routes.filter(({ access }) => access !== 'public' && access !== 'collect')
    expect(rest.length).toBeGreaterThanOrEqual(24)
    expect(rest.filter(({ access }) => access !== 'owner')).toEqual([])
  })

  test('every route has closed schemas for all it reads, and one for what it answers', () => {
    const isClosed = (schema: unknown): boolean => {
      const { type, additionalProperties, anyOf } = schema as Record<string, unknown>
      if (Array.isArray(anyOf)) return anyOf.every(isClosed)
      return type === 'null' || (type === 'object' && additionalProperties === false)
    }
    for (const { method, url, schema, isShell } of server.routes) {
      if (isShell) continue
      const parts = ['querystring']
      if (url.includes(':')) parts.push('params')
      if (method !== 'GET') parts.push('body')
      for (const part of parts)
        expect([method, url, part, isClosed(schema[part])]).toEqual([method, url, part, true])
      expect(Object.keys(schema.response as object)).toEqual(expect.arrayContaining(['4xx', '5xx']))
      expect(Object.keys(schema.response as object).some(status => status.startsWith('2'))).toBe(true)
    }
  })

  const spellings: Record<string, (path: string) => string> = {
    plain: path => path,
    'a double slash before': path => `/${path}`,
    'double slashes inside': path => path.replaceAll('/', '//'),
    'upper case': path => path.toUpperCase(),
    'a mixed-case prefix': path => path.replace('/api', '/Api'),
    'encoded slashes': path => `/${path.slice(1).replaceAll('/', '%2f')}`,
    'an encoded letter': path => path.replace('/api', '/%61pi'),
    'an encoded slash before': path => `/%2f${path.slice(1)}`,
    'a trailing slash': path => `${path}/`,
    'dots before': path => `/.${path}`,
    'parent folders before': path => `/x/..${path}`,
    'an encoded parent folder': path => `/x/%2e%2e${path}`,
    'a backslash': path => path.replaceAll('/', '\\').replace('\\', '/'),
    'a semicolon': path => `${path};x=1`,
    'an encoded end': path => `${path}%00`,
  }
  const accept = { accept: 'text/html' }

  test.each(Object.entries(spellings))('without a credential, %s: 401', async (_name, spell) => {
    for (const { method, path, access } of server.routes) {
      if (access === 'public') continue
      const answer = await server.ask(method, spell(path), { headers: accept })
      expect([method, spell(path), answer.status]).toEqual([method, spell(path), 401])
    }
    expect(server.handled).toEqual([])
    expect(server.services.calls).toEqual([])
  })

  test.each(['HEAD', 'OPTIONS', 'PUT', 'PROPFIND', 'TRACE'])('%s without a credential: 401', async method => {
    for (const { path, access } of server.routes) {
      if (access === 'public') continue
      expect([path, (await server.ask(method, path, { headers: accept })).status]).toEqual([path, 401])
    }
    expect(server.handled).toEqual([])
  })

  test('pages the dashboard routes itself get the shell, everything else does not', async () => {
    const page = await server.ask('GET', '/datasets/birds/gallery', { headers: accept })
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('shell')])
    for (const path of [
      '/datasets/../api/x',
      '/assets/nope.js',
      '/api',
      '/api/nope',
      '/API/x',
      '/.git/config',
    ]) {
      const answer = await server.ask('GET', path, { headers: accept })
      expect([path, answer.status >= 400, answer.body.includes('shell')]).toEqual([path, true, false])
    }
    expect((await server.ask('GET', '/datasets/birds')).status).toBe(401)
  })

  test('by another of our names, the page is at the one address', async () => {
    const answer = await server.ask('GET', '/datasets/birds?x=1', {
      headers: { ...accept, host: `localhost:${server.port}` },
    })
    expect([answer.status, answer.headers.location]).toEqual([307, `${server.origin}/datasets/birds?x=1`])
  })

  test.each([
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/assets/..%2findex.html',
    '/assets/%2e%2e%2f%2e%2e%2f.gleaner%2fcli-token',
  ])('%s leads nowhere', async path => {
    const { body } = await server.ask('GET', path)
    expect(body).not.toContain('shell')
    expect(body).not.toContain(server.ownerToken)
  })
})

describe('scopes', () => {
  test('a paired extension reaches its four routes and not one of the owner’s', async () => {
    const { token } = server.pair(extensionOrigin)
    for (const { method, path, access } of server.routes) {
      const { status } = await server.ask(method, path, {
        headers: { ...bearer(token), ...json },
        body: '{}',
      })
      if (access === 'owner') expect([method, path, status]).toEqual([method, path, 403])
      else
        expect([method, path, status >= 401 && status <= 403 && access === 'collect']).toEqual([
          method,
          path,
          false,
        ])
    }
  })

  test('a paired extension learns nothing about addresses that do not exist', async () => {
    const { token } = server.pair(extensionOrigin)
    expect((await server.ask('GET', '/nope', { headers: bearer(token) })).status).toBe(403)
  })

  test('the owner’s token reaches every route', async () => {
    for (const { method, path, access, url } of server.routes) {
      if (access === 'public' || url === '/api/events') continue
      const { status } = await server.ask(method, path, {
        headers: { ...bearer(server.ownerToken), ...json },
      })
      const isNotForTokens = method === 'GET' && url === '/api/session'
      expect([method, path, status === 401 || status === 403]).toEqual([method, path, isNotForTokens])
    }
  })

  test('a revoked token is refused from the next request on', async () => {
    const { clientId, token } = server.pair(null)
    const ask = () => server.ask('POST', '/api/collect/vocabulary', { headers: bearer(token) })
    expect((await ask()).status).toBe(200)
    const path = `/api/clients/${clientId}`
    expect((await server.ask('DELETE', path, { headers: bearer(server.ownerToken) })).status).toBe(204)
    expect((await ask()).status).toBe(401)
    const { body } = await server.ask('GET', '/api/clients', { headers: bearer(server.ownerToken) })
    expect(body).not.toContain(clientId)
  })
})

describe('pairing', () => {
  const owner = () => bearer(server.ownerToken)
  const open = async () => {
    const { body } = await server.ask('POST', '/api/pairing', { headers: owner() })
    return JSON.parse(body) as { code: string; expiresInMs: number }
  }
  const claim = async (code: string, origin: string | undefined = extensionOrigin, protocol = 1) => {
    const headers = { ...json, ...(origin === '' ? {} : { origin }), 'sec-fetch-site': 'none' }
    const answer = await server.ask('POST', '/api/pairing/claim', {
      headers,
      body: { protocol, code, clientName: 'Browser' },
    })
    return { status: answer.status, body: JSON.parse(answer.body) as Record<string, string> }
  }

  test('a code gives a token that works, bound to the origin', async () => {
    const { code, expiresInMs } = await open()
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(expiresInMs).toBe(120_000)
    const { status, body } = await claim(code.toLowerCase().replace('-', ' '))
    expect(status).toBe(200)
    const ask = (origin: string) =>
      server.ask('POST', '/api/collect/vocabulary', { headers: { ...bearer(body.token ?? ''), origin } })
    expect((await ask(extensionOrigin)).status).toBe(200)
    expect((await ask(`chrome-extension://${'b'.repeat(32)}`)).status).toBe(403)
  })

  test('a code works once', async () => {
    const { code } = await open()
    expect((await claim(code)).status).toBe(200)
    expect((await claim(code)).body.code).toBe('PAIRING_CLOSED')
  })

  test('of two claims at the same time one wins', async () => {
    const { code } = await open()
    const claims = await Promise.all([claim(code), claim(code), claim(code)])
    expect(claims.map(({ status }) => status).sort()).toEqual([200, 403, 403])
  })

  test('a code runs out, whatever the wall clock says', async () => {
    const { code } = await open()
    server.services.clock.nowMs -= 24 * 60 * 60_000
    server.services.clock.monotonicMs += pairingLifeMs
    expect((await claim(code)).body.code).toBe('PAIRING_CLOSED')
  })

  test('five wrong tries void the code', async () => {
    const { code } = await open()
    for (let index = 0; index < 5; index++)
      expect((await claim('0000-0000')).body.code).toBe('PAIRING_CODE_WRONG')
    expect((await claim(code)).body.code).toBe('PAIRING_CLOSED')
  })

  test('tries of pages are not even counted', async () => {
    const { code } = await open()
    for (let index = 0; index < 10; index++) {
      for (const origin of ['https://evil.example', server.origin, 'null']) {
        expect((await claim('0000-0000', origin)).status).toBe(403)
      }
    }
    expect((await claim(code, 'https://evil.example')).status).toBe(403)
    expect((await claim(code)).status).toBe(200)
  })

  test('a new code voids the one before; closing voids it too', async () => {
    const first = await open()
    const second = await open()
    expect((await claim(first.code)).body.code).toBe('PAIRING_CODE_WRONG')
    await server.ask('DELETE', '/api/pairing', { headers: owner() })
    expect((await claim(second.code)).body.code).toBe('PAIRING_CLOSED')
  })

  test('another version is told so and uses up nothing', async () => {
    const { code } = await open()
    expect((await claim(code, extensionOrigin, 2)).body.code).toBe('PROTOCOL_VERSION')
    expect((await claim(code)).status).toBe(200)
  })

  test('nobody without a credential can raise anything in the dashboard', async () => {
    await server.ask('DELETE', '/api/pairing', { headers: owner() })
    let events = 0
    const stop = server.services.listeners.size
    for (let index = 0; index < 100; index++) {
      const { status } = await claim('0000-0000')
      if (status !== 403) events++
    }
    expect([events, server.services.listeners.size]).toEqual([0, stop])
    expect((await server.ask('POST', '/api/pairing')).status).toBe(401)
  })
})

describe('greeting', () => {
  const nonce = '5a'.repeat(32)
  const hello = async (clientId?: string) => {
    const answer = await server.ask('POST', '/api/hello', {
      headers: { ...json, origin: extensionOrigin, 'sec-fetch-site': 'none' },
      body: { protocol: 1, nonce, ...(clientId ? { clientId } : {}) },
    })
    return JSON.parse(answer.body) as { proof: string | null; protocol: number }
  }

  test('proves itself to whom it is paired with, and to nobody else', async () => {
    const { createHmac } = await import('node:crypto')
    const { clientId, serverKey } = server.pair(extensionOrigin)
    const expected = createHmac('sha256', Buffer.from(serverKey, 'hex')).update(Buffer.from(nonce, 'hex'))
    expect(await hello(clientId)).toEqual({ protocol: 1, proof: expected.digest('hex') })
    expect(await hello()).toEqual({ protocol: 1, proof: null })
    expect(await hello('0'.repeat(32))).toEqual({ protocol: 1, proof: null })
    await server.ask('DELETE', `/api/clients/${clientId}`, { headers: bearer(server.ownerToken) })
    expect((await hello(clientId)).proof).toBeNull()
  })
})

describe('session', () => {
  const exchange = (code: string) =>
    server.ask('POST', '/api/session', {
      headers: { ...json, origin: server.origin, 'sec-fetch-site': 'same-origin' },
      body: { code },
    })
  const link = async () => {
    const { body } = await server.ask('POST', '/api/session/link', { headers: bearer(server.ownerToken) })
    return (JSON.parse(body) as { code: string }).code
  }

  test('a link becomes a cookie, once', async () => {
    const code = await link()
    const answer = await exchange(code)
    const cookie = answer.headers['set-cookie'] ?? ''
    expect(cookie).toMatch(
      new RegExp(`^gleaner-${server.port}=[0-9a-f]{64}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$`),
    )
    const { csrf } = JSON.parse(answer.body) as { csrf: string }
    const session = { cookie: cookie.split(';')[0] ?? '', 'sec-fetch-site': 'same-origin' }
    const again = await server.ask('GET', '/api/session', { headers: session })
    expect(JSON.parse(again.body)).toEqual({ csrf })
    const write = { ...session, origin: server.origin, 'x-gleaner-csrf': csrf }
    expect((await server.ask('POST', '/api/pairing', { headers: write })).status).toBe(200)
    expect((await exchange(code)).status).toBe(401)
  })

  test('a guessed or outdated code opens nothing', async () => {
    expect((await exchange('0'.repeat(64))).status).toBe(401)
    const code = await link()
    server.services.clock.monotonicMs += 60 * 60_000
    expect((await exchange(code)).status).toBe(401)
  })

  test('a session ends after a month', async () => {
    const { cookie } = server.signIn()
    const ask = () =>
      server.ask('GET', '/api/session', { headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    expect((await ask()).status).toBe(200)
    server.services.clock.nowMs += 30 * 24 * 60 * 60_000
    expect((await ask()).status).toBe(401)
  })
})

describe('limits', () => {
  test('every credential has a budget of its own', async () => {
    const small = await startApp({ rateLimits: { nobody: 2, client: 3, owner: 4 } })
    const [first, second] = [small.pair(null), small.pair(null)]
    const ask = async (token: string) => {
      const answer = await small.ask('POST', '/api/collect/vocabulary', { headers: bearer(token) })
      return [answer.status, answer.headers['retry-after'] !== undefined]
    }
    for (let index = 0; index < 3; index++) expect(await ask(first.token)).toEqual([200, false])
    expect(await ask(first.token)).toEqual([429, true])
    expect(await ask(second.token)).toEqual([200, false])
    expect(await ask(small.ownerToken)).toEqual([200, false])
    await small.close()
  })

  test('a full disk refuses intake, whole and with a time to come back', async () => {
    const { token } = server.pair(null)
    const batch = {
      batchId: '0'.repeat(32),
      dataset: 'Birds',
      class: 'wren',
      origin: { engine: 'google' },
      candidates: [{ sources: [{ kind: 'original', url: 'https://example.com/a.jpg' }] }],
    }
    const send = () =>
      server.ask('POST', '/api/collect/batches', { headers: { ...bearer(token), ...json }, body: batch })
    server.services.setActivity({ reason: 'disk-full' })
    const refused = await send()
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '30'])
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'PROTOCOL_BUSY', facts: { reason: 'disk-full' } })
    expect(server.services.calls).not.toContain('home.accept')
    server.services.setActivity({ reason: 'working' })
    expect((await send()).status).toBe(202)
  })
})

describe('secrets at rest', () => {
  test('no token, cookie or code is in the log, the database or an address', async () => {
    const { token } = server.pair(extensionOrigin)
    const session = server.signIn()
    const link = server.services.access.sessions.issueLink()
    const { code } = server.services.access.pairing.open()
    const headers = { ...json, ...bearer(token) }
    await server.ask('POST', '/api/collect/progress', { headers, body: { batchIds: [token] } })
    await server.ask('GET', `/nope?token=${token}`, { headers: bearer(token) })
    const cookie = session.cookie.split('=')[1] ?? ''
    const folder = join(server.services.folder, '.gleaner')
    const files = readdirSync(folder).filter(name => name !== 'cli-token')
    const kept = files.map(name => readFileSync(join(folder, name), 'latin1')).join('\n')
    const written = kept + server.services.lines.join('\n')
    expect(kept.length).toBeGreaterThan(4096)
    for (const secret of [token, cookie, session.csrf, link, code, server.ownerToken]) {
      expect(secret.length).toBeGreaterThanOrEqual(9)
      expect(written.includes(secret)).toBe(false)
      expect(written.includes(Buffer.from(secret, 'hex').toString('latin1')) && secret.length === 64).toBe(
        false,
      )
    }
    for (const name of [...files, 'cli-token']) {
      expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0])
    }
  })
})
