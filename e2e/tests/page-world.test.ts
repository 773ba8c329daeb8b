/** Results that only the page's own scripts receive are read, and the page, friendly or not, notices nothing of it. */
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveBar } from '../support/closed-shadow.ts'
import { createWorld, type World } from '../support/world.ts'

const origin = 'https://www.google.com'
const address = (about: string) => `${origin}/search?q=${about}&udm=2`

const docid = (place: number) => `page-world-${place}`

function tile(place: number): string {
  return `<div data-docid="${docid(place)}" data-lpage="https://host.example/${place}"><a><img width="90" height="60" alt="Picture ${place}"></a></div>`
}

/** What an answer says about a result, one layer of quotes deep as in real ones. */
function answerAbout(...places: readonly number[]): string {
  const records = places.map(place => [
    0,
    docid(place),
    [`https://thumbs.example/${place}`, 60, 90],
    [`https://host.example/${place}.jpg`, 1000, 1500],
    { '2003': [null, 'r', `https://host.example/${place}`, `Picture ${place}`] },
  ])
  return `)]}'\n${JSON.stringify([JSON.stringify(records)])}`
}

const html = (tiles: number, script: string) =>
  `<!doctype html><title>x</title><script>${script}</script><div id="rso"><div data-id="mosaic">${Array.from({ length: tiles }, (_, place) => tile(place)).join('')}</div></div>`

/** Asks for results in both ways, and keeps what came of it. */
const friendly = `
  const seen = (globalThis.seen = { refused: 0 })
  addEventListener('unhandledrejection', event => { seen.refused++; event.preventDefault() })
  seen.asked = (async () => {
    const response = await fetch('/search?q=answers&udm=2&start=10')
    seen.isResponse = response instanceof Response && !response.bodyUsed
    seen.fetched = await response.text()
    seen.requested = await new Promise(resolve => {
      const request = new XMLHttpRequest()
      seen.opened = request.open('GET', new URL('/search?q=answers&udm=2&start=20', location))
      request.onload = () => resolve(request.responseText)
      request.send()
    })
    seen.functions = [fetch, XMLHttpRequest.prototype.open].map(one =>
      [one.name, one.length, /native code/.test(Function.prototype.toString.call(one))].join())
    void fetch('/search?q=refused&udm=2&start=10')
  })()
`

/** Answers every question itself, ten thousand times, after it has broken what it could lay its hands on. */
const hostile = `
  const native = { dispatch: EventTarget.prototype.dispatchEvent, CustomEvent, apply: Reflect.apply }
  const found = name => () => { throw new Error('reached ' + name) }
  const forged = ${JSON.stringify(Array.from({ length: 200 }, (_, place) => `${address('forged')}\n${answerAbout(place)}`))}
  const huge = ${JSON.stringify(`${address('forged')}\n`)} + 'x'.repeat(3_000_000)
  document.addEventListener('gleaner:ask', () => {
    const forge = detail => native.apply(native.dispatch, document, [new native.CustomEvent('gleaner:answer', { detail })])
    for (const one of forged) forge(one)
    for (let turn = 0; turn < 10_000; turn++) forge(turn % 2 ? huge : { url: 1, get body() { throw new Error('read') } })
  }, true)
  const { fetch, XMLHttpRequest } = window
  const { parse } = JSON
  ;(async () => {
    for (const [holder, names] of [
      [EventTarget.prototype, ['addEventListener', 'dispatchEvent', 'removeEventListener']],
      [Response.prototype, ['clone']],
      [ReadableStream.prototype, ['getReader']],
      [TextDecoder.prototype, ['decode']],
      [RegExp.prototype, ['exec', 'test']],
      [Reflect, ['apply']],
      [JSON, ['stringify']],
      [window, ['CustomEvent', 'URL', 'TextDecoder', 'Proxy']],
    ]) for (const name of names) Object.defineProperty(holder, name, { value: found(name) })
    Object.defineProperty(Array.prototype, 0, { set: found('array'), configurable: true })
    const response = await fetch('/search?q=hostile&udm=2&start=10')
    document.documentElement.dataset.fetched = await response.text()
    const request = new XMLHttpRequest()
    request.open('GET', '/search?q=hostile&udm=2&start=20')
    request.onload = () => { document.documentElement.dataset.requested = request.responseText }
    request.send()
  })()
`

const bodies: Readonly<Record<string, string>> = {
  '/search?q=answers&udm=2': html(4, friendly),
  '/search?q=answers&udm=2&start=10': answerAbout(0, 1),
  '/search?q=answers&udm=2&start=20': answerAbout(2),
  '/search?q=hostile&udm=2': html(200, hostile),
  '/search?q=hostile&udm=2&start=10': answerAbout(190),
  '/search?q=hostile&udm=2&start=20': answerAbout(191),
}

let world: World

beforeAll(async () => {
  world = await createWorld(url => {
    const body = url.origin === origin ? bodies[url.pathname + url.search] : undefined
    return body === undefined ? undefined : { body }
  })
})
afterAll(() => world?.close())

/** Opens a page and lets it do its work; everything thrown in it, in whichever world, is noted. */
async function open(url: string): Promise<{ page: Page; thrown: string[] }> {
  const page = await world.browser.context.newPage()
  const cdp = await world.browser.context.newCDPSession(page)
  const thrown: string[] = []
  cdp.on('Runtime.exceptionThrown', ({ exceptionDetails }) => thrown.push(JSON.stringify(exceptionDetails)))
  await cdp.send('Runtime.enable')
  await page.goto(url)
  return { page, thrown }
}

test('what the page fetches is read, and the page gets all of it as it always did', async () => {
  const { page, thrown } = await open(address('answers'))
  const bar = await driveBar(page)
  await bar.waitFor('button', /^allow/i)
  await bar.click('button', /^allow/i)
  await bar.waitFor('button', /^collect 3$/i)
  await page.evaluate('seen.asked')
  await page.waitForFunction('seen.refused === 1')
  const { asked: _, ...seen } = (await page.evaluate('seen')) as Record<string, unknown>
  expect(seen).toEqual({
    refused: 1,
    isResponse: true,
    fetched: answerAbout(0, 1),
    requested: answerAbout(2),
    functions: ['fetch,1,true', 'open,2,true'],
  })
  expect(thrown).toEqual([])
  await page.close()
})

test('a page that forges answers without end gets no further than the caps, and breaks only itself', async () => {
  const { page, thrown } = await open(address('hostile'))
  const bar = await driveBar(page)
  await bar.waitFor('button', /^collect 50$/i)
  // Nothing can be evaluated in such a page; what it has written can be read.
  const html = page.locator('html[data-requested]')
  expect(await html.getAttribute('data-fetched')).toBe(answerAbout(190))
  expect(await html.getAttribute('data-requested')).toBe(answerAbout(191))
  expect(thrown).toEqual([])
  await page.close()
})
