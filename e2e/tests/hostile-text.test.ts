/** Titles, addresses, queries and class names that want to be something else are shown as text, in every view. */
import { randomBytes } from 'node:crypto'
import type { Batch, Receipt } from '@gleaner/shared/collect'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { waitUntilDone } from '../support/dataset.ts'
import { hostileTexts } from '../support/hostile-texts.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { createWorld, type World } from '../support/world.ts'

const labels = [...new Set(hostileTexts.map(text => cleanText(text, limits.classChars) ?? 'nothing left'))]
const datasetName = '<img src=x onerror=window.__pwned=1>'

let web: Awaited<ReturnType<typeof startMeteredWeb>>
let world: World
let dataset: DatasetSummary
const alarms: string[] = []

/** One batch per class; each picture, page and query is named with the hostile texts. */
function batches(): Batch[] {
  const results = web.results('hostile', hostileTexts.length)
  return labels.map((label, at) => {
    const text = hostileTexts[at % hostileTexts.length] ?? ''
    const { imageUrl = '' } = results[at % results.length] ?? {}
    const raw = text.replaceAll(/\s|\p{Cc}/gu, '')
    const pageUrl = `https://hostile.example/${raw}`.slice(0, limits.urlChars)
    const candidate = (url: string): Batch['candidates'][number] => ({
      sources: [{ kind: 'original', url: url.slice(0, limits.urlChars) }],
      landingUrl: pageUrl,
      title: text.slice(0, limits.titleChars),
    })
    return {
      batchId: randomBytes(16).toString('hex'),
      dataset: datasetName,
      class: label,
      origin: { engine: 'page', query: text.slice(0, limits.queryChars), pageUrl },
      candidates: [candidate(`${imageUrl}?${raw}`), candidate(`${imageUrl}/../gone?${raw}`)],
    }
  })
}

/** Notes everything that a text treated as text never causes. */
async function watch(page: Page): Promise<void> {
  page.on('dialog', dialog => {
    alarms.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', error => alarms.push(`error: ${error.message}`))
  await page.addInitScript(() => {
    const seen: string[] = []
    Object.assign(window, { __violations: seen })
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) =>
      seen.push(`${effectiveDirective} ${blockedURI} ${sourceFile}`),
    )
  })
}

async function expectCalm(page: Page, where: string): Promise<void> {
  const seen = await page.evaluate(() => {
    const { __pwned, __violations } = window as { __pwned?: unknown; __violations?: string[] }
    const foreign = document.querySelectorAll('main script, main iframe, main object, main embed, main base')
    return { pwned: __pwned ?? null, violations: __violations ?? ['not watched'], foreign: foreign.length }
  })
  expect({ where, ...seen }).toEqual({ where, pwned: null, violations: [], foreign: 0 })
}

beforeAll(async () => {
  web = await startMeteredWeb()
  world = await createWorld(web.answers(4))
  let accepted = 0
  for (const batch of batches()) {
    const receipt = await world.server().ask<Receipt>('POST', '/api/import', batch)
    accepted += receipt.accepted + receipt.refused
  }
  dataset = await waitUntilDone(world.server(), accepted)
})
afterAll(async () => {
  await world?.close()
  await web?.close()
})

test('there is something to show', () => {
  expect(dataset.classes.map(({ label }) => label).sort()).toEqual([...labels].sort())
  expect(dataset.images).toBeGreaterThan(40)
  expect(dataset.counts.failed + dataset.counts.rejected).toBeGreaterThan(40)
})

test('every view of the dashboard shows it as text', async () => {
  const page = await world.browser.context.newPage()
  await watch(page)
  await page.goto(await world.server().link())
  await page.getByRole('heading', { name: datasetName }).first().waitFor()
  await page
    .getByText(labels[0] ?? '')
    .first()
    .waitFor()
  await expectCalm(page, 'overview')

  const ofDataset = ['gallery', 'review', 'duplicates', 'quality', 'activity', 'history', 'trash', 'settings']
  const views = ['/connections', ...ofDataset.map(view => `/datasets/${dataset.id}/${view}`)]
  for (const view of views) {
    await page.goto(world.server().origin + view)
    await page.getByRole('heading').first().waitFor()
    // Which candidates come first depends on who ended last; all of them are of these hosts.
    if (view.endsWith('activity'))
      await page
        .getByText(/photos\d*\.example/)
        .filter({ visible: true })
        .first()
        .waitFor()
    if (view.endsWith('review')) await page.getByRole('region', { name: 'Move to a class' }).waitFor()
    await expectCalm(page, view)
  }
  for (const { id } of dataset.classes.slice(0, 6)) {
    await page.goto(`${world.server().origin}/datasets/${dataset.id}/gallery/${id}`)
    await page.locator('img[src*="/thumbnail"]').first().click()
    await page.getByText('hostile.example').filter({ visible: true }).first().waitFor()
    await expectCalm(page, `picture of class ${id}`)
  }
  await page.close()
})

test('popup, options and bar show it as text', async () => {
  for (const own of ['popup.html', 'options.html']) {
    const page = await world.browser.context.newPage()
    await watch(page)
    await page.goto(`chrome-extension://${world.browser.extensionId}/${own}`)
    await page.getByRole('heading').first().waitFor()
    await expectCalm(page, own)
    await page.close()
  }
  const page = await world.browser.context.newPage()
  await watch(page)
  await page.goto(resultsUrl('hostile'))
  const bar = await driveBar(page)
  await bar.click('button', /^allow/i)
  await bar.fill('combobox', /dataset/i, datasetName)
  await bar.fill('combobox', /class/i, '<')
  await bar.waitFor('option', /^<base href/)
  await expectCalm(page, 'bar')
  await page.close()
})

test('nothing was run, and nobody else was talked to', () => {
  expect(alarms).toEqual([])
  expect(world.browser.strays).toEqual([])
})
