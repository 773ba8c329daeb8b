/** Who sends what, by Origin, Fetch Metadata and credential: every row of the table, and what browsers may read. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fakeDatasetId, fakeImageId } from './support/fake-services.ts'
import {
  extensionOrigin,
  firefoxOrigin,
  type Paired,
  type RunningApp,
  sendRaw,
  startApp,
} from './support/running-app.ts'

let server: RunningApp
let chrome: Paired
let firefox: Paired
let session: { cookie: string; csrf: string }
beforeAll(async () => {
  server = await startApp()
  chrome = server.pair(extensionOrigin)
  firefox = server.pair(firefoxOrigin)
  session = server.signIn()
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

type Headers = Record<string, string>
const site = (value: string): Headers => ({ 'sec-fetch-site': value })
const from = (origin: string, where?: string): Headers => ({ origin, ...(where ? site(where) : {}) })
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` })
const cookie = (): Headers => ({ cookie: session.cookie })
const csrf = (): Headers => ({ 'x-gleaner-csrf': session.csrf })
const both = (): Headers => ({ ...cookie(), ...csrf() })
const navigating = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const page = 'https://evil.example'
const otherExtension = `chrome-extension://${'b'.repeat(32)}`
const unknown = '0'.repeat(64)

type Row = readonly [who: string, request: string, headers: () => Headers, verdict: 'passes' | 401 | 403]
const read = 'GET /api/overview'
const write = 'POST /api/pairing'
const picture = `GET /api/datasets/${fakeDatasetId}/images/${fakeImageId}/file`
const vocabulary = 'POST /api/collect/vocabulary'

const dashboard: readonly Row[] = [
  ['reads', read, () => ({ ...both(), ...site('same-origin') }), 'passes'],
  ['shows a picture', picture, () => ({ ...cookie(), ...site('same-origin') }), 'passes'],
  ['picture without Fetch Metadata', picture, () => cookie(), 403],
  ['picture for a page of another port', picture, () => ({ ...cookie(), ...site('same-site') }), 403],
  ['picture without cookie', picture, () => ({ ...csrf(), ...site('same-origin') }), 401],
  [
    'reads with the cookie as CSRF value',
    read,
    () => ({ ...cookie(), 'x-gleaner-csrf': session.cookie.split('=')[1] ?? '', ...site('same-origin') }),
    401,
  ],
  [
    'reads with the CSRF value twice',
    read,
    () => ({ ...both(), 'X-Gleaner-Csrf': session.csrf, ...site('same-origin') }),
    401,
  ],
  ['writes', write, () => ({ ...both(), ...from(server.origin, 'same-origin') }), 'passes'],
  ['no CSRF value', write, () => ({ ...cookie(), ...from(server.origin, 'same-origin') }), 401],
  [
    'CSRF value of another',
    write,
    () => ({ ...cookie(), ...from(server.origin, 'same-origin'), 'x-gleaner-csrf': unknown }),
    401,
  ],
  ['no Origin', write, () => ({ ...both(), ...site('same-origin') }), 403],
  ['no Fetch Metadata, reads', read, () => ({ ...cookie(), ...csrf() }), 403],
  ['no Fetch Metadata, writes', write, () => ({ ...both(), ...from(server.origin) }), 403],
  ['address typed by hand', read, () => ({ ...both(), ...site('none') }), 403],
  [
    'cookie twice',
    read,
    () => ({ cookie: `${session.cookie}; ${session.cookie}`, ...csrf(), ...site('same-origin') }),
    401,
  ],
  [
    'cookie of another port',
    read,
    () => ({
      cookie: session.cookie.replace('gleaner-', 'gleaner-1'),
      ...csrf(),
      ...site('same-origin'),
    }),
    401,
  ],
  ['no cookie', read, () => ({ ...csrf(), ...site('same-origin') }), 401],
  [
    'by another of our names',
    write,
    () => ({
      ...both(),
      ...from(server.origin.replace('127.0.0.1', 'localhost'), 'same-origin'),
    }),
    403,
  ],
]

const extensions: readonly Row[] = [
  [
    'ours in Chrome',
    vocabulary,
    () => ({ ...bearer(chrome.token), ...from(extensionOrigin, 'none') }),
    'passes',
  ],
  ['ours in Chrome, no Origin', vocabulary, () => ({ ...bearer(chrome.token), ...site('none') }), 'passes'],
  [
    'ours, no host permission',
    vocabulary,
    () => ({ ...bearer(chrome.token), ...from(extensionOrigin, 'cross-site') }),
    'passes',
  ],
  [
    'ours in Firefox',
    vocabulary,
    () => ({ ...bearer(firefox.token), ...from(firefoxOrigin, 'same-origin') }),
    'passes',
  ],
  [
    'ours, token of another browser',
    vocabulary,
    () => ({ ...bearer(firefox.token), ...from(extensionOrigin, 'none') }),
    403,
  ],
  [
    'ours, token no longer good',
    vocabulary,
    () => ({ ...bearer(unknown), ...from(extensionOrigin, 'none') }),
    401,
  ],
  [
    'ours, cross-site without Origin',
    vocabulary,
    () => ({ ...bearer(chrome.token), ...site('cross-site') }),
    403,
  ],
  ['another, no permission', vocabulary, () => from(otherExtension, 'cross-site'), 401],
  ['another, greets without permission', 'POST /api/hello', () => from(otherExtension, 'cross-site'), 403],
  [
    'another, our token',
    vocabulary,
    () => ({ ...bearer(chrome.token), ...from(otherExtension, 'none') }),
    403,
  ],
  [
    'another, the owner’s token',
    read,
    () => ({ ...bearer(server.ownerToken), ...from(otherExtension, 'none') }),
    403,
  ],
  [
    'another in Firefox, with the cookie',
    write,
    () => ({ ...both(), ...from(firefoxOrigin, 'same-origin') }),
    403,
  ],
  ['another signs in', 'POST /api/session', () => from(otherExtension, 'none'), 403],
]

const pages: readonly Row[] = [
  ['another port reads', read, () => ({ ...both(), ...site('same-site') }), 403],
  ['another port writes', write, () => ({ ...both(), ...from('http://127.0.0.1:1', 'same-site') }), 403],
  ['another port posts without Origin', 'POST /api/hello', () => site('same-site'), 403],
  [
    'form navigation',
    'POST /api/hello',
    () => ({ ...from('null', 'cross-site'), ...navigating, 'content-type': 'text/plain' }),
    403,
  ],
  ['form navigation to the shell', 'POST /', () => ({ ...from('null', 'cross-site'), ...navigating }), 403],
  ['tries to pair', 'POST /api/pairing/claim', () => from(page, 'cross-site'), 403],
  ['tries to sign in', 'POST /api/session', () => from(page, 'cross-site'), 403],
  ['in an old browser', 'POST /api/hello', () => from(page), 403],
  ['in an old browser, null origin', 'POST /api/hello', () => from('null'), 403],
  ['looks for us', 'GET /health', () => ({ ...site('cross-site'), 'sec-fetch-mode': 'no-cors' }), 403],
  ['loads the shell', 'GET /', () => ({ ...site('cross-site'), 'sec-fetch-mode': 'no-cors' }), 403],
  ['navigates to data', read, () => ({ ...cookie(), ...site('cross-site'), ...navigating }), 403],
  ['navigates to what is no page', 'GET /health', () => ({ ...site('cross-site'), ...navigating }), 403],
  [
    'frames the dashboard',
    'GET /',
    () => ({ ...site('cross-site'), ...navigating, 'sec-fetch-dest': 'iframe' }),
    403,
  ],
  ['links to the dashboard', 'GET /', () => ({ ...site('cross-site'), ...navigating }), 'passes'],
  ['unknown kind of site', 'GET /health', () => site('nearby'), 403],
]

const programs: readonly Row[] = [
  ['command line', read, () => bearer(server.ownerToken), 'passes'],
  ['wrong token', read, () => bearer(unknown), 401],
  [
    'wrong token beside a good cookie',
    read,
    () => ({ ...bearer(unknown), ...both(), ...site('same-origin') }),
    401,
  ],
  ['another scheme', read, () => ({ authorization: `Basic ${server.ownerToken}` }), 401],
  ['no token', read, () => ({}), 401],
  ['token of an extension', vocabulary, () => bearer(chrome.token), 'passes'],
]

describe.each([
  ['dashboard', dashboard],
  ['extensions', extensions],
  ['pages', pages],
  ['programs', programs],
])('%s', (_kind, rows) => {
  test.each(rows)('%s: %s', async (_who, request, headers, verdict) => {
    const [method = '', path = ''] = request.split(' ')
    const answer = await server.ask(method, path, { headers: headers() })
    if (verdict === 'passes') {
      expect(answer.status).toBeLessThan(400)
      expect(server.handled).toHaveLength(1)
    } else {
      expect(answer.status).toBe(verdict)
      expectUntouched()
    }
  })
})

describe('a header twice', () => {
  const send = (lines: string) =>
    sendRaw(
      server.port,
      `GET /api/overview HTTP/1.1\r\nhost: ${server.host}\r\n${lines}\r\nconnection: close\r\n\r\n`,
    )

  test('two Origin lines are refused, whatever they say', async () => {
    const lines = `authorization: Bearer ${server.ownerToken}\r\norigin: ${server.origin}\r\norigin: ${server.origin}`
    expect((await send(lines)).status).toBe(403)
    expectUntouched()
  })

  test('two Authorization lines are refused', async () => {
    const line = `authorization: Bearer ${server.ownerToken}`
    expect((await send(`${line}\r\n${line}`)).status).toBe(401)
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
      'access-control-allow-headers': 'authorization, content-type, x-gleaner-robots-tag',
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
