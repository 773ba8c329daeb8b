/** Who may do what: every registered route against every kind of credential. */
import { AppError } from '@gleaner/shared/errors'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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
      'POST /api/collect/browser-fetches',
      'POST /api/collect/browser-fetches/bytes',
      'POST /api/collect/browser-fetches/refused',
      'POST /api/collect/lookup',
      'POST /api/collect/progress',
      'POST /api/collect/undo',
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
    // The only bodies that are no JSON: files, read by the routes themselves up to a bound.
    const takeFiles = ['/api/collect/browser-fetches/bytes', '/api/imports/uploads']
    for (const { method, url, schema, isShell } of server.routes) {
      if (isShell) continue
      const parts = ['querystring']
      if (url.includes(':')) parts.push('params')
      if (method !== 'GET' && !takeFiles.includes(url)) parts.push('body')
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

  test('the cookie of a session alone, however its request is dressed up, opens files of pictures only', async () => {
    const { cookie, csrf } = server.signIn()
    const dressed = { cookie, 'sec-fetch-site': 'same-origin', origin: server.origin, ...json }
    for (const { method, path, access, url } of server.routes) {
      if (access === 'public') continue
      const isPictureFile = method === 'GET' && /\/(?:file|original|thumbnail)$/.test(url)
      const alone = await server.ask(method, path, { headers: dressed })
      expect([method, path, alone.status === 401]).toEqual([method, path, !isPictureFile])
      if (url === '/api/events') continue
      const both = await server.ask(method, path, { headers: { ...dressed, 'x-gleaner-csrf': csrf } })
      expect([method, path, both.status === 401 || both.status === 403]).toEqual([method, path, false])
    }
    expect((await server.ask('GET', '/api/nope', { headers: dressed })).status).toBe(401)
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

  test('a disk that fails while a batch is taken in concerns the whole server', async () => {
    const errors: unknown[] = []
    const { services } = server
    const ingest = { ...services.ingest, trouble: (error: unknown) => void errors.push(error) }
    const home = {
      ...services.home,
      accept: () => {
        throw new AppError('STORE_IO', { found: 'SQLITE_IOERR_FSYNC' })
      },
    }
    const failing = await startApp({}, { ingest, home })
    const batch = {
      batchId: '0'.repeat(32),
      dataset: 'Birds',
      class: 'wren',
      origin: { engine: 'google' },
      candidates: [{ sources: [{ kind: 'original', url: 'https://example.com/a.jpg' }] }],
    }
    const headers = { ...bearer(failing.ownerToken), ...json }
    const { status } = await failing.ask('POST', '/api/import', { headers, body: batch })
    await failing.close()
    expect(status).toBe(500)
    expect(errors).toMatchObject([{ code: 'STORE_IO', facts: { found: 'SQLITE_IOERR_FSYNC' } }])
  })

  test.each(['/api/collect/batches', '/api/import'])(
    '%s is refused whole below the floor of intake',
    async path => {
      const token = path === '/api/import' ? server.ownerToken : server.pair(null).token
      const { services } = server
      const batch = {
        batchId: '0'.repeat(32),
        dataset: 'Birds',
        class: 'wren',
        origin: { engine: 'google' },
        candidates: [{ sources: [{ kind: 'original', url: 'https://example.com/a.jpg' }] }],
      }
      const send = () => server.ask('POST', path, { headers: { ...bearer(token), ...json }, body: batch })
      const countTaken = () => services.calls.filter(call => call === 'home.accept').length
      const before = countTaken()
      for (const [activity, reason] of [
        ['working', 'disk-full'],
        ['disk-full', 'disk-full'],
        ['stopping', 'stopping'],
      ] as const) {
        services.setActivity({ reason: activity })
        services.setMayAccept(false)
        const refused = await send()
        expect([refused.status, refused.headers['retry-after']]).toEqual([503, '30'])
        expect(JSON.parse(refused.body)).toMatchObject({ code: 'PROTOCOL_BUSY', facts: { reason } })
      }
      expect(countTaken()).toBe(before)
      // Too full for fetching, but not for taking in.
      services.setActivity({ reason: 'disk-full' })
      services.setMayAccept(true)
      expect((await send()).status).toBe(202)
      services.setActivity({ reason: 'working' })
    },
  )
})
