/** Pairing, greeting and signing in, as extension and dashboard do it; and where their secrets end up. */
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pairingLifeMs } from '../src/access/pairing.ts'
import { extensionOrigin, type RunningApp, startApp } from './support/running-app.ts'

let server: RunningApp
beforeAll(async () => {
  server = await startApp()
})
afterAll(() => server.close())

const json = { 'content-type': 'application/json' }
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

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
    const { clientId, serverKey } = server.pair(extensionOrigin)
    const expected = createHmac('sha256', Buffer.from(serverKey, 'hex')).update(Buffer.from(nonce, 'hex'))
    expect(await hello(clientId)).toEqual({ protocol: 1, proof: expected.digest('hex') })
    expect(await hello()).toEqual({ protocol: 1, proof: null })
    expect(await hello('f'.repeat(32))).toEqual({ protocol: 1, proof: null })
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

  test('a link becomes a cookie and a CSRF value, once', async () => {
    const code = await link()
    const answer = await exchange(code)
    const cookie = answer.headers['set-cookie'] ?? ''
    expect(cookie).toMatch(
      new RegExp(`^gleaner-${server.port}=[0-9a-f]{64}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$`),
    )
    const { csrf } = JSON.parse(answer.body) as { csrf: string }
    const session = {
      cookie: cookie.split(';')[0] ?? '',
      'sec-fetch-site': 'same-origin',
      'x-gleaner-csrf': csrf,
    }
    const again = await server.ask('GET', '/api/session', { headers: session })
    expect([again.status, again.body]).toEqual([204, ''])
    const write = { ...session, origin: server.origin }
    expect((await server.ask('POST', '/api/pairing', { headers: write })).status).toBe(200)
    expect((await exchange(code)).status).toBe(401)
  })

  test('nothing but the exchange of a link gives the CSRF value', async () => {
    const { cookie, csrf } = server.signIn()
    const headers = { cookie, 'sec-fetch-site': 'same-origin', origin: server.origin }
    const paths = server.routes.filter(({ method, url }) => method === 'GET' && url !== '/api/events')
    for (const given of [headers, { ...headers, 'x-gleaner-csrf': csrf }]) {
      for (const { path } of paths) {
        const answer = await server.ask('GET', path, { headers: given })
        expect([path, JSON.stringify(answer).includes(csrf)]).toEqual([path, false])
      }
    }
    expect((await server.ask('GET', '/api/session', { headers })).status).toBe(401)
  })

  test('a guessed or outdated code opens nothing', async () => {
    expect((await exchange('0'.repeat(64))).status).toBe(401)
    const code = await link()
    server.services.clock.monotonicMs += 60 * 60_000
    expect((await exchange(code)).status).toBe(401)
  })

  test('a session ends after a month', async () => {
    const { cookie, csrf } = server.signIn()
    const headers = { cookie, 'sec-fetch-site': 'same-origin', 'x-gleaner-csrf': csrf }
    const ask = () => server.ask('GET', '/api/session', { headers })
    expect((await ask()).status).toBe(204)
    server.services.clock.nowMs += 30 * 24 * 60 * 60_000
    expect((await ask()).status).toBe(401)
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
