/** The hosts panel says who waits, for how long and why; a pause stops everything, on every page and over a restart. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Activity } from '@gleaner/shared/activity'
import type { Overview } from '@gleaner/shared/api'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { type ExtensionBrowser, startBrowser } from '../support/browser.ts'
import { verify, waitUntilDone } from '../support/dataset.ts'
import { startIllManneredWeb } from '../support/ill-mannered-web.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'

/** A label of a name has 63 characters at most. */
const longName = `busy.${'a-name-that-goes-on-'.repeat(3)}.example`

let home: string
let web: Awaited<ReturnType<typeof startIllManneredWeb>>
let server: TestServer
let browser: ExtensionBrowser
let page: Page

const collect = (urls: readonly string[]) =>
  server.ask('POST', '/api/import', {
    batchId: randomBytes(16).toString('hex'),
    ...{ dataset: 'Festival', class: 'Lanterns', origin: { engine: 'import' } },
    candidates: urls.map(url => ({ sources: [{ kind: 'original', url }] })),
  })
const row = (host: string) => page.getByRole('row', { name: host })
const openHosts = () => page.goto(`${server.origin}/datasets/festival/activity/hosts`)

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  web = await startIllManneredWeb(600)
  server = await startTestServer(home)
  await server.ask('POST', '/api/datasets', { name: 'Festival' })
  browser = await startBrowser({ answers: () => undefined })
  page = await browser.open(await server.link())
  await page.locator('h1').first().waitFor()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await web?.close()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})

test('without anything to do the panel says so', async () => {
  await openHosts()
  await page.getByRole('heading', { name: 'No host has anything to do' }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
})

test('a host that asked for a pause stands there with its reason and a time that runs down', async () => {
  await collect([
    ...['a', 'b', 'c'].map(name => web.url('busy.example', name)),
    web.url(longName, 'one'),
    web.url('good.example', 'one'),
  ])
  const busy = row('busy.example')
  await busy.getByText('The host asked for a pause').filter({ visible: true }).waitFor()
  const next = busy.getByRole('cell').nth(2).locator('span').first()
  const secondsLeft = async () => {
    const [, minutes, seconds] = /^(\d+):(\d\d)$/.exec((await next.textContent()) ?? '') ?? []
    return Number(minutes) * 60 + Number(seconds)
  }
  const first = await secondsLeft()
  expect(first).toBeGreaterThan(500)
  await expect.poll(secondsLeft).toBeLessThan(first)
  expect(await busy.getByRole('cell').first().textContent()).toBe('3')
})

test('what came from a host is counted; a host that is done is not listed any more', async () => {
  await row('good.example').waitFor({ state: 'detached' })
  const { activity } = await server.ask<Overview>('GET', '/api/overview')
  expect(activity).toMatchObject({ reason: 'hosts-backing-off', queued: 4, hostCount: 2 })
  expect(activity.waitMs).toBeGreaterThan(500_000)
  await page.getByRole('heading', { name: 'Waiting for hosts' }).waitFor()
})

test('it is narrowed and put in order, also by the keyboard alone', async () => {
  const search = page.getByRole('searchbox', { name: 'Search' })
  await search.fill('goes-on')
  await row('busy.example').filter({ hasNotText: 'goes-on' }).waitFor({ state: 'detached' })
  await page.getByText('1–1 of 1').waitFor()
  await search.fill('zebra')
  await page.getByRole('button', { name: 'Clear the filters' }).click()
  await page.getByText('1–2 of 2').waitFor()

  await page.getByRole('button', { name: 'Host', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.locator('th[aria-sort="ascending"]', { hasText: 'Host' }).waitFor()
  const names = page.locator('tbody th bdi')
  await expect.poll(() => names.allTextContents()).toEqual([...(await names.allTextContents())].sort())
})

test('nothing of it is out of reach for anybody, however long the names', async () => {
  expect(await accessibilityFaults(page)).toEqual([])
  await page.setViewportSize({ width: 380, height: 800 })
  const isWithin = () =>
    page.evaluate(() => {
      const card = document.querySelector('.host-card')?.getBoundingClientRect()
      const table = document.querySelector('.host-table')?.getBoundingClientRect()
      return document.documentElement.scrollWidth <= innerWidth && (table?.right ?? 0) <= (card?.right ?? 0)
    })
  expect(await isWithin()).toBe(true)
  await page.setViewportSize({ width: 1280, height: 800 })
})

test('a press stops everything, says so on every page, and what is collected waits', async () => {
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  const banner = page.getByRole('status').filter({ hasText: 'Paused by you' })
  await banner.waitFor()
  for (const name of ['Overview', 'Gallery', 'Settings', 'Browsers']) {
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByRole('heading', { level: 1, name: name === 'Gallery' ? /./ : name }).waitFor()
    await banner.waitFor()
  }
  const before = web.asked.length
  await collect(['x', 'y'].map(name => web.url('good.example', name)))
  const activity = await server.ask<Activity>('GET', '/api/activity')
  expect(activity).toMatchObject({ reason: 'paused', queued: 6, inHand: 0 })
  expect(web.asked).toHaveLength(before)
})

test('it holds over a restart, until a press lets everything go on', async () => {
  const { port } = server
  await server.kill()
  server = await startTestServer(home, { port })
  await page.getByText('The server is not reachable').waitFor({ state: 'detached' })
  expect(await server.ask('GET', '/api/activity')).toMatchObject({ reason: 'paused', queued: 6 })
  expect(web.asked.filter(host => host === 'good.example')).toHaveLength(1)
  await page.getByRole('status').getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Paused by you').first().waitFor({ state: 'detached' })
  await expect.poll(() => web.asked.filter(host => host === 'good.example').length).toBe(3)
})

test('a bandwidth cap is kept by the server, and nonsense is not', async () => {
  await page.goto(`${server.origin}/datasets/festival/settings`)
  const field = page.getByRole('textbox', { name: 'Receive not more than' })
  const save = page.getByRole('button', { name: 'Save the cap' })
  await field.fill('0.001')
  await page.getByText('A number from 0.02 to 1000, or nothing.').waitFor()
  expect(await save.isDisabled()).toBe(true)
  await field.fill('2.5')
  await save.click()
  await page.getByText('Bandwidth cap saved.').waitFor()
  expect(await server.ask('GET', '/api/ingest/settings')).toEqual({ maxBytesPerSecond: 2_500_000 })
  await field.fill('')
  await save.click()
  await expect.poll(() => server.ask('GET', '/api/ingest/settings')).toEqual({ maxBytesPerSecond: null })
})

test('cancelled, what waits is gone, and the data folder is sound', async () => {
  await server.ask('POST', '/api/datasets/festival/cancel', {})
  const dataset = await waitUntilDone(server, 7)
  expect(dataset.counts).toMatchObject({ stored: 3, cancelled: 4 })
  await server.stop()
  expect(verify(home)).toMatchObject({ code: 0 })
})
