/** What a person sees: frames dropped while a class of 100,000 scrolls by, memory of the page, a key to the next picture. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { type Browser, type Page, startPlainChromium } from '../../../e2e/support/browser.ts'
import { waitUntilDone } from '../../../e2e/support/dataset.ts'
import { multiplyPictures } from '../../../e2e/support/index-rows.ts'
import { startTestServer, type TestServer } from '../../../e2e/support/stack.ts'
import { benchPhotos } from '../bench-photos.ts'
import { type Bench, quantile, type Result } from '../figure.ts'

const frameMs = 1000 / 60
const photosAtMost = 150
const label = 'everything'

/** Serves photos under `http://photos.example`, each as its number. */
async function startPhotoHost(paths: readonly string[]) {
  const server = createServer((request, response) => {
    const path = paths[Number(request.url?.slice(1))]
    if (path) response.writeHead(200, { 'content-type': 'image/jpeg' }).end(readFileSync(path))
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

/** A dataset with photos that were really collected, filled up to `total` with copies of them, and its server. */
async function startFilled(home: string, paths: readonly string[], total: number) {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const host = await startPhotoHost(paths)
  const first = await startTestServer(home)
  await first.ask('POST', '/api/import', {
    batchId: randomBytes(16).toString('hex'),
    dataset: 'Bench',
    class: label,
    origin: { engine: 'import' },
    candidates: paths.map((_, number) => ({
      sources: [{ kind: 'original', url: `http://photos.example:${host.port}/${number}` }],
      title: `Photo ${number}`,
    })),
  })
  const dataset = await waitUntilDone(first, paths.length, { timeoutMs: 600_000 })
  await first.stop()
  host.close()
  multiplyPictures(dataset, total)
  return { dataset, server: await startTestServer(home) }
}

/**
 * Moves the page along by so many pixels a frame.
 *
 * @returns share of the frames of a screen of 60 Hz that were not drawn, 0 to 1
 */
async function droppedShare(page: Page, stepPx: number, forMs: number): Promise<number> {
  const gapsMs = await page.evaluate(
    async ({ stepPx, forMs }) => {
      const frame = () => new Promise<number>(requestAnimationFrame)
      const gaps: number[] = []
      for (let last = await frame(), until = last + forMs; last < until; ) {
        window.scrollBy({ top: stepPx, behavior: 'instant' })
        const now = await frame()
        gaps.push(now - last)
        last = now
      }
      return gaps
    },
    { stepPx, forMs },
  )
  const dropped = gapsMs.reduce((sum, gapMs) => sum + Math.max(0, Math.round(gapMs / frameMs) - 1), 0)
  return dropped / (dropped + gapsMs.length)
}

/** The same way through a page of the same length with nothing on it: what this machine drops by itself. */
async function droppedByItself(browser: Browser, stepPx: number, forMs: number): Promise<number> {
  const page = await browser.newPage({ viewport })
  await page.setContent('<body style="height: 3000000px">')
  const share = await droppedShare(page, stepPx, forMs)
  await page.close()
  return share
}

const viewport = { width: 1280, height: 900 }

/** Memory that belongs to the page's process alone, in MiB; `null` where the system does not tell. */
async function pageMiB(browser: Browser): Promise<number | null> {
  const cdp = await browser.newBrowserCDPSession()
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  await cdp.detach()
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => {
      const status = readStatus(id)
      return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024
    })
    .filter(Number.isFinite)
  return sizes.length === 0 ? null : Math.max(...sizes)
}

function readStatus(processId: number): string {
  try {
    return readFileSync(`/proc/${processId}/status`, 'utf8')
  } catch {
    return ''
  }
}

async function signIn(browser: Browser, server: TestServer): Promise<Page> {
  const page = await browser.newPage({ viewport })
  page.setDefaultTimeout(120_000)
  await page.goto(await server.link())
  await page.getByRole('heading').first().waitFor()
  return page
}

/** Scrolls slowly, quickly, and by leaps over the whole length. */
async function measureGallery(page: Page, address: string, { isQuick, say }: Bench) {
  await page.goto(address)
  await page.locator('.tile img').first().waitFor()
  const forMs = isQuick ? 3000 : 10_000
  // Small copies are made when they are asked for the first time; the second way through is like every later one.
  say('gallery: first way through')
  const first = await droppedShare(page, 20, forMs)
  await page.evaluate(() => window.scrollTo(0, 0))
  say('gallery: second way through')
  const steady = await droppedShare(page, 20, forMs)
  say('gallery: quickly')
  const quick = await droppedShare(page, 400, forMs)
  for (let leap = 1; leap <= 30; leap++) {
    say(`gallery: leap ${leap} of 30`)
    await page.evaluate(part => window.scrollTo(0, document.body.scrollHeight * part), leap / 31)
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.tile img')].some(image => image.complete),
    )
  }
  return { first, steady, quick }
}

/** From a key to the frame with the next picture, for each key in milliseconds. */
async function measureReview(page: Page, address: string, presses: number): Promise<readonly number[]> {
  await page.goto(address)
  await page.locator('.stage-picture:not(.stage-waiting)').waitFor()
  await page.evaluate(() => {
    const shown = () => document.querySelector<HTMLImageElement>('.stage-picture:not(.stage-waiting)')
    const painted: number[] = []
    Object.assign(window, { painted })
    const onKey = (event: KeyboardEvent) => {
      const before = shown()?.src
      const observer = new MutationObserver(async () => {
        const image = shown()
        if (!image || image.src === before) return
        observer.disconnect()
        if (!image.complete) await image.decode()
        requestAnimationFrame(() => {
          // A task of its own runs when the frame has been handed on.
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => painted.push(performance.now() - event.timeStamp)
          port2.postMessage(null)
        })
      })
      observer.observe(document.body, { subtree: true, childList: true, attributes: true })
    }
    document.addEventListener('keydown', onKey, { capture: true })
  })
  const timesOf = () => page.evaluate(() => (window as unknown as { painted: readonly number[] }).painted)
  for (let press = 1; press <= presses; press++) {
    await page.keyboard.press('k')
    await page.waitForFunction(
      wanted => (window as unknown as { painted: readonly number[] }).painted.length >= wanted,
      press,
    )
    // A quick person decides three times a second.
    await page.waitForTimeout(330)
  }
  return timesOf()
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`
const pageOf = (server: TestServer, { id }: DatasetSummary, rest: string) =>
  `${server.origin}/datasets/${id}/${rest}`

export async function measureBrowser(bench: Bench): Promise<Result> {
  const total = bench.isQuick ? 10_000 : 100_000
  const { paths, source } = await benchPhotos(bench.folder)
  bench.say(`browser: collecting, and filling up to ${total}`)
  const { dataset, server } = await startFilled(
    join(bench.folder, 'home'),
    paths.slice(0, photosAtMost),
    total,
  )
  const browser = await startPlainChromium()
  try {
    const classId = dataset.classes[0]?.id
    const idle = await droppedByItself(browser, 20, bench.isQuick ? 3000 : 10_000)
    const page = await signIn(browser, server)
    const frames = await measureGallery(page, pageOf(server, dataset, `gallery?class=${classId}`), bench)
    const memory = await pageMiB(browser)
    bench.say('browser: review')
    const keys = await measureReview(
      page,
      pageOf(server, dataset, `review/${classId}`),
      bench.isQuick ? 15 : 60,
    )
    return {
      figures: {
        droppedFrames: frames.steady,
        droppedFramesOfNothing: idle,
        droppedFramesFirst: frames.first,
        droppedFramesQuick: frames.quick,
        pageMiB: memory,
        keyToPictureMs: quantile(keys, 0.5),
      },
      lines: [
        `${total} pictures in one class, made of ${source}; Chromium, ${viewport.width} × ${viewport.height}`,
        `frames dropped: ${percent(frames.steady)} at 1,200 px/s (${percent(frames.first)} while small copies were made), ${percent(frames.quick)} at 24,000 px/s; a page with nothing on it: ${percent(idle)}`,
        `memory of the page after 30 leaps through all of it: ${memory?.toFixed(0) ?? 'not known'} MiB`,
        `key to next picture painted: median ${quantile(keys, 0.5).toFixed(1)} ms, p95 ${quantile(keys, 0.95).toFixed(1)} ms`,
      ],
    }
  } finally {
    await browser.close()
    await server.stop()
  }
}
