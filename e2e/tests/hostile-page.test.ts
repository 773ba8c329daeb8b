/** Pages of the web, pages of other local servers, and pages under a name that leads here try to use the API. None may. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clients, Overview } from '@gleaner/shared/api'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { attack, type Learned, postForm } from '../support/attack.ts'
import { type ExtensionBrowser, startBrowser } from '../support/browser.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'

const hostileUrl = 'https://hostile.example/'
const answers = (url: URL) =>
  url.hostname === 'hostile.example' ? { body: '<!doctype html><title>Win a prize</title>' } : undefined

let home: string
let server: TestServer
let before: Awaited<ReturnType<typeof whatIsHeld>>
let pairingCode: string

/** Everything a page could have changed. */
async function whatIsHeld() {
  const { datasets, setup } = await server.ask<Overview>('GET', '/api/overview')
  const { clients } = await server.ask<Clients>('GET', '/api/clients')
  return { datasets, setup, clients, log: readFileSync(join(home, '.gleaner', 'gleaner.log'), 'utf8') }
}

/** What the server answers to requests of this page: `status path`. */
function answersTo(page: Page): string[] {
  const seen: string[] = []
  page.on('response', response => {
    const { port, pathname } = new URL(response.url())
    if (port === String(server.port)) seen.push(`${response.status()} ${pathname}`)
  })
  return seen
}

/** The dashboard's shell is a constant page that may be linked to; it holds nothing and cannot be framed. */
const isGranted = (answer: string) => /^[123]/.test(answer) && answer !== '200 /'

const nothingOf = (learned: readonly Learned[]) => learned.map(({ what }) => ({ what, learned: 'nothing' }))

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  server = await startTestServer(home)
})
afterAll(async () => {
  await server?.stop()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})
beforeEach(async () => {
  before = await whatIsHeld()
  pairingCode = (await server.ask<{ code: string }>('POST', '/api/pairing', {})).code
})
afterEach(async () => {
  expect(await whatIsHeld()).toEqual(before)
  // Nor did the guesses of the page use up the person's pairing: her code is still good.
  const claim = { protocol: 1, code: pairingCode, clientName: 'The person' }
  const { clientId } = await server.ask<{ clientId: string }>('POST', '/api/pairing/claim', claim)
  await server.ask('DELETE', `/api/clients/${clientId}`)
})

/** With the browser's own guard of local addresses, and without, as in browsers that have none. */
const guards = [
  { guard: 'with the browser’s own guard', isGuarded: true, args: [] },
  {
    guard: 'without a guard in the browser',
    isGuarded: false,
    args: ['--disable-features=LocalNetworkAccessChecks'],
  },
]

describe.each(guards)('$guard', ({ isGuarded, args }) => {
  let browser: ExtensionBrowser

  beforeAll(async () => {
    const rules = '--host-resolver-rules=MAP rebind.example 127.0.0.1'
    browser = await startBrowser({ answers, args: [...args, rules] })
  })
  afterAll(() => browser?.close())

  test('a public page learns nothing and changes nothing', async () => {
    const page = await browser.open(hostileUrl)
    const seen = answersTo(page)
    const learned = await attack(page, server.origin)
    expect(learned).toEqual(nothingOf(learned))
    if (!isGuarded) expect(seen).not.toEqual([])
    expect(seen.filter(isGranted)).toEqual([])
    await page.close()
  })

  test.each(['/api/datasets', '/api/import', '/api/pairing', '/api/session/link'])(
    'a form of a public page for %s arrives and is refused',
    async path => {
      const page = await browser.open(hostileUrl)
      expect(await postForm(page, server.origin + path, { name: 'Owned' })).toBe(403)
      await page.close()
    },
  )

  test('a page of another local port is refused, though it travels with the dashboard’s cookie', async () => {
    const seenCookies: string[] = []
    const dressedUp = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', origin: server.origin }
    const neighbour = createServer((request, response) => {
      seenCookies.push(request.headers.cookie ?? '')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Neighbour</title>')
    })
    const origin = await listen(neighbour)
    const dashboard = await browser.open(await server.link())
    await dashboard.getByRole('heading').first().waitFor()

    const page = await browser.open(origin)
    expect(seenCookies.at(-1)).toContain(`gleaner-${server.port}=`)
    const seen = answersTo(page)
    const learned = await attack(page, server.origin)
    expect(learned).toEqual(nothingOf(learned))
    expect(seen).not.toEqual([])
    expect(seen.filter(isGranted)).toEqual([])
    expect(await postForm(page, `${server.origin}/api/datasets`, { name: 'Owned' })).toBe(403)

    // The neighbour's own process is no browser: it may claim to be the dashboard's page.
    for (const path of ['/api/session', '/api/overview', '/api/clients', '/api/events']) {
      const headers = { ...dressedUp, cookie: seenCookies.at(-1) ?? '' }
      expect([path, (await fetch(server.origin + path, { headers })).status]).toEqual([path, 401])
    }
    await page.close()
    await dashboard.close()
    neighbour.close()
  })

  test('a name that comes to lead here gets not one byte', async () => {
    const origin = `http://rebind.example:${server.port}`
    // The page comes from the attacker's own machine, as long as the name still leads there.
    await browser.context.route(`${origin}/**`, route =>
      route.request().url() === `${origin}/prize`
        ? route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Win a prize</title>' })
        : route.continue(),
    )
    const page = await browser.open(`${origin}/prize`)
    const seen = answersTo(page)
    const learned = await attack(page, origin)
    expect(learned.filter(found => !['nothing', '421, 0 characters'].includes(found.learned))).toEqual([])
    if (!isGuarded) expect(seen).toContain('421 /api/overview')
    expect(seen.filter(answer => !answer.startsWith('421 '))).toEqual([])

    const isShown = page.waitForResponse(`${origin}/`)
    // Chromium shows a page of its own for an answer that is empty.
    await page.goto(origin).catch(() => undefined)
    const shown = await isShown
    expect([shown.status(), await shown.headerValue('content-length')]).toEqual([421, '0'])
    await page.close()
  })
})

async function listen(local: Server): Promise<string> {
  await new Promise<void>(resolve => local.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(local.address() as AddressInfo).port}/`
}
