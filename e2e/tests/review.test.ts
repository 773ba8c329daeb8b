/**
 * A session of review in a real browser: 200 pictures by keyboard alone, the server killed in between, all of it taken
 * back and done again; then history, trash and the sheet of keys.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActPage } from '@gleaner/shared/acts'
import type { DatasetDetail } from '@gleaner/shared/api'
import type { FacetCounts, GalleryPage } from '@gleaner/shared/gallery'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { startPlainChromium } from '../support/browser.ts'
import { classFolders, verify, waitUntilDone } from '../support/dataset.ts'
import { startMeteredWeb } from '../support/metered-web.ts'
import { patienceMs } from '../support/patience.ts'
import { signedIn } from '../support/signed-in.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'

const pictures = 200
/** Hundreds of acts one after another, each on the disk before the next. */
const longMs = 3 * patienceMs
const longLabel = 'Lanterns that were photographed at night in the old town 2026'
const rtlLabel = 'فوانيس'

let home: string
let web: Awaited<ReturnType<typeof startMeteredWeb>>
let server: TestServer
let browser: Browser
let context: BrowserContext
let base: string
let lanterns: number
let elsewhere: number

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  web = await startMeteredWeb()
  server = await startTestServer(home)
  browser = await startPlainChromium()
  context = await signedIn(browser, server)
  const urls = web.results('lanterns', pictures).map(({ imageUrl }) => imageUrl)
  await server.ask('POST', '/api/import', {
    ...{ batchId: randomBytes(16).toString('hex'), dataset: 'Festival', class: longLabel },
    origin: { engine: 'import', query: 'lanterns' },
    candidates: urls.map((url, place) => ({
      sources: [{ kind: 'original', url }],
      title: `Lanterns, no. ${place + 1}`,
    })),
  })
  const { id, images } = await waitUntilDone(server, pictures)
  expect(images).toBe(pictures)
  base = `/datasets/${id}`
  await server.ask('POST', `/api${base}/classes`, { label: rtlLabel })
  const { classes } = await dataset()
  lanterns = classes.find(({ label }) => label === longLabel)?.id ?? 0
  elsewhere = classes.find(({ label }) => label === rtlLabel)?.id ?? 0
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await web?.close()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})
// Each holds a connection for its news, of which a browser has six for a server.
afterEach(async () => {
  for (const page of context.pages()) await page.close()
})

const dataset = () => server.ask<DatasetDetail>('GET', `/api${base}`)

async function open(path: string, heading: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${server.origin}${base}${path}`)
  await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor()
  return page
}

const shownPicture = '.stage-picture:not(.stage-waiting)'
/** Id of the picture that is looked at, which has the keyboard. */
async function shown(page: Page): Promise<string> {
  const source = await page.locator(shownPicture).getAttribute('src')
  return /images\/([0-9a-f]{20})/.exec(source ?? '')?.[1] ?? ''
}
const ready = (page: Page) =>
  page.getByRole('region', { name: 'Picture under review' }).and(page.locator(':focus')).waitFor()
const allSaved = (page: Page) => page.getByText('wait until the server answers').waitFor({ state: 'hidden' })

/** What the server holds of the class and beside it. */
async function onServer() {
  const facet = await server.ask<FacetCounts>(
    'GET',
    `/api${base}/gallery/facets/mark?class=${lanterns}&limit=10`,
  )
  const count = (mark: string) => facet.values.find(({ value }) => value === mark)?.count ?? 0
  const total = async (query: string) =>
    (await server.ask<GalleryPage>('GET', `/api${base}/gallery?${query}&limit=1`)).total
  return {
    ...{ none: count('none'), kept: count('kept'), unsure: count('unsure') },
    moved: await total(`class=${elsewhere}`),
    trash: await total('place=trash'),
  }
}
const untouched = { none: pictures, kept: 0, unsure: 0, moved: 0, trash: 0 }

type Said = 'kept' | 'unsure' | 'moved' | 'trash'
/** What a person says of the pictures, by their place. */
const sayings: Readonly<Record<number, readonly [key: string, said: Said]>> = {
  3: ['x', 'trash'],
  5: ['n', 'unsure'],
  7: ['2', 'moved'],
}

/** What was said of each picture, as the person remembers it. */
const said = new Map<string, Said>()
const remembered = () => {
  const count = (what: Said) => [...said.values()].filter(one => one === what).length
  const [kept, unsure, moved, trash] = [count('kept'), count('unsure'), count('moved'), count('trash')]
  return { none: pictures - said.size, kept, unsure, moved, trash }
}

/** Decides about the picture that is looked at by one key, and waits for the next one. */
async function decide(page: Page): Promise<string> {
  const imageId = await shown(page)
  expect(said.has(imageId), 'no picture comes twice').toBe(false)
  const [key, what] = sayings[said.size % 10] ?? ['k', 'kept']
  await page.keyboard.press(key)
  said.set(imageId, what)
  if (said.size < pictures) await expect.poll(() => shown(page)).not.toBe(imageId)
  return imageId
}

describe('a class of 200 pictures, by keyboard alone', () => {
  test('is decided with one key each, taken back with one key, and goes on without the server', async () => {
    const page = await open(`/review/${lanterns}`, 'Review')
    await ready(page)
    expect(await accessibilityFaults(page)).toEqual([])
    for (let count = 0; count < 60; count++) await decide(page)
    const last = await decide(page)
    await page.keyboard.press('u')
    await expect.poll(() => shown(page)).toBe(last)
    await page.keyboard.press('Control+Shift+Z')
    await expect.poll(() => shown(page)).not.toBe(last)
    await page.keyboard.press('Control+z')
    await expect.poll(() => shown(page)).toBe(last)
    said.delete(last)
    await page
      .getByRole('status')
      .getByText(/^Taken back/)
      .waitFor()

    const { port } = server
    await server.kill()
    for (let count = 0; count < 10; count++) await decide(page)
    await page.getByText('acts wait until the server answers').waitFor()
    await page.getByText('The server is not reachable').waitFor()
    server = await startTestServer(home, { port })
    await allSaved(page)
    await expect.poll(onServer).toEqual(remembered())
    await page.getByText('The server is not reachable').waitFor({ state: 'hidden' })
  })

  test('goes on where it was in another tab, also a screenful at a time', async () => {
    const page = await open(`/review/${lanterns}`, 'Review')
    await ready(page)
    await page.getByText(`${said.size - remembered().moved - remembered().trash} of `).waitFor()
    for (let count = 0; count < 10; count++) await decide(page)
    await page.keyboard.press('g')
    const screen = page.getByRole('list', { name: 'Pictures on this screen' })
    await screen.getByRole('listitem').first().waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 900 })
    const tiles = await screen.getByRole('button').count()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('x')
    await page.getByRole('button', { name: `All others on this screen are fine (${tiles - 1}` }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(`${tiles - 1} kept, 1 removed`, { exact: true }).waitFor()
    await page.keyboard.press('u')
    await page.getByText(`Taken back: ${tiles - 1} kept, 1 removed`, { exact: true }).waitFor()
    await page.getByRole('button', { name: `All others on this screen are fine (${tiles - 1}` }).waitFor()
    await page.keyboard.press('g')
    await ready(page)
    await expect.poll(onServer).toEqual(remembered())
    while (said.size < pictures) await decide(page)
    await page.getByText('All reviewed').waitFor()
    await allSaved(page)
    await expect.poll(onServer).toEqual(remembered())
    expect(await accessibilityFaults(page)).toEqual([])
  })

  test('lies in its folders as it was said', async () => {
    const folders = classFolders(await dataset())
    const held = [...said].filter(([, what]) => what !== 'trash').map(([imageId]) => imageId)
    // What was moved has a file name of its own.
    const filed = Object.values(folders).flatMap(files => files.map(file => file.slice(0, 20)))
    expect(filed.toSorted()).toEqual(held.toSorted())
    expect(Object.values(folders).map(files => files.length)).toContain(remembered().moved)
  })

  test(
    'is taken back to the beginning and done again to the end, over a kill',
    async () => {
      const after = remembered()
      const page = await open('/history', 'History')
      await page.getByRole('button', { name: /^Undo: / }).waitFor()
      expect(await accessibilityFaults(page)).toEqual([])
      const earlier = page.getByRole('button', { name: 'Show earlier acts' })
      const rows = page.getByRole('list', { name: 'Acts, newest first' }).getByRole('listitem')
      while (await earlier.isVisible()) {
        const read = await rows.count()
        await earlier.press('Enter')
        await expect.poll(() => rows.count()).toBeGreaterThan(read)
      }
      const first = page.getByRole('button', { name: /^Undo to here: / }).last()
      await first.focus()
      await page.keyboard.press('Enter')
      expect(await accessibilityFaults(page)).toEqual([])
      await page.getByRole('button', { name: /^Undo \d+ acts$/ }).focus()
      await page.keyboard.press('Enter')
      await expect.poll(onServer, { timeout: longMs }).toEqual(untouched)
      const { port } = server
      await server.kill()
      server = await startTestServer(home, { port })
      await page.getByText('The server is not reachable').waitFor({ state: 'hidden' })
      await page.keyboard.press('Escape')
      await page
        .getByRole('button', { name: /^Redo to here: / })
        .first()
        .click()
      await page.getByRole('button', { name: 'Redo them' }).click()
      await expect.poll(onServer, { timeout: longMs }).toEqual(after)
      expect((await server.ask<ActPage>('GET', `/api${base}/acts?limit=1`)).redoId).toBeNull()
    },
    3 * longMs,
  )
})

test('what was removed is put back from the trash, or deleted for good with its count', async () => {
  const { trash } = remembered()
  const page = await open('/trash', 'Trash')
  const grid = page.getByRole('list', { name: 'Pictures in the trash' })
  await grid.getByRole('button').first().press('Space')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Put back 1 picture' }).press('Enter')
  await expect.poll(async () => (await onServer()).trash).toBe(trash - 1)
  await page.keyboard.press('Control+z')
  await expect.poll(async () => (await onServer()).trash).toBe(trash)
  await page.getByText('Undone: ').waitFor()
  await page.getByRole('button', { name: 'Empty the trash…' }).click()
  await page.getByRole('alertdialog', { name: `Delete ${trash} pictures for good?` }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: `Delete ${trash} pictures` }).click()
  await page.getByText('The trash is empty').waitFor()
  await expect.poll(async () => (await onServer()).trash).toBe(0)
  expect(await accessibilityFaults(page)).toEqual([])
})

test('a question mark lists the keys of the page, and they can be switched off', async () => {
  const page = await open(`/review/${lanterns}?mark=kept`, 'Review')
  await ready(page)
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keys' })
  await sheet.getByText('Back: undo the last one').waitFor()
  await sheet.getByText('Undo the last act').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await sheet.getByRole('switch').press('Space')
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
  await ready(page)
  const before = await shown(page)
  await page.keyboard.press('?')
  await page.keyboard.press('x')
  expect([await sheet.count(), await shown(page)]).toEqual([0, before])
})

test('class folders and index agree in the end', async () => {
  await server.stop()
  expect(verify(home)).toMatchObject({ code: 0 })
})
