/**
 * The browser dies at random moments while a person collects, with a server that is there, away or slow. What the bar had
 * called collected is in the dataset exactly once; of what it had not yet, all or nothing.
 */
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ExtensionBrowser, startBrowser } from '../support/browser.ts'
import { driveBar } from '../support/closed-shadow.ts'
import { verify, waitUntilDone } from '../support/dataset.ts'
import { pairExtension } from '../support/extension.ts'
import { arrivedOf } from '../support/index-rows.ts'
import { resultsUrl } from '../support/metered-web.ts'
import { createRandom } from '../support/pictures.ts'
import type { Manner } from '../support/relay.ts'
import { type Rig, startRig } from '../support/rig.ts'

const kills = 12
const tiles = 4
/** Longest time from a press to the end; most ends come much sooner. */
const longestMs = 1500

const manners: readonly (readonly [string, Manner])[] = [
  ['there', {}],
  ['away', { isAway: true }],
  ['slow', { delayMs: 700 }],
]

/** To repeat a run: `GLEANER_SEED=… npm run e2e -- outbox-kills`. */
const seed = Number(process.env.GLEANER_SEED ?? randomInt(2 ** 31))
const random = createRandom(seed)

interface Kill {
  readonly query: string
  readonly says: string
  readonly isShown: boolean
}

let rig: Rig
let browser: ExtensionBrowser

const launch = () => startBrowser({ answers: rig.web.answers(tiles), profileFolder: rig.profileFolder })

beforeAll(async () => {
  rig = await startRig()
  browser = await launch()
  await pairExtension(browser, rig.relayed)
  const page = await browser.open(resultsUrl('before'))
  const bar = await driveBar(page)
  await bar.click('button', /^allow/i)
  await bar.waitFor('button', /^collect \d/i)
  await browser.kill()
})
afterAll(async () => {
  await browser?.close()
  await rig?.close()
})

/** Collects what a query shows and kills the browser a random moment after the press. */
async function collectAndKill(number: number): Promise<Kill> {
  const [name, manner] = manners[number % manners.length] ?? ['', {}]
  const query = `kill ${number}`
  const moment = Math.round(random() ** 2 * longestMs)
  browser = await launch()
  const page = await browser.open(resultsUrl(query))
  const bar = await driveBar(page)
  await bar.fill('combobox', /class/i, 'Lanterns')
  await page.keyboard.press('Escape')
  await bar.waitFor('button', /^collect \d/i)
  rig.relay.behave(manner)
  await bar.click('button', /^collect \d/i)

  // What the bar says of this press; what it says of waiting pictures counts those of earlier ones, too.
  let said: string | undefined
  const watch = async () => {
    while (said === undefined) said = /^Lanterns in .+: .*\d.*$/m.exec(await bar.allText())?.[0]
  }
  // The last question goes unanswered.
  const watching = watch().catch(() => undefined)
  await new Promise(resolve => setTimeout(resolve, moment))
  await browser.kill()
  await watching
  const isShown = said !== undefined
  return { query, isShown, says: `${query}: server ${name}, after ${moment} ms: ${said ?? 'not yet shown'}` }
}

test(`${kills} random moments (seed ${seed})`, async () => {
  const done: Kill[] = []
  for (let number = 0; number < kills; number++) done.push(await collectAndKill(number))
  const log = done.map(({ says }) => says).join('\n')

  rig.relay.behave({})
  browser = await launch()
  const options = await browser.openOwn('options.html')
  await options.getByText('Nothing waits.').waitFor()
  const dataset = await rig.server.ask<{ datasets: { folder: string }[] }>('GET', '/api/overview')
  const folder = dataset.datasets[0]?.folder ?? ''
  const arrived = done.map(kill => ({ ...kill, ...arrivedOf({ folder }, kill.query) }))
  for (const { query, isShown, batches, urls } of arrived) {
    const wanted = rig.web.results(query, tiles).map(({ imageUrl }) => imageUrl)
    const isThere = urls.length > 0
    expect(urls, `${query}, seed ${seed}\n${log}`).toEqual(isShown || isThere ? wanted.sort() : [])
    expect(batches, `${query}, seed ${seed}\n${log}`).toBe(isThere ? 1 : 0)
  }
  // Else nothing has been tried.
  expect(arrived.filter(({ isShown }) => isShown).length, log).toBeGreaterThan(0)

  const total = arrived.reduce((sum, { urls }) => sum + urls.length, 0)
  expect((await waitUntilDone(rig.server, total)).counts.stored).toBe(total)
  expect(verify(rig.home)).toMatchObject({ code: 0 })
  expect(browser.strays).toEqual([])
}, 300_000)
