/** What Gleaner draws on the pages of others: axe finds nothing to object to in any state, and keys alone suffice. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/accessibility.ts'
import { type ExtensionBrowser, startBrowser } from '../support/browser.ts'
import { driveBar } from '../support/closed-shadow.ts'
import { type ExtensionCopy, extensionWith, pairExtension } from '../support/extension.ts'
import { tabTo } from '../support/keyboard.ts'
import { resultsUrl, startMeteredWeb } from '../support/metered-web.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'
import { chooseByBar } from '../support/world.ts'

const tiles = 12

let home: string
let web: Awaited<ReturnType<typeof startMeteredWeb>>
let server: TestServer
let extension: ExtensionCopy
let browser: ExtensionBrowser

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  web = await startMeteredWeb()
  server = await startTestServer(home)
  // axe looks from inside the page, where closed roots cannot be seen.
  extension = await extensionWith({ granted: [], isOpen: true })
  browser = await startBrowser({ answers: web.answers(tiles), extensionFolder: extension.folder })
  await pairExtension(browser, server)
})
afterAll(async () => {
  await browser?.close()
  await extension?.remove()
  await server?.stop()
  await web?.close()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})

const faultsOf = (page: Page) => accessibilityFaults(page, ['gleaner-bar', 'gleaner-marks'])

test('before it is allowed, and allowed by keyboard', async () => {
  const page = await browser.open(resultsUrl('states'))
  const bar = await driveBar(page)
  await bar.waitFor('button', /^allow/i)
  expect(await faultsOf(page)).toEqual([])
  await tabTo(page, /^allow$/i)
  await page.keyboard.press('Enter')
  await bar.waitFor('button', /^collect 12$/i)
  await page.close()
})

describe('allowed', () => {
  let page: Page
  let bar: Awaited<ReturnType<typeof driveBar>>

  beforeAll(async () => {
    page = await browser.open(resultsUrl('states'))
    bar = await chooseByBar(page, 'Lanterns')
    await bar.waitFor('button', /^collect 12$/i)
  })
  afterAll(() => page?.close())

  test('ready to collect, with marks on the tiles', async () => {
    expect(await page.locator('gleaner-marks').count()).toBe(1)
    expect(await faultsOf(page)).toEqual([])
  })

  test('moving only for those who want movement', async () => {
    const moving = () =>
      page.evaluate(() => {
        const roots = ['gleaner-bar', 'gleaner-marks'].map(name => document.querySelector(name)?.shadowRoot)
        const elements = roots.flatMap(root => [...(root?.querySelectorAll('*') ?? [])])
        const isMoving = (element: Element) => {
          const { animationName, transitionDuration } = getComputedStyle(element)
          return animationName !== 'none' || transitionDuration.split(', ').some(time => time !== '0s')
        }
        return [...new Set(elements.filter(isMoving).map(({ classList }) => classList[0]))].sort()
      })
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    // Plates stand on the tiles once the server has said what it holds.
    await expect.poll(moving).toEqual(expect.arrayContaining(['bar', 'plate']))
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await expect.poll(moving).toEqual([])
  })

  test('with its filters open', async () => {
    await bar.click('button', /^filters/i)
    await bar.waitFor('group', /^filters$/i)
    expect(await faultsOf(page)).toEqual([])
    await bar.click('button', /^filters/i)
  })

  test('while pictures are picked', async () => {
    await bar.click('button', /^pick$/i)
    await bar.waitFor('group', /^picking$/i)
    expect(await faultsOf(page)).toEqual([])
    await bar.click('button', /^done$/i)
  })

  test('collected by keyboard, and done', async () => {
    await tabTo(page, /^class$/i)
    await tabTo(page, /^collect 12$/i)
    await page.keyboard.press('Enter')
    await bar.waitForText(/12 stored/)
    await bar.waitFor('button', /^undo$/i)
    expect(await faultsOf(page)).toEqual([])
  })

  test('with a server that has gone', async () => {
    await server.kill()
    await bar.waitForText(/server is not running/i)
    expect(await faultsOf(page)).toEqual([])
    server = await startTestServer(home, { port: server.port })
  })

  test('out of the way', async () => {
    await page.reload()
    await bar.click('button', /^minimi[sz]e/i)
    await bar.waitFor('button', /^open gleaner/i)
    expect(await faultsOf(page)).toEqual([])
  })
})
