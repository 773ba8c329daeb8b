/** The page of quality: problems by how many they take, a threshold that is tried before it is kept, decisions by keyboard. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import type { GalleryPage } from '@gleaner/shared/gallery'
import type { QualityOverview, QualityProblem } from '@gleaner/shared/quality-problems'
import type { Browser, BrowserContext, Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { startPlainChromium } from '../support/browser.ts'
import { classFolders, verify, waitUntilDone } from '../support/dataset.ts'
import { jpegScene } from '../support/pictures.ts'
import { signedIn } from '../support/signed-in.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'

const names = ['sharp', 'blurred', 'dark'] as const
const each = 5
const classNames = ['Lamps that were photographed at night in the old town in 2026', 'فوانيس'] as const

let home: string
let web: Server
let server: TestServer
let browser: Browser
let context: BrowserContext
let dataset: DatasetSummary

/** Sharp, blurred and dark pictures, each of another scene. */
async function pictureAt(path: string): Promise<Buffer | undefined> {
  const [, kind = '', number = ''] = /^\/(\w+)-(\d+)\.jpg/.exec(path) ?? []
  const place = Number(number)
  const drawn = await jpegScene(names.indexOf(kind as (typeof names)[number]) * 50 + place + 1, 480, 320, 92)
  if (kind === 'sharp') return drawn
  if (kind === 'blurred')
    return sharp(drawn)
      .blur(3 + place)
      .jpeg({ quality: 92 })
      .toBuffer()
  return kind === 'dark' ? sharp(drawn).linear(0.08, 0).jpeg({ quality: 92 }).toBuffer() : undefined
}

async function collect(label: string, kinds: readonly string[], port: number): Promise<void> {
  await server.ask('POST', '/api/import', {
    batchId: randomBytes(16).toString('hex'),
    dataset: 'Festival',
    class: label,
    origin: { engine: 'import', query: 'lanterns' },
    candidates: kinds.flatMap(kind =>
      Array.from({ length: each }, (_, place) => ({
        sources: [{ kind: 'original', url: `http://photos${place}.example:${port}/${kind}-${place}.jpg` }],
        title: `${kind} ${place}`,
      })),
    ),
  })
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  web = createServer((request, response) => {
    void pictureAt(request.url ?? '').then(body =>
      body
        ? response.writeHead(200, { 'content-type': 'image/jpeg' }).end(body)
        : response.writeHead(404).end(),
    )
  })
  await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve))
  const { port } = web.address() as AddressInfo
  server = await startTestServer(home)
  await collect(classNames[0], ['sharp', 'blurred'], port)
  await collect(classNames[1], ['dark'], port)
  dataset = await waitUntilDone(server, names.length * each)
  browser = await startPlainChromium()
  context = await signedIn(browser, server)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  web?.closeAllConnections()
  web?.close()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})
// Each holds a connection for its news, of which a browser has six for a server.
afterEach(async () => {
  for (const page of context.pages()) await page.close()
})

const base = () => `/api/datasets/${dataset.id}`
async function found(problem: QualityProblem) {
  const { problems } = await server.ask<QualityOverview>('GET', `${base()}/quality`)
  const one = problems.find(each => each.problem === problem)
  if (!one) throw new Error(`no ${problem}`)
  return one
}
const tiles = (page: Page) => page.getByRole('gridcell')
const titles = (page: Page) =>
  tiles(page).evaluateAll(cells => cells.map(cell => cell.getAttribute('aria-label')))
const status = (page: Page) => page.getByRole('region', { name: 'Threshold' }).getByRole('status')

async function open(path = ''): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${server.origin}/datasets/${dataset.id}/quality${path}`)
  await page.locator('.tile img').first().waitFor()
  return page
}

test('problems are ranked by how many pictures they take, and those are listed worst first', async () => {
  const page = await open('/blurry')
  expect((await found('blurry')).count).toBe(each)
  await status(page).getByText(`${each} pictures`).waitFor()
  const { images } = await server.ask<GalleryPage>('GET', `${base()}/gallery?sort=sharpness&limit=${each}`)
  const scores = images.map(image => image.scores?.sharpness ?? Number.NaN)
  expect(scores).toEqual(scores.toSorted((a, b) => a - b))
  expect(await titles(page)).toEqual(images.map(({ title }) => title))
  expect((await titles(page)).every(title => title?.startsWith('blurred'))).toBe(true)
  const counts = await page.locator('.problem-count > [aria-hidden]').allInnerTexts()
  expect(counts.map(Number)).toEqual(counts.map(Number).sort((a, b) => b - a))
  await page.getByRole('link', { name: /^Too dark/ }).click()
  await expect.poll(() => titles(page)).toHaveLength(each)
  expect((await titles(page)).every(title => title?.startsWith('dark'))).toBe(true)
  await page.getByRole('button', { name: /Class/ }).click()
  await page.getByRole('option', { name: new RegExp(classNames[0]) }).click()
  await page.getByText('No picture has this problem').waitFor()
})

test('a threshold is tried by keyboard, kept, and brought back', async () => {
  const page = await open('/blurry')
  const { threshold } = await found('blurry')
  const slider = page.getByRole('slider')
  await slider.focus()
  await page.keyboard.press('End')
  await status(page)
    .getByText(`${names.length * each} pictures`)
    .waitFor()
  await expect.poll(() => tiles(page).count()).toBe(names.length * each)
  expect((await found('blurry')).threshold, 'only tried').toBe(threshold)
  await page.reload()
  await status(page).getByText('Sharpness 100 or less').waitFor()
  await page.getByRole('slider').focus()
  await page.keyboard.press('ArrowLeft')
  await status(page).getByText('Sharpness 99 or less').waitFor()
  await page.getByRole('button', { name: 'Keep this threshold' }).click()
  await expect.poll(async () => (await found('blurry')).threshold).toBe(99)
  await page.getByRole('button', { name: /^Usual/ }).click()
  await status(page).getByText(`${each} pictures`).waitFor()
  await expect.poll(async () => (await found('blurry')).threshold).toBe(threshold)
})

test('pictures are kept, selected and removed by keyboard alone, and come back', async () => {
  const page = await open('/blurry')
  const before = classFolders(dataset)
  await tiles(page).first().focus()
  await page.keyboard.press('k')
  await expect.poll(() => tiles(page).count()).toBe(each - 1)
  await expect.poll(async () => (await found('blurry')).count).toBe(each - 1)
  expect(classFolders(dataset), 'kept').toEqual(before)

  await tiles(page).first().focus()
  await page.keyboard.press('Control+a')
  await page
    .getByRole('region', { name: 'Selected pictures' })
    .getByText(`${each - 1} selected`)
    .waitFor()
  await page.keyboard.press('Delete')
  await page.getByText('No picture has this problem').waitFor()
  await expect.poll(async () => (await found('blurry')).count).toBe(0)
  // The index lets go of a picture first, its file follows.
  const left = () => Object.values(classFolders(dataset)).flat()
  await expect.poll(() => left().length).toBe(names.length * each - (each - 1))
  const trash = await server.ask<GalleryPage>('GET', `${base()}/gallery?place=trash`)
  expect(trash.total).toBe(each - 1)

  await page.keyboard.press('Control+z')
  await expect.poll(() => tiles(page).count()).toBe(each - 1)
  await expect.poll(() => classFolders(dataset)).toEqual(before)
  await page.keyboard.press('Control+z')
  await expect.poll(() => tiles(page).count()).toBe(each)
  expect(verify(home).code).toBe(0)
})

test('it is accessible in every look, with and without pictures, and fits a narrow window', async () => {
  const page = await open('/blurry')
  expect(await accessibilityFaults(page), 'pictures').toEqual([])
  await page.getByRole('button', { name: /^Select all/ }).click()
  expect(await accessibilityFaults(page), 'selected').toEqual([])
  await page.getByRole('link', { name: /^Very wide/ }).click()
  await page.getByText('No picture has this problem').waitFor()
  expect(await accessibilityFaults(page), 'nothing').toEqual([])
  await page.setViewportSize({ width: 400, height: 800 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
})

test('what cannot be read is told, with a way to try again', async () => {
  const page = await context.newPage()
  await page.route('**/quality', (route, request) =>
    request.resourceType() === 'document' ? route.fallback() : route.abort(),
  )
  await page.goto(`${server.origin}/datasets/${dataset.id}/quality/blurry`)
  await page.getByRole('alert').first().waitFor()
  await page.unroute('**/quality')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('.tile img').first().waitFor()
})
