/** From held pictures to files a trainer loads: splits, a version, what would be lost, the proof, a comparison, and back in. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportList } from '@gleaner/shared/exports'
import type { GalleryPage } from '@gleaner/shared/gallery'
import type { ImportList } from '@gleaner/shared/imports'
import type { SplitState } from '@gleaner/shared/splits'
import type { VersionList } from '@gleaner/shared/versions'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { classFolders, verify } from '../support/dataset.ts'
import { type Festival, longLabel, says, startFestival } from '../support/festival.ts'

const pictures = 20
let festival: Festival

beforeAll(async () => {
  festival = await startFestival()
})
afterAll(() => festival?.close())
afterEach(() => festival.closePages())

const base = () => `/api/datasets/${festival.dataset.id}`
const ask = <Answer>(path: string) => festival.server.ask<Answer>('GET', `${base()}/${path}`)

async function open(path: string): Promise<Page> {
  const page = await festival.context.newPage()
  await page.goto(`${festival.server.origin}/datasets/${festival.dataset.id}/${path}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

/** In no look is anything wrong, and nothing sticks out of a narrow window. */
async function isFine(page: Page, what: string): Promise<void> {
  expect(await accessibilityFaults(page), what).toEqual([])
  await page.setViewportSize({ width: 400, height: 800 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth), what).toBe(400)
  await page.setViewportSize({ width: 1280, height: 900 })
}

async function assigned(): Promise<number> {
  const { classes } = await ask<SplitState>('splits')
  return classes.reduce((sum, { train, validation, test: held }) => sum + train + validation + held, 0)
}

test('pictures are split by a plan that says first what it comes to, and the split can be taken back', async () => {
  const page = await open('splits')
  await page.getByText(`Puts ${pictures} pictures into splits.`).waitFor()
  expect(await assigned(), 'looking changes nothing').toBe(0)
  await page.getByLabel('Validation').fill('a tenth')
  await page.getByText('A number from 0 to 90.').waitFor()
  expect(await page.getByRole('button', { name: 'Split pictures' }).isDisabled()).toBe(true)
  await page.getByLabel('Validation').fill('20')
  await page.getByLabel('Test').fill('20')
  await page.getByRole('button', { name: 'Split pictures' }).click()
  await page.getByText('Every picture is where this plan puts it.').waitFor()
  expect(await assigned()).toBe(pictures)
  const row = page.getByRole('row').filter({ hasText: longLabel })
  const { classes } = await ask<SplitState>('splits')
  const told = classes.find(({ label }) => label === longLabel)
  expect(await row.getByRole('cell').allTextContents()).toEqual([
    ...['', `${told?.train}`, `${told?.validation}`, `${told?.test}`],
  ])
  await isFine(page, 'splits')

  await page.getByRole('main').focus()
  await page.keyboard.press('Control+z')
  await page.getByRole('button', { name: 'Split pictures' }).waitFor()
  expect(await assigned()).toBe(0)
  await page.keyboard.press('Control+Shift+z')
  await page.getByText('Every picture is where this plan puts it.').waitFor()
  expect(await assigned()).toBe(pictures)
})

test('the numbers of splits lead to their pictures, which are pinned and kept together there', async () => {
  const page = await open('splits')
  const { classes } = await ask<SplitState>('splits')
  const { train = 0, classId = 0 } = classes.find(({ label }) => label === longLabel) ?? {}
  await page.getByRole('link', { name: `${train} train of ${longLabel}` }).click()
  await says(page, `${train}`)
  expect(new URL(page.url()).search).toBe(`?class=${classId}&split=train`)
  await page.getByRole('button', { name: 'Split: Train' }).waitFor()
  await page.locator('.tile').first().focus()
  await page.keyboard.press('Control+a')
  await page.getByRole('button', { name: 'Split…' }).click()
  await page.getByText('Select pictures one by one').waitFor()
  expect(await page.getByRole('button', { name: 'Pin' }).isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Select nothing' }).click()

  // Whoever is in train stays there: no class is left without a picture in one of its splits.
  const { images } = await ask<GalleryPage>(`gallery?class=${classId}&split=train&limit=2`)
  const [first, second] = images.map(({ id }) => id)
  await festival.server.ask('POST', `${base()}/splits/together`, {
    ...{ name: 'One lantern', imageIds: [first, second] },
  })
  const panel = page.getByRole('dialog').filter({ has: page.getByText('Kept together as “One lantern”') })
  await page.goto(`${page.url()}&image=${first}`)
  await panel.getByText('Train', { exact: true }).first().waitFor()
  await panel.getByRole('button', { name: 'Split…' }).click()
  await page.getByRole('button', { name: 'Pin', exact: true }).click()
  await panel.getByText('Train, pinned').waitFor()
  await isFine(page, 'a pinned picture')

  await page.goto(`${festival.server.origin}/datasets/${festival.dataset.id}/splits`)
  await page.getByText('1 pinned').waitFor()
  await page.getByRole('button', { name: 'Let One lantern apart' }).click()
  await page.getByText('Kept together by you').waitFor({ state: 'detached' })
  await festival.server.ask('POST', `${base()}/splits/pin`, { split: null, imageIds: [first] })
  await page.getByText('0 pinned').waitFor()
  expect((await ask<SplitState>('splits')).classes, 'nothing has moved').toEqual(classes)
})

test('a version is made, and says whether its splits are clean', async () => {
  const page = await open('versions')
  await page.getByText('No version yet').waitFor()
  await isFine(page, 'no version')
  await page.getByRole('button', { name: 'New version' }).click()
  await page.getByLabel('Name').fill('First')
  await isFine(page, 'dialog')
  await page.keyboard.press('Enter')
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'First' }) })
  await card.getByText('No copies across splits').waitFor()
  await isFine(page, 'one version')
  await card.getByRole('button', { name: 'Describe' }).click()
  await page.getByLabel('What is new in it').fill('Lanterns as they were found.')
  await page.getByRole('button', { name: 'Save' }).click()
  await card.getByText('Lanterns as they were found.').waitFor()
  const { versions } = await ask<VersionList>('versions')
  expect(versions.map(({ name, images }) => [name, images])).toEqual([['First', pictures]])
})

test('what would be lost is said with a way to mend it, and an export is proved before it has a name', async () => {
  const page = await open('exports')
  const checked = page.getByRole('region', { name: 'Before it is written' })
  await checked.getByText(`${pictures} pictures in 2 classes`).waitFor()
  await page.getByText('Pictures', { exact: true }).click()
  await page
    .getByRole('button', { name: /^File format/ })
    .or(page.getByLabel('File format'))
    .first()
    .click()
  await page.getByRole('option', { name: /^WebP/ }).click()
  const lost = checked.getByRole('listitem').filter({ hasText: 'Would be lost' })
  await lost.first().waitFor()
  await isFine(page, 'something would be lost')
  await lost.first().getByRole('button', { name: 'Fix' }).click()
  await lost.first().waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Write export' }).click()
  await page.getByText(`Read back: ${pictures} pictures in 2 classes`).waitFor()
  await isFine(page, 'an export')

  const [written] = (await ask<ExportList>('exports')).exports
  expect(written).toMatchObject({ state: 'done', proof: { images: pictures, digestsCompared: pictures } })
  const folder = join(festival.dataset.folder, written?.path ?? '')
  expect(readdirSync(folder)).toEqual(
    expect.arrayContaining(['train', 'val', 'test', 'README.md', 'CREDITS.csv']),
  )
})

test('two versions are compared, picture by picture', async () => {
  const [lost] = (await ask<{ images: { id: string }[] }>('gallery?limit=1')).images
  await festival.server.ask('POST', `${base()}/acts`, {
    ...{ key: '0'.repeat(32), act: { kind: 'trash', of: { imageIds: [lost?.id] } } },
  })
  await festival.server.ask('POST', `${base()}/versions`, { name: 'Second' })
  const page = await open('versions')
  await page.getByRole('link', { name: 'Compare' }).click()
  await page.getByRole('heading', { name: 'Compare versions' }).waitFor()
  const changed = page.getByRole('list', { name: 'Pictures that differ' }).getByRole('listitem')
  await changed.first().waitFor()
  expect(await changed.allTextContents()).toEqual([expect.stringContaining('Removed')])
  await isFine(page, 'comparison')
  await page.getByRole('button', { name: 'Swap' }).click()
  await changed.filter({ hasText: 'Added' }).waitFor()
})

test('an export is brought in again: what was removed stays away, all else is known', async () => {
  const [written] = (await ask<ExportList>('exports')).exports
  const page = await open('imports')
  await isFine(page, 'no import')
  await page
    .getByLabel('Folder, archive or list on this computer')
    .fill(join(festival.dataset.folder, written?.path ?? ''))
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByText('An export of Gleaner ·').waitFor()
  await expect.poll(async () => (await ask<ImportList>('imports')).imports[0]?.state).toBe('done')
  await expect
    .poll(async () => {
      const { counts } = (await ask<ImportList>('imports')).imports[0] ?? {}
      return (counts?.queued ?? 1) + (counts?.leased ?? 0)
    })
    .toBe(0)
  expect(Object.values(classFolders(festival.dataset)).flat()).toHaveLength(pictures - 1)
  await isFine(page, 'an import')
  await page.getByRole('listitem').getByRole('button', { name: 'Undo', exact: true }).click()
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByText('Taken back.').waitFor()
  expect(Object.values(classFolders(festival.dataset)).flat(), 'all was there before').toHaveLength(
    pictures - 1,
  )
  const list = Buffer.from(`url,class\nhttp://elsewhere.example/a.jpg,${longLabel}\n`)
  await page.locator('input[type=file]').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: list })
  await page.getByRole('button', { name: 'Look which classes are in it' }).click()
  await page.getByLabel(`Class for ${longLabel}`).fill('Night lantern')
  await isFine(page, 'classes of a source')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByText('1 left out: only an address is named').waitFor()
  await page.getByRole('button', { name: 'Show the recipe' }).click()
  await page.getByText('lanterns').or(page.getByText(longLabel)).first().waitFor()
  await isFine(page, 'a recipe')
})

test('an export is deleted with its files, a version without its pictures', async () => {
  const [written] = (await ask<ExportList>('exports')).exports
  const folder = join(festival.dataset.folder, written?.path ?? '')
  const page = await open('exports')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete files' }).click()
  await expect.poll(() => existsSync(folder)).toBe(false)
  const versions = await open('versions')
  await versions.getByRole('button', { name: 'Delete' }).first().click()
  await versions.getByRole('button', { name: 'Delete version' }).click()
  await expect.poll(async () => (await ask<VersionList>('versions')).versions.length).toBe(1)
  expect(verify(festival.home).code).toBe(0)
})
