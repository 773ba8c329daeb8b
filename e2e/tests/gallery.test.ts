/** The gallery: any filter in the address, selections of every kind, and acts that two windows agree about. */
import type { GalleryPage } from '@gleaner/shared/gallery'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { classFolders, verify } from '../support/dataset.ts'
import { type Festival, longLabel, rightToLeft, says, startFestival } from '../support/festival.ts'

let festival: Festival

beforeAll(async () => {
  festival = await startFestival()
})
afterAll(() => festival?.close())
// Each holds a connection for its news, of which a browser has six for a server.
afterEach(() => festival.closePages())

const open = (query?: string, isEmpty?: boolean) => festival.openGallery(query, isEmpty)
const total = (query?: string) => festival.total(query)
const classId = (label: string) => festival.classId(label)
const galleryAddress = () => `${festival.server.origin}/datasets/${festival.dataset.id}/gallery`
const tiles = (page: Page) => page.getByRole('gridcell')
const picked = (page: Page) => page.getByRole('gridcell', { selected: true })

describe('a filter', () => {
  test('stands in the address, is widened and narrowed by presses, and goes back with the browser', async () => {
    const page = await open()
    await says(page, '20')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('checkbox', { name: new RegExp(`^${longLabel}`) }).check()
    await says(page, '12')
    expect(new URL(page.url()).searchParams.get('class')).toBe(`${classId(longLabel)}`)
    await page.getByRole('heading', { name: longLabel, level: 1 }).waitFor()
    await page.getByRole('checkbox', { name: new RegExp(rightToLeft) }).check()
    await says(page, '20')
    await page.getByRole('searchbox', { name: 'Words in title or address' }).fill('fanous')
    await says(page, '8')
    await page.getByRole('button', { name: 'Words: fanous , remove' }).click()
    await says(page, '20')
    await page.goBack()
    await says(page, '8')
    await page.reload()
    await says(page, '8')
    await page.getByRole('button', { name: 'Clear all' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('')
  })

  test('can be given a name, and is called by it', async () => {
    const page = await open(`?class=${classId(rightToLeft)}&sort=side`)
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('textbox', { name: 'Name for what is shown now' }).fill('Small ones')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: /^Small ones/ }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.goto(galleryAddress())
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('button', { name: /^Small ones/ }).click()
    await says(page, '8')
    expect(new URL(page.url()).searchParams.get('sort')).toBe('side')
  })

  test('that takes nothing says so, and one that cannot be read as well', async () => {
    const page = await open('?text=nothing-like-this', true)
    await page.getByText('No picture is all of this').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.goto(`${galleryAddress()}?side=wide`)
    await page.getByRole('button', { name: 'Try again' }).click()
    await says(page, '20')
  })

  test('is reached by the address of a class as well', async () => {
    const page = await open(`/${classId(rightToLeft)}`)
    await says(page, '8')
    expect(new URL(page.url()).search).toBe(`?class=${classId(rightToLeft)}`)
  })
})

describe('a selection', () => {
  test('is made by keys alone, as far as everything', async () => {
    const page = await open()
    await tiles(page).first().focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Space')
    expect(await picked(page).count()).toBe(1)
    for (let step = 0; step < 4; step++) await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(() => picked(page).count()).toBe(5)
    await page.keyboard.press('Shift+ArrowLeft')
    await expect.poll(() => picked(page).count()).toBe(4)
    await page.keyboard.press('ControlOrMeta+a')
    await page.getByText('20 selected').waitFor()
    await page.keyboard.press('Space')
    await page.getByText('19 selected').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect.poll(() => picked(page).count()).toBe(0)
  })

  test('is made by range, by single pictures and by rectangle', async () => {
    const page = await open()
    await tiles(page)
      .nth(1)
      .click({ modifiers: ['ControlOrMeta'] })
    await tiles(page)
      .nth(4)
      .click({ modifiers: ['Shift'] })
    await expect.poll(() => picked(page).count()).toBe(4)
    await tiles(page).nth(2).click()
    await expect.poll(() => picked(page).count()).toBe(3)

    await tiles(page).first().scrollIntoViewIfNeeded()
    const [first, second] = [await tiles(page).nth(0).boundingBox(), await tiles(page).nth(1).boundingBox()]
    if (!first || !second) throw new Error('No tiles.')
    await page.mouse.move(first.x + first.width - 12, first.y + 50)
    await page.mouse.down()
    await page.mouse.move(second.x + 20, second.y + 70, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => picked(page).count()).toBe(2)
    await page.getByRole('button', { name: 'Select nothing' }).click()
    await expect.poll(() => picked(page).count()).toBe(0)
  })
})

describe('an act', () => {
  test('is on screen at once, moves the files, and is taken back by its toast, in both windows', async () => {
    const before = classFolders(festival.dataset)
    const [one, other] = [await open(), await open()]
    await says(other, '20')
    await one.bringToFront()
    await tiles(one).first().focus()
    await one.keyboard.press('Space')
    await one.keyboard.press('Shift+ArrowRight')
    await one.getByText('2 selected').waitFor()
    await one.getByRole('button', { name: 'Trash', exact: true }).click()
    await says(one, '18')
    await says(other, '18')
    expect(await total('place=trash')).toBe(2)
    await one.getByRole('button', { name: 'Undo' }).click()
    await says(one, '20')
    await says(other, '20')
    const count = (folders: typeof before) => Object.values(folders).map(files => files.length)
    expect(count(classFolders(festival.dataset))).toEqual(count(before))
  })

  test('about everything a filter takes makes a class on the way, and is undone by Ctrl Z', async () => {
    const page = await open(`?class=${classId(rightToLeft)}`)
    await tiles(page).first().focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.getByRole('button', { name: 'Move…' }).click()
    await page.getByRole('combobox', { name: 'Class' }).fill('Lanterns')
    await page.getByRole('button', { name: 'Make the class and move' }).click()
    await page.getByText('No pictures in this class yet').waitFor()
    await expect.poll(() => classFolders(festival.dataset).lanterns?.length).toBe(8)
    await page.keyboard.press('ControlOrMeta+z')
    await says(page, '8')
    await expect.poll(() => total(`class=${classId(rightToLeft)}`)).toBe(8)
  })

  test('splits a selection off into a new class by one key, and says when its name is taken', async () => {
    const page = await open(`?class=${classId(longLabel)}`)
    await tiles(page).first().focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('c')
    const label = page.getByRole('textbox', { name: 'Label of the new class' })
    await label.fill(rightToLeft)
    await page.getByText('There is a class of this name').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await label.fill('Torches')
    await page.keyboard.press('Enter')
    await says(page, '10')
    await expect.poll(() => classFolders(festival.dataset).torches?.length).toBe(2)
    await page.getByRole('button', { name: 'Undo' }).click()
    await says(page, '12')
    await expect.poll(() => total(`class=${classId(longLabel)}`)).toBe(12)
  })

  test('that is refused leaves the screen again', async () => {
    const page = await open()
    await page.route('**/acts', route =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 409, json: { code: 'CLASS_EXISTS', message: '', hint: '', facts: {} } })
        : route.continue(),
    )
    await tiles(page).first().focus()
    await page.keyboard.press('Delete')
    await page.locator('.toast-warning').waitFor()
    await says(page, '20')
    expect(await total('place=trash')).toBe(0)
  })

  test('goes on under the same key when the server did not answer', async () => {
    const page = await open()
    const keys: string[] = []
    await page.route('**/acts', async route => {
      if (route.request().method() !== 'POST') return route.continue()
      keys.push(route.request().postDataJSON().key)
      // The first time it arrives, and its answer is lost.
      if (keys.length > 1) return route.continue()
      await route.fetch()
      return route.abort()
    })
    await tiles(page).first().focus()
    await page.keyboard.press('k')
    await expect.poll(() => keys.length).toBe(2)
    expect(keys[1]).toBe(keys[0])
    await expect.poll(() => total('mark=kept')).toBe(1)
    await page.getByText('Kept 1 picture').waitFor()
  })
})

describe('a picture', () => {
  test('is opened by its address, stepped through by keys, and says what was done to it', async () => {
    const { images } = await festival.server.ask<GalleryPage>(
      'GET',
      `/api/datasets/${festival.dataset.id}/gallery?mark=kept&limit=1`,
    )
    const page = await open(`?image=${images[0]?.id}`)
    const panel = page.getByRole('dialog')
    await panel.getByText('Kept 1 picture').waitFor()
    await panel.getByText('Sharpness').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Next picture' }).waitFor()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => new URL(page.url()).searchParams.get('image')).not.toBe(images[0]?.id)
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => new URL(page.url()).searchParams.get('image')).toBe(images[0]?.id)
    await panel.getByRole('button', { name: 'Trash' }).click()
    await says(page, '19')
    await expect.poll(() => total('place=trash')).toBe(1)
    await page.keyboard.press('Escape')
    await page.keyboard.press('ControlOrMeta+z')
    await says(page, '20')
    // On screen it is taken back at once; the page must not be closed before the server knows.
    await expect.poll(() => total('place=trash')).toBe(0)
  })

  test('in the trash is looked at and put back', async () => {
    const page = await open()
    await tiles(page).first().focus()
    await page.keyboard.press('Delete')
    await expect.poll(() => total('place=trash')).toBe(1)
    await page.goto(`${galleryAddress()}?place=trash`)
    await page.locator('.tile img').first().waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await tiles(page).first().focus()
    await page.keyboard.press('r')
    await page.getByText('The trash is empty').waitFor()
    await expect.poll(() => total()).toBe(20)
  })
})

test('it is accessible with filter and grid in every look, and fits a narrow window', async () => {
  const page = await open()
  expect(await accessibilityFaults(page), 'rows').toEqual([])
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.getByRole('button', { name: 'Squares' }).click()
  await page.getByRole('button', { name: 'Filter' }).click()
  const parts = page.locator('.filter-part:not([open]) > summary')
  for (let left = await parts.count(); left > 0; left--) await parts.first().click()
  expect(await accessibilityFaults(page), 'filter').toEqual([])
  await page.setViewportSize({ width: 400, height: 800 })
  await page.reload()
  await page.locator('.tile img').first().waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('button', { name: 'Show 20 pictures' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('what cannot be read is told, with a way to try again', async () => {
  const page = await open()
  await page.route('**/gallery?*', route => route.abort())
  await page.reload()
  await page.getByRole('button', { name: 'Try again' }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.unroute('**/gallery?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await says(page, '20')
})

test('class folders and index agree about all that was done', async () => {
  await festival.server.stop()
  expect(verify(festival.home)).toMatchObject({ code: 0 })
})
