/** The page of duplicates: found while pictures arrive, decided by one key, taken back, by keyboard alone. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatasetDetail, ImagePage } from '@gleaner/shared/api'
import type { Receipt } from '@gleaner/shared/collect'
import type { DuplicateOverview } from '@gleaner/shared/duplicates'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { startPlainChromium } from '../support/browser.ts'
import { type Edit, startCopiesWeb } from '../support/copies-web.ts'
import { classFolders, verify, waitUntilDone } from '../support/dataset.ts'
import { tabTo } from '../support/keyboard.ts'
import { signedIn } from '../support/signed-in.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'

const longLabel = 'Lanterns that were photographed at night in the old town 2026'

let home: string
let web: Awaited<ReturnType<typeof startCopiesWeb>>
let server: TestServer
let browser: Browser
let context: BrowserContext
let datasetId: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  web = await startCopiesWeb()
  server = await startTestServer(home)
  browser = await startPlainChromium()
  context = await signedIn(browser, server)

  const made = await server.ask<DatasetDetail>('POST', '/api/datasets', { name: 'Festival' })
  datasetId = made.id
  const { settings } = made
  await server.ask('PATCH', `/api/datasets/${datasetId}`, {
    settings: { ...settings, nearDuplicates: { ...settings.nearDuplicates, policy: 'keep' } },
  })
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

let collected = 0
/** Collects copies of scenes and waits until they have ended and been grouped. */
async function collect(scenes: readonly (readonly [scene: number, edit: Edit])[], label = 'Lanterns') {
  const { accepted } = await server.ask<Receipt>('POST', '/api/import', {
    batchId: randomBytes(16).toString('hex'),
    dataset: 'Festival',
    class: label,
    origin: { engine: 'import', query: 'lanterns' },
    candidates: scenes.map(([scene, edit], place) => ({
      sources: [{ kind: 'original', url: web.url(scene, edit, `photos${collected + place}`) }],
      title: `Lanterns, ${edit}`,
    })),
  })
  collected += accepted
  return waitUntilDone(server, collected)
}
const overview = () => server.ask<DuplicateOverview>('GET', `/api/datasets/${datasetId}/duplicates`)
const held = async () =>
  (await server.ask<ImagePage>('GET', `/api/datasets/${datasetId}/images`)).images.map(({ id }) => id).sort()

/** Asks until the server says so: groups are made a moment after the pictures are stored. */
async function untilCounted(wanted: Partial<DuplicateOverview>): Promise<void> {
  await expect.poll(overview).toMatchObject(wanted)
}

async function open(view = ''): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${server.origin}/datasets/${datasetId}/duplicates${view}`)
  await page.getByRole('heading', { name: 'Duplicates' }).waitFor()
  return page
}
/** What is looked at has the keyboard. */
const ready = (page: Page, heading: string | RegExp) =>
  page.getByRole('region').filter({ hasText: heading }).and(page.locator(':focus')).waitFor()

test('where nothing waits, the page says how something gets there', async () => {
  const page = await open()
  await page.getByText('No copies wait for you').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
})

describe('copies of one picture', () => {
  test('are found as they arrive, and the best is kept by one key', async () => {
    const dataset = await collect([
      [1, 'half'],
      [1, 'whole'],
      [2, 'whole'],
    ])
    await untilCounted({ groups: 1, lastAct: null })
    const before = [await held(), classFolders(dataset)] as const
    expect(before[0]).toHaveLength(3)

    const page = await open()
    await ready(page, '2 copies of the same picture')
    const best = page.getByRole('article').filter({ hasText: 'Proposed keeper' })
    await best.getByText('960 × 640').waitFor()
    expect(await best.getByRole('listitem').count()).toBeGreaterThan(0)

    await page.keyboard.press('Enter')
    await page.getByText('All decided').waitFor()
    await untilCounted({ groups: 0, lastAct: expect.objectContaining({ act: 'keep', removed: 1 }) })
    expect(await held()).toHaveLength(2)
    await expect.poll(() => classFolders(dataset).lanterns).toHaveLength(2)

    await page.keyboard.press('u')
    await ready(page, '2 copies of the same picture')
    await untilCounted({ groups: 1, lastAct: null })
    await expect.poll(async () => [await held(), classFolders(dataset)]).toEqual(before)
  })

  test('are told apart for good by one key', async () => {
    const page = await open()
    await ready(page, '2 copies of the same picture')
    await page.keyboard.press('n')
    await page.getByText('All decided').waitFor()
    await untilCounted({ groups: 0, lastAct: expect.objectContaining({ act: 'not-duplicates' }) })
    await page.reload()
    await page.getByText('No copies wait for you').waitFor()
    // After a reload nothing was decided on this page: the undo takes back what was decided last.
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('2 copies of the same picture').waitFor()
  })

  test('another one may be kept, or several', async () => {
    await collect([
      [3, 'whole'],
      [3, 'half'],
      [3, 'mirrored'],
      [3, 'cut'],
      [3, 'grey'],
    ])
    await untilCounted({ groups: 2 })
    const page = await open()
    await ready(page, '2 copies of the same picture')
    await page.keyboard.press('ArrowDown')
    await page.getByText('5 copies of the same picture').waitFor()
    await page.getByRole('button', { name: /^Keep 1, remove 4/ }).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('x')
    await page.getByRole('button', { name: /^Keep 2, remove 3/ }).waitFor()
    await page.keyboard.press('2')
    await page.getByRole('button', { name: /^Keep 1, remove 4/ }).waitFor()
    const stays = page.getByRole('article').filter({ hasText: 'Stays' })
    expect(await stays.getByText('Proposed keeper').count()).toBe(0)
  })

  test('two windows agree without a reload', async () => {
    const [one, other] = [await open(), await open()]
    await ready(other, '2 copies of the same picture')
    await other.keyboard.press('ArrowDown')
    await ready(one, '2 copies of the same picture')
    await one.bringToFront()
    await one.keyboard.press('k')
    await one.getByText('5 copies of the same picture').waitFor()
    await other.getByRole('link', { name: 'Kept together 1' }).waitFor()
    await one.keyboard.press('u')
    await one.getByText('2 copies of the same picture').waitFor()
    await other.getByRole('link', { name: 'Kept together 0' }).waitFor()
  })

  test('keys do nothing while the focus is elsewhere', async () => {
    const page = await open()
    await ready(page, '2 copies of the same picture')
    await tabTo(page, /overlay/i)
    await page.getByRole('link', { name: 'Gallery' }).focus()
    await page.keyboard.press('n')
    await page.keyboard.press('k')
    // A decision leaves the screen at once.
    expect(await page.getByText('2 copies of the same picture').isVisible()).toBe(true)
    await untilCounted({ groups: 2, kept: 0 })
  })

  test('a decision about what changed meanwhile is refused, and what is there now is shown', async () => {
    const page = await open()
    await ready(page, '2 copies of the same picture')
    const path = '**/duplicates/groups/*/decision'
    await page.route(path, route =>
      route.fulfill({
        status: 409,
        json: { code: 'DUPLICATES_CHANGED', message: '', hint: '', facts: {} },
      }),
    )
    await page.keyboard.press('Enter')
    await page.getByText('not as they were when you looked').waitFor()
    await page.getByText('2 copies of the same picture').waitFor()
    await untilCounted({ groups: 2 })
  })
})

describe('a difference', () => {
  test('is seen in four ways, each accessible, with pictures laid over each other', async () => {
    const page = await open()
    await ready(page, '2 copies of the same picture')
    await page.keyboard.press('ArrowDown')
    await page.getByText('5 copies of the same picture').waitFor()
    expect(await accessibilityFaults(page), 'side by side').toEqual([])
    for (const mode of ['Overlay', 'Blink', 'Difference']) {
      await page.setViewportSize({ width: 1280, height: 900 })
      await page.keyboard.press('v')
      await page.getByRole('button', { name: mode, pressed: true }).waitFor()
      expect(await accessibilityFaults(page), mode).toEqual([])
    }
  })

  test('a mirrored copy lies on the picture it mirrors: nothing is left but what compression does', async () => {
    const page = await open()
    await ready(page, '2 copies of the same picture')
    await page.keyboard.press('ArrowDown')
    await page.getByText('5 copies of the same picture').waitFor()
    const relation = page.getByText(/^Mirrored/).filter({ visible: true })
    for (let step = 0; step < 4 && (await relation.count()) === 0; step++)
      await page.keyboard.press('ArrowRight')
    await relation.waitFor()
    await page.getByRole('button', { name: 'Difference' }).click()
    const frame = page.locator('.layer-frame-difference')
    await frame
      .locator('img')
      .last()
      .evaluate((image: HTMLImageElement) => image.decode())
    await page.getByRole('slider', { name: 'Amplify' }).fill('1')
    const shot = await frame.screenshot()
    const { default: sharp } = await import('sharp')
    const { channels } = await sharp(shot).stats()
    const mean = channels.slice(0, 3).reduce((sum, channel) => sum + channel.mean, 0) / 3
    expect(mean).toBeLessThan(12)
  })

  test('does not blink for those who want no movement', async () => {
    const page = await open()
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.reload()
    await ready(page, '2 copies of the same picture')
    await page.getByRole('button', { name: 'Blink', exact: true }).click()
    await page.getByRole('button', { name: 'Blink by itself' }).waitFor()
    await page.getByRole('button', { name: 'Swap' }).click()
    await page.locator('.layer-other[style*="opacity: 1"]').waitFor()
  })
})

describe('a picture found for two classes', () => {
  test('waits for a person, who decides by a number and may change their mind', async () => {
    const dataset = await collect([[2, 'whole']], longLabel)
    await untilCounted({ conflicts: 1 })
    const page = await open('/conflicts')
    await ready(page, longLabel)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.setViewportSize({ width: 400, height: 800 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
    await page.keyboard.press('2')
    await page.getByText('All decided').waitFor()
    expect(await accessibilityFaults(page), 'all decided').toEqual([])
    await untilCounted({ conflicts: 0 })
    await expect.poll(() => Object.values(classFolders(dataset)).map(files => files.length)).toContain(1)
    await page.keyboard.press('u')
    await ready(page, longLabel)
    await untilCounted({ conflicts: 1 })
  })
})

test('what cannot be read is told, with a way to try again', async () => {
  const page = await open()
  await page.route('**/duplicates/groups?*', route => route.abort())
  await page.reload()
  await page.getByRole('button', { name: 'Try again' }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.unroute('**/duplicates/groups?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('2 copies of the same picture').waitFor()
})

test('the overview and the pages’ list say how much waits', async () => {
  const page = await context.newPage()
  await page.goto(server.origin)
  await page.getByRole('link', { name: '2 groups of copies and 1 label conflict wait for you' }).waitFor()
  await page.getByRole('link', { name: 'Duplicates 3' }).click()
  await page.getByText('2 copies of the same picture').waitFor()
})

test('class folders and index agree in the end', async () => {
  await server.stop()
  expect(verify(home)).toMatchObject({ code: 0 })
})
