/** The gallery of very many pictures: only what is in sight is there, and acts about all of them are told of at their end. */
import { randomBytes } from 'node:crypto'
import type { GalleryImage, GalleryPage } from '@gleaner/shared/gallery'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Festival, says, startFestival } from '../support/festival.ts'
import { multiplyPictures } from '../support/index-rows.ts'

const many = 5000
let festival: Festival

beforeAll(async () => {
  festival = await startFestival()
  await festival.restart(() => multiplyPictures(festival.dataset, many))
})
afterAll(() => festival?.close())
afterEach(() => festival.closePages())

const open = (query?: string) => festival.openGallery(query)
const tiles = (page: Page) => page.getByRole('gridcell')

test('an act about all of them is told of at its end on any page, and taken back there', async () => {
  const page = await open()
  await says(page, '5,000')
  await tiles(page).first().focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.getByText('5,000 selected').waitFor()
  await page.getByRole('button', { name: 'Keep', exact: true }).click()
  await page.getByRole('link', { name: 'Settings' }).click()
  const toasts = page.getByRole('status')
  await toasts.getByText('Kept 5,000 pictures').waitFor()
  expect(await festival.total('mark=kept')).toBe(many)
  await toasts.getByRole('button', { name: 'Undo' }).click()
  await toasts.getByText('Undone: Kept 5,000 pictures').waitFor()
  expect(await festival.total('mark=kept')).toBe(0)
})

test('its end is a key away, and only what is in sight is there', async () => {
  const page = await open()
  await says(page, '5,000')
  const grid = page.getByRole('grid')
  const rows = Number(await grid.getAttribute('aria-rowcount'))
  await tiles(page).first().focus()
  await page.keyboard.press('End')
  const last = tiles(page).and(page.locator(':focus'))
  await expect.poll(() => last.getAttribute('data-place')).toBe(`${many - 1}`)
  await last.locator('img').waitFor()
  const row = page.locator('[role=row]').filter({ has: page.locator(':focus') })
  expect(await row.getAttribute('aria-rowindex')).toBe(`${rows}`)
  expect(await tiles(page).count()).toBeLessThan(150)
})

test('a range reaches over what was never in sight', async () => {
  const page = await open()
  await tiles(page)
    .first()
    .click({ modifiers: ['ControlOrMeta'] })
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
  const end = page.locator(`[data-place="${many - 1}"]`)
  await end.locator('img').waitFor()
  await end.click({ modifiers: ['Shift'] })
  await page.getByText('5,000 selected').waitFor()
})

test('what is looked at stays in its place while others come above it', async () => {
  const page = await open()
  await page.evaluate(() => window.scrollTo(0, 6000))
  const inSight = () =>
    page.evaluate(() => {
      const all = [...document.querySelectorAll<HTMLElement>('.tile:has(img)')]
      const seen = all.find(each => each.getBoundingClientRect().top > 100)
      const src = seen?.querySelector('img')?.getAttribute('src') ?? ''
      return { src, topPx: seen?.getBoundingClientRect().top ?? 0 }
    })
  await expect.poll(async () => (await inSight()).src).not.toBe('')
  const before = await inSight()
  const newest = await festival.server.ask<GalleryPage>(
    'GET',
    `/api/datasets/${festival.dataset.id}/gallery?limit=7&sort=-stored`,
  )
  await festival.server.ask('POST', `/api/datasets/${festival.dataset.id}/acts`, {
    key: randomBytes(16).toString('hex'),
    act: { kind: 'trash', of: { imageIds: newest.images.map(({ id }) => id) } },
  })
  await says(page, '4,993')
  const after = await page
    .locator(`img[src="${before.src}"]`)
    .evaluate(image => image.closest('.tile')?.getBoundingClientRect().top ?? 0)
  // Rows above are broken anew, so its own may begin elsewhere; it is still where it was looked at.
  expect(Math.abs(after - before.topPx)).toBeLessThan(300)
})

/** Answers for a server that has very many pictures: all like one that is there, each with an id of its own. */
async function pretend(page: Page, pictures: number): Promise<void> {
  const base = `**/api/datasets/${festival.dataset.id}`
  const like = await festival.server.ask<GalleryPage>(
    'GET',
    `/api/datasets/${festival.dataset.id}/gallery?limit=1`,
  )
  const [image] = like.images
  if (!image) throw new Error('There is no picture.')
  const made = (place: number): GalleryImage => ({
    ...image,
    id: place.toString(16).padStart(20, '0') as typeof image.id,
    title: `Picture no. ${place}`,
  })
  await page.route(`${base}/gallery/aspects*`, route =>
    route.fulfill({
      body: Buffer.alloc(pictures, 128),
      headers: { 'x-gleaner-revision': 'made', 'content-type': 'application/octet-stream' },
    }),
  )
  await page.route(`${base}/gallery?*`, route => {
    const query = new URL(route.request().url()).searchParams
    const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))]
    const count = Math.max(0, Math.min(limit, pictures - offset))
    const images = Array.from({ length: count }, (_, step) => made(offset + step))
    return route.fulfill({ json: { images, offset, total: pictures, revision: 'made', cursor: null } })
  })
  await page.route(`${base}/images/*/thumbnail*`, route =>
    route.continue({
      url: route
        .request()
        .url()
        .replace(/images\/[0-9a-f]+/, `images/${image.id}`),
    }),
  )
}

test('a list that is higher than a page can be is scrolled to its end, step by step and in leaps', async () => {
  const pictures = 1_000_000
  const page = await festival.context.newPage()
  await pretend(page, pictures)
  await page.goto(`${festival.server.origin}/datasets/${festival.dataset.id}/gallery`)
  await says(page, '1,000,000')
  await page.getByRole('button', { name: 'Large', exact: true }).click()
  const rows = Number(await page.getByRole('grid').getAttribute('aria-rowcount'))
  expect(rows * 200, 'higher than a page may be').toBeGreaterThan(12_000_000)

  // Ends first, by key: what has the focus is in sight, and is the last one.
  await tiles(page).first().focus()
  await page.keyboard.press('End')
  const focused = page.locator('.tile:focus')
  await expect.poll(() => focused.getAttribute('data-place')).toBe(`${pictures - 1}`)
  await focused.locator('img').waitFor()
  const placeInSight = () =>
    page.evaluate(() => {
      const inSight = [...document.querySelectorAll<HTMLElement>('.tile:has(img)')].find(tile => {
        const { top } = tile.getBoundingClientRect()
        return top > 0 && top < window.innerHeight - 100
      })
      return Number(inSight?.dataset.place ?? -1)
    })
  await expect.poll(placeInSight).toBeGreaterThan(pictures - 40)

  // A leap by the scroll bar to the middle is one to the middle of the list.
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2))
  await expect.poll(placeInSight).toBeGreaterThan(pictures * 0.48)
  const middle = await placeInSight()
  expect(middle).toBeLessThan(pictures * 0.52)

  // Steps by the wheel lead on from there, by what was turned and no more.
  await page.mouse.move(640, 500)
  for (let step = 0; step < 5; step++) await page.mouse.wheel(0, 400)
  await expect.poll(placeInSight).toBeGreaterThan(middle + 8)
  expect((await placeInSight()) - middle).toBeLessThan(60)

  await page.evaluate(() => window.scrollTo(0, 0))
  await expect.poll(placeInSight).toBeLessThan(40)
})
