/** What is done to classes as a whole, how it stands in the history, and how the dashboard looks. */
import type { ActPage } from '@gleaner/shared/acts'
import type { DatasetDetail } from '@gleaner/shared/api'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { verify } from '../support/dataset.ts'
import { type Festival, longLabel, rightToLeft, startFestival } from '../support/festival.ts'

let festival: Festival

beforeAll(async () => {
  festival = await startFestival()
})
afterAll(() => festival?.close())
afterEach(() => festival.closePages())

const base = () => `/datasets/${festival.dataset.id}`
const dataset = () => festival.server.ask<DatasetDetail>('GET', `/api${base()}`)
async function openOverview(): Promise<Page> {
  const page = await festival.context.newPage()
  await page.goto(festival.server.origin)
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  return page
}
async function openHistory(): Promise<Page> {
  const page = await festival.context.newPage()
  await page.goto(`${festival.server.origin}${base()}/history`)
  await page.getByRole('heading', { name: 'History', level: 1 }).waitFor()
  return page
}

const menu = async (page: Page, label: string, choice: RegExp) => {
  await page.getByRole('button', { name: `What can be done with ${label}` }).press('Enter')
  await page.getByRole('menuitem', { name: choice }).press('Enter')
}
const labels = async () => (await dataset()).classes.map(({ label }) => label).toSorted()

test('are described, renamed, merged and deleted, each taken back by the same key', async () => {
  const page = await openOverview()
  await menu(page, rightToLeft, /^Goal/)
  await page.getByRole('textbox', { name: 'Goal' }).fill('100')
  await page.getByRole('textbox', { name: 'Synonyms' }).fill('lanterns, lamps')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await page
    .getByText(/ of 100$/)
    .first()
    .waitFor()

  await menu(page, rightToLeft, /^Rename/)
  await page.getByRole('textbox', { name: 'Label' }).fill(longLabel)
  await page.getByText('Merge the two instead').waitFor()
  await page.getByRole('textbox', { name: 'Label' }).fill('Lamps')
  await page.keyboard.press('Enter')
  await expect.poll(labels).toEqual(['Lamps', longLabel])
  await page.getByRole('link', { name: 'Lamps' }).first().waitFor()
  await page.keyboard.press('Control+z')
  await expect.poll(labels).toEqual([longLabel, rightToLeft].toSorted())

  const { images } = await dataset()
  await page.getByRole('link', { name: rightToLeft }).first().waitFor()
  await menu(page, rightToLeft, /^Merge/)
  await page.getByRole('button', { name: /Into/ }).press('Enter')
  await page.getByRole('option', { name: longLabel }).press('Enter')
  await page.getByRole('button', { name: /^Move \d+ pictures$/ }).press('Enter')
  await expect.poll(labels).toEqual([longLabel])
  await page.keyboard.press('Control+z')
  await expect.poll(labels).toEqual([longLabel, rightToLeft].toSorted())

  await page.getByRole('link', { name: rightToLeft }).first().waitFor()
  await menu(page, rightToLeft, /^Delete/)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: /^Delete it with \d+ pictures$/ }).press('Enter')
  await expect.poll(labels).toEqual([longLabel])
  await page.keyboard.press('Control+z')
  await expect.poll(async () => (await dataset()).images).toBe(images)
  expect(await accessibilityFaults(page)).toEqual([])
})

test('one is made by an act: it stands in the history, is taken back by its toast, and comes again', async () => {
  const page = await openOverview()
  await page.getByRole('button', { name: 'Add class' }).click()
  const label = page.getByRole('textbox', { name: 'Label' })
  await label.fill(longLabel)
  await page.getByText('There is a class of this name').waitFor()
  await label.fill('Torches')
  await page.getByRole('textbox', { name: 'Goal' }).fill('40')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.keyboard.press('Enter')
  await page.getByText('0 of 40').first().waitFor()
  await expect.poll(labels).toEqual([longLabel, 'Torches', rightToLeft])
  const toasts = page.getByRole('status')
  await toasts.getByText('Made the class Torches').waitFor()
  await toasts.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(labels).toEqual([longLabel, rightToLeft])
  await page.getByText('0 of 40').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+Shift+z')
  await expect.poll(labels).toEqual([longLabel, 'Torches', rightToLeft])
  const { acts } = await festival.server.ask<ActPage>('GET', `/api${base()}/acts?limit=1`)
  expect(acts).toMatchObject([{ kind: 'create-class', state: 'done', by: 'dashboard' }])
})

test('an act of the history is taken back alone, and those after it stand', async () => {
  const [page, other] = [await openOverview(), await openHistory()]
  await page.bringToFront()
  await page.getByRole('button', { name: 'Add class' }).click()
  await page.getByRole('textbox', { name: 'Label' }).fill('Candles')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Made the class Candles').waitFor()
  await menu(page, rightToLeft, /^Rename/)
  await page.getByRole('textbox', { name: 'Label' }).fill('Fanous')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText(`Renamed ${rightToLeft} to Fanous`).waitFor()

  // The other window was told of both.
  await other.bringToFront()
  await other.getByRole('button', { name: 'Undo only this: Made the class Candles' }).click()
  await other.getByRole('status').getByText('Undone: Made the class Candles').waitFor()
  expect(await accessibilityFaults(other)).toEqual([])
  expect(await labels()).toEqual(['Fanous', longLabel, 'Torches'])
  await other.getByRole('button', { name: `Undo: Renamed ${rightToLeft} to Fanous` }).click()
  await expect.poll(labels).toEqual([longLabel, 'Torches', rightToLeft])
})

test('light or dark is chosen in the settings, against the system, in all windows', async () => {
  const [page, other] = [await openOverview(), await openOverview()]
  await page.bringToFront()
  const ground = (of: Page) => of.evaluate(() => getComputedStyle(document.body).backgroundColor)
  for (const each of [page, other]) await each.emulateMedia({ colorScheme: 'light' })
  const light = await ground(page)
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('radio', { name: 'Dark' }).check()
  await expect.poll(() => ground(page)).not.toBe(light)
  const dark = await ground(page)
  await expect.poll(() => ground(other)).toBe(dark)
  await page.reload()
  await page.getByRole('radio', { name: 'Dark' }).waitFor()
  expect(await ground(page)).toBe(dark)
  await page.getByRole('radio', { name: 'As the system' }).check()
  await expect.poll(() => ground(other)).toBe(light)
  expect(await accessibilityFaults(page)).toEqual([])
})

test('an address that leads nowhere, or a part the server does not have any more, says so', async () => {
  const page = await festival.context.newPage()
  await page.goto(`${festival.server.origin}/datasets/nowhere/gallery`)
  await page.getByRole('heading', { name: 'There is no such dataset' }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('link', { name: 'Go to the overview' }).click()
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  await page.route('**/assets/history-*', route => route.fulfill({ status: 404 }))
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('heading', { name: 'This page could not be shown' }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('link', { name: 'Overview', exact: true }).click()
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
})

test('class folders and index agree in the end', async () => {
  await festival.server.stop()
  expect(verify(festival.home)).toMatchObject({ code: 0 })
})
