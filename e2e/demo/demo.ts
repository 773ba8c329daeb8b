/**
 * The whole loop on one machine without the internet: a made-up results page in a real Chromium with the extension, a real
 * server, and a small web of generated pictures. `npm run demo`, or `npm run demo -- --headless` to watch it in a terminal.
 *
 * The server here may reach this machine; the one of `npm start` cannot (server/test/net-guard.test.ts).
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CandidatePage, Overview } from '@gleaner/shared/api'
import { catalogue, isErrorCode } from '@gleaner/shared/errors'
import { countsInWords } from '@gleaner/shared/outcome'
import type { Page } from 'playwright'
import { type Answers, startBrowser } from '../support/browser.ts'
import { driveBar } from '../support/closed-shadow.ts'
import { pairExtension } from '../support/extension.ts'
import { startMadeUpWeb } from '../support/made-up-web.ts'
import { bingPage } from '../support/results-page.ts'
import { startTestServer, type TestServer } from '../support/stack.ts'

const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)
const isHeadless = process.argv.includes('--headless') || !hasScreen
const query = 'paper lanterns'
const resultsUrl = `https://www.bing.com/images/search?q=${encodeURIComponent(query)}`

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  if (!hasScreen) say('There is no screen here: the demo runs without one.')
  const home = await mkdtemp(join(tmpdir(), 'gleaner-demo-'))
  const web = await startMadeUpWeb()
  const server = await startTestServer(home)
  const page = bingPage(
    query,
    web.pictures.map(({ result }) => result),
  )
  const answers: Answers = url => (url.hostname === 'www.bing.com' ? { body: page } : web.answer(url))
  const browser = await startBrowser({ answers, isHeadless })
  try {
    await pairExtension(browser, server)
    const dashboard = await browser.open(await server.link())
    const results = await browser.open(resultsUrl)
    if (isHeadless) await collectAndReport(results, server)
    else await letThePersonTry(results, dashboard, home)
  } finally {
    await browser.close().catch(() => {}) // already closed by the person
    await server.stop()
    await web.close()
  }
}

async function letThePersonTry(results: Page, dashboard: Page, home: string): Promise<void> {
  say('\n  The results page is made up; extension, server and dashboard are real, and already connected.')
  say('  1. In the bar at the bottom of the page press Allow, then Collect.')
  say('  2. Look at the other tab: the dashboard.')
  say(`  3. The class folders are in ${home}.`)
  say('\n  Close the browser to end the demo.\n')
  await results.bringToFront()
  const context = dashboard.context()
  await new Promise<void>(resolve => context.once('close', () => resolve()))
}

async function collectAndReport(results: Page, server: TestServer): Promise<void> {
  const bar = await driveBar(results)
  await bar.click('button', /^allow/i)
  await bar.waitForText(/\d+ originals/)
  await bar.fill('combobox', /class/i, query)
  await results.keyboard.press('Escape')
  await bar.click('button', /^collect/i)
  const dataset = await waitUntilDone(server)
  say(`\nDataset     ${dataset.folder}`)
  for (const { label, folder, images } of dataset.classes) {
    say(`Class       ${label}: ${images} pictures in ${join(dataset.folder, 'images', folder)}`)
  }
  say(`Outcomes    ${countsInWords(dataset.counts)}\n`)
  const { candidates } = await server.ask<CandidatePage>(
    'GET',
    `/api/datasets/${dataset.id}/candidates?limit=500`,
  )
  for (const { url, state, code, explanation } of candidates.toReversed()) {
    const why = explanation ?? (isErrorCode(code) ? catalogue[code].say : '')
    say(`${state.padEnd(10)} ${url}\n           ${why}`)
  }
}

async function waitUntilDone(server: TestServer) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const { datasets } = await server.ask<Overview>('GET', '/api/overview')
    const [dataset] = datasets
    const isDone = dataset && dataset.counts.queued + dataset.counts.leased === 0 && dataset.images > 0
    if (isDone) return dataset
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error('The demo did not finish within a minute.')
}

await main()
