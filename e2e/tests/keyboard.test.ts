/** Popup and options are used by keyboard alone, from the first pairing to taking a collect back. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ExtensionBrowser, startBrowser } from '../support/browser.ts'
import { waitUntilDone } from '../support/dataset.ts'
import { activeTabId } from '../support/extension.ts'
import { tabTo } from '../support/keyboard.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'

const tiles = 4

let home: string
let web: Awaited<ReturnType<typeof startMeteredWeb>>
let server: TestServer
let browser: ExtensionBrowser

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  web = await startMeteredWeb()
  server = await startTestServer(home)
  browser = await startBrowser({ answers: web.answers(tiles) })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await web?.close()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})

const fill = async (page: Page, name: RegExp, text: string) => {
  await tabTo(page, name)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(text)
}
const press = async (page: Page, name: RegExp) => {
  await tabTo(page, name)
  await page.keyboard.press('Enter')
}

test('options: the port is set and the browser paired', async () => {
  const options = await browser.openOwn('options.html')
  await options.getByRole('textbox', { name: 'Port' }).waitFor()
  await fill(options, /^port$/i, String(server.port))
  await press(options, /^save$/i)
  await options.getByRole('textbox', { name: 'Pairing code' }).waitFor()
  const { code } = await server.ask<{ code: string }>('POST', '/api/pairing', {})
  await fill(options, /^pairing code$/i, code)
  await press(options, /^connect$/i)
  await options.getByText('This browser is paired').waitFor()
  await options.close()
})

test('popup: reading is allowed, results are collected into a class and taken back', async () => {
  const page = await browser.open(resultsUrl('lanterns'))
  const popup = await browser.openOwn(`popup.html?tab=${await activeTabId(browser)}`)
  await popup.getByRole('button', { name: 'Allow' }).waitFor()
  await press(popup, /^allow$/i)
  await popup.getByText(`${tiles} originals`).waitFor()
  await fill(popup, /^class$/i, 'Lanterns')
  await popup.keyboard.press('Escape')
  await press(popup, /^collect 4$/i)
  await popup.getByText('Finished').waitFor()
  const { classes } = await waitUntilDone(server, tiles)
  expect(classes.map(({ label, images }) => [label, images])).toEqual([['Lanterns', tiles]])
  await press(popup, /^take back$/i)
  await popup.getByText('was taken back').waitFor()
  await popup.close()
  await page.close()
})

test('neither moves for those who want no movement', async () => {
  for (const path of ['options.html', 'popup.html']) {
    const page = await browser.openOwn(path)
    await page.getByRole('heading').first().waitFor()
    /** Longest time anything takes to change, in seconds. */
    const longest = () =>
      page.evaluate(() => {
        const times = [...document.querySelectorAll('*')].flatMap(element => {
          const { animationDuration, transitionDuration } = getComputedStyle(element)
          return `${animationDuration}, ${transitionDuration}`.split(', ').map(Number.parseFloat)
        })
        return Math.max(...times.filter(Number.isFinite))
      })
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await longest()).toBeGreaterThan(0.05)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await longest()).toBeLessThanOrEqual(0.001)
    await page.close()
  }
})
