/**
 * What a person collected reaches the server exactly once: though the server is away, the background worker is stopped
 * at any point of its work, or the whole browser dies.
 */
import type { Overview } from '@gleaner/shared/api'
import { catalogue } from '@gleaner/shared/errors'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ExtensionBrowser, startBrowser } from '../support/browser.ts'
import { driveBar } from '../support/closed-shadow.ts'
import { verify, waitUntilDone } from '../support/dataset.ts'
import { extensionWith, pairExtension } from '../support/extension.ts'
import { arrivedOf } from '../support/index-rows.ts'
import { resultsUrl } from '../support/metered-web.ts'
import { type Rig, startRig } from '../support/rig.ts'
import { chooseByBar, collectByBar } from '../support/world.ts'

const tiles = 12
const halts = ['way-there', 'way-back'] as const

let rig: Rig
let browser: ExtensionBrowser
/** Candidates that should be in the dataset by now. */
let collected = 0

const launch = () => startBrowser({ answers: rig.web.answers(tiles), profileFolder: rig.profileFolder })

async function collect(query: string) {
  const page = await browser.open(resultsUrl(query))
  return { page, bar: await collectByBar(page, 'Lanterns') }
}

interface Storage {
  readonly QUOTA_BYTES: number
  getBytesInUse(key: null): Promise<number>
  set(items: object): Promise<void>
  remove(key: string): Promise<void>
}

/** Runs in a page of the extension: leaves less room than a batch takes. */
async function fillStorage(): Promise<void> {
  const { local } = (globalThis as unknown as { chrome: { storage: { local: Storage } } }).chrome.storage
  const room = local.QUOTA_BYTES - (await local.getBytesInUse(null))
  await local.set({ filler: 'x'.repeat(room - 2000) })
}

/** Runs in a page of the extension. */
async function emptyStorage(): Promise<void> {
  const { local } = (globalThis as unknown as { chrome: { storage: { local: Storage } } }).chrome.storage
  await local.remove('filler')
}

/** Waits for all of a query and looks whether anything is missing or there twice. */
async function expectOnce(query: string): Promise<void> {
  collected += tiles
  const dataset = await waitUntilDone(rig.server, collected)
  expect(dataset.counts.stored).toBe(collected)
  const { batches, urls } = arrivedOf(dataset, query)
  expect(batches).toBe(1)
  expect(urls).toHaveLength(tiles)
  expect(new Set(urls).size).toBe(tiles)
}

async function expectEmptyOutbox(): Promise<void> {
  const options = await browser.openOwn('options.html')
  await options.getByText('Nothing waits.').waitFor()
  await options.close()
}

beforeAll(async () => {
  rig = await startRig()
  browser = await launch()
  await pairExtension(browser, rig.relayed)
})
afterAll(async () => {
  await browser?.close()
  await rig?.close()
})

describe('the background worker is stopped', () => {
  test.each(halts)('while a batch is on its %s', async halt => {
    const query = `worker ${halt}`
    const isHeld = rig.relay.holdNextBatch(halt)
    const { page, bar } = await collect(query)
    await isHeld
    await browser.stopWorker()
    await bar.waitForText(new RegExp(`${tiles} stored`))
    await expectOnce(query)
    await page.close()
  })

  test('right after the press', async () => {
    const { page, bar } = await collect('worker press')
    await browser.stopWorker()
    await bar.waitForText(new RegExp(`${tiles} stored`))
    await expectOnce('worker press')
    await page.close()
    await expectEmptyOutbox()
  })

  test('while the server is away: the bar says so, and no page is needed to go on', async () => {
    await rig.server.kill()
    const { page, bar } = await collect('worker alone')
    await bar.waitForText(/server is not running/)
    await bar.waitForText(new RegExp(`${tiles} pictures kept here and sent as soon as it works`))
    await page.close()
    await browser.stopWorker()
    await rig.restartServer()
    await expectOnce('worker alone')
    await expectEmptyOutbox()
  })
})

describe('the server is slow', () => {
  afterEach(() => rig.relay.behave({}))

  test('the worker is stopped while it waits for the answer', async () => {
    rig.relay.behave({ delayMs: 1500 })
    const isThere = rig.relay.nextBatch()
    const { page, bar } = await collect('worker slow')
    await isThere
    await browser.stopWorker()
    rig.relay.behave({})
    await bar.waitForText(new RegExp(`${tiles} stored`))
    await expectOnce('worker slow')
    await page.close()
  })
})

describe('the browser is killed', () => {
  const comeBack = async () => {
    await browser.kill()
    await rig.server.kill()
    browser = await launch()
  }

  test.each(halts)('while a batch is on its %s', async halt => {
    const query = `browser ${halt}`
    const isHeld = rig.relay.holdNextBatch(halt)
    await collect(query)
    await isHeld
    await comeBack()
    const options = await browser.openOwn('options.html')
    await options.getByRole('cell', { name: 'Waiting' }).waitFor()
    await rig.restartServer()
    await options.getByText('Nothing waits.').waitFor()
    await expectOnce(query)
    await options.close()
  })

  test('once the bar has said that it is kept', async () => {
    await rig.server.kill()
    const { bar } = await collect('browser kept')
    await bar.waitForText(/kept here and sent/)
    await comeBack()
    await rig.restartServer()
    const page = await browser.open(resultsUrl('browser kept'))
    await expectOnce('browser kept')
    await page.close()
    await expectEmptyOutbox()
  })

  test('right after the press: all of it arrives or none, and another press completes it', async () => {
    const query = 'browser press'
    await collect(query)
    await comeBack()
    await rig.restartServer()
    await expectEmptyOutbox()
    const { datasets } = await rig.server.ask<Overview>('GET', '/api/overview')
    const { batches, urls } = arrivedOf(datasets[0] ?? { folder: '' }, query)
    expect([`0 in 0`, `${tiles} in 1`]).toContain(`${urls.length} in ${batches}`)
    if (urls.length === 0) {
      const { page, bar } = await collect(query)
      await bar.waitForText(new RegExp(`${tiles} stored`))
      await page.close()
    } else {
      const page = await browser.open(resultsUrl(query))
      await (await driveBar(page)).waitFor('button', /^nothing new$/i)
      await page.close()
    }
    collected += tiles
    const dataset = await waitUntilDone(rig.server, collected)
    expect(dataset.counts.stored).toBe(collected)
    expect(new Set(arrivedOf(dataset, query).urls).size).toBe(tiles)
  })
})

describe('the browser has no room left', () => {
  test('the bar says that nothing was kept, and another press keeps it once there is room', async () => {
    // With the permission for as much as it takes, only a full disk would do.
    const extension = await extensionWith({ granted: [], withheld: ['unlimitedStorage'] })
    const full = await startBrowser({ answers: rig.web.answers(tiles), extensionFolder: extension.folder })
    await pairExtension(full, rig.server)
    const page = await full.open(resultsUrl('no room'))
    const bar = await chooseByBar(page, 'Lanterns')
    const options = await full.openOwn('options.html')
    await options.evaluate(fillStorage)
    await page.bringToFront()

    await bar.click('button', /^collect \d/i)
    await bar.waitForText(new RegExp(catalogue.HARVEST_OUTBOX_UNWRITABLE.say))
    const { datasets } = await rig.server.ask<Overview>('GET', '/api/overview')
    expect(arrivedOf(datasets[0] ?? { folder: '' }, 'no room').urls).toEqual([])

    await options.evaluate(emptyStorage)
    await bar.click('button', /^collect \d/i)
    await bar.waitForText(new RegExp(`${tiles} stored`))
    await expectOnce('no room')
    expect(full.strays).toEqual([])
    await full.close()
    await extension.remove()
  })
})

test('the data folder is sound in the end, and nothing but this machine was talked to', () => {
  expect(verify(rig.home)).toMatchObject({ code: 0 })
  expect(browser.strays).toEqual([])
})
