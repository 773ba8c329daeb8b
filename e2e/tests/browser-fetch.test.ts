/** What a host refuses the server the person's own browser fetches, where they allowed it; everything else stays closed. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CandidatePage, Overview } from '@gleaner/shared/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agreeTo } from '../support/agree.ts'
import { type ExtensionBrowser, startBrowser } from '../support/browser.ts'
import { allCandidates, verify, waitUntilDone } from '../support/dataset.ts'
import { activeTabId, type ExtensionCopy, extensionWith, pairExtension } from '../support/extension.ts'
import { startShyWeb } from '../support/shy-web.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'
import { collectByBar } from '../support/world.ts'

const pictures = [
  { host: 'shy.example', manner: 'members' },
  { host: 'shy.example', manner: 'members' },
  { host: 'shy.example', manner: 'garbage' },
  { host: 'shy.example', manner: 'page' },
  { host: 'closed.example', manner: 'members' },
  { host: 'closed.example', manner: 'members' },
  { host: 'open.example', manner: 'anybody' },
] as const

const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'

let home: string
let web: Awaited<ReturnType<typeof startShyWeb>>
let extension: ExtensionCopy
let server: TestServer
let browser: ExtensionBrowser

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  web = await startShyWeb(pictures)
  server = await startTestServer(home)
  extension = await extensionWith({ granted: ['http://shy.example/*'] })
  browser = await startBrowser({
    answers: ({ hostname }) => {
      if (hostname === 'thumbs.example') return { body: svg, contentType: 'image/svg+xml' }
      return hostname === 'www.bing.com' ? { body: web.page('shy pictures') } : undefined
    },
    extensionFolder: extension.folder,
    args: ['--host-resolver-rules=MAP *.example 127.0.0.1'],
  })
  // These hosts are asked for real: what the browser sends along and keeps is what this is about.
  await browser.context.route(/^http:\/\/[a-z]+\.example:/, route => route.continue())
  await pairExtension(browser, server)
  await browser.context.addCookies(
    ['shy.example', 'closed.example'].map(domain => ({
      ...{ name: 'member', value: 'yes', domain, path: '/' },
      ...{ httpOnly: true, sameSite: 'Lax' as const },
    })),
  )
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await extension?.remove()
  await web?.close()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})

type Row = CandidatePage['candidates'][number]

/** What is held in the end: whether the browser was there before the thumbnail or after it makes no difference to that. */
const held: Readonly<Record<string, string>> = {
  STORED: 'original',
  UPGRADED: 'original',
  STORED_THUMBNAIL: 'thumbnail',
}

/** What is held of each candidate, by its place on the page. */
async function outcomes() {
  const { datasets } = await server.ask<Overview>('GET', '/api/overview')
  const rows = await allCandidates(server, datasets[0]?.id ?? '')
  const placeOf = ({ url }: Row) => Number(/-(\d+)\.jpg$/.exec(url)?.[1])
  const codes = new Map(rows.map(row => [placeOf(row), row.code]))
  return pictures.map((_, place) => held[codes.get(place) ?? ''] ?? codes.get(place))
}

describe('a host that refuses the server', () => {
  test('shows its picture to the browser of a member, who allowed that; it is looked at like any other', async () => {
    const page = await browser.open('https://www.bing.com/images/search?q=shy+pictures')
    await page.bringToFront()
    await collectByBar(page, 'Shy')
    await waitUntilDone(server, pictures.length)
    await expect.poll(outcomes).toEqual(['original', 'original', ...Array(4).fill('thumbnail'), 'original'])
  })

  test('that was not allowed is never asked by the browser, and says whom it would need', async () => {
    const closed = web.asked.filter(({ place }) => pictures[place]?.host === 'closed.example')
    expect(closed.length).toBeGreaterThan(0)
    expect(closed.filter(({ isMember }) => isMember)).toEqual([])
    const options = await browser.openOwn('options.html#sites')
    await options.getByRole('button', { name: 'Allow closed.example' }).waitFor()
    expect(await options.getByText('2 pictures').count()).toBe(1)
    expect(await options.getByRole('button', { name: 'Allow open.example' }).count()).toBe(0)
    await options.close()
  })

  test('learns from the browser no more than a person’s visit tells', async () => {
    const byBrowser = () => web.asked.filter(({ isMember }) => isMember)
    // What is no picture changes nothing that is held, so that it may be asked for after all else has ended.
    await expect
      .poll(() =>
        byBrowser()
          .map(({ place }) => place)
          .sort(),
      )
      .toEqual([0, 1, 2, 3])
    expect(byBrowser().filter(({ referer }) => referer !== undefined)).toEqual([])
  })

  test('gives its originals for the thumbnails, when it is allowed in the popup later', async () => {
    await agreeTo(browser, 'http://closed.example/*')
    const [page] = browser.context.pages().filter(other => other.url().includes('bing.com'))
    await page?.bringToFront()
    const popup = await browser.openOwn(`popup.html?tab=${await activeTabId(browser)}`)
    await popup.getByRole('button', { name: 'Allow closed.example' }).click()
    await expect.poll(async () => (await outcomes()).slice(4, 6)).toEqual(['original', 'original'])
    await popup.getByRole('button', { name: 'Allow closed.example' }).waitFor({ state: 'detached' })
    await popup.close()
  })
})

test('the data folder is sound, and nothing else was talked to', () => {
  expect(verify(home)).toMatchObject({ code: 0 })
  expect(browser.strays).toEqual([])
})
