/** What the whole extension adds to a page's main thread: reading, bar and marks, with a server to ask, while it scrolls. */
import { startPlainChromium } from '../../e2e/support/browser.ts'
import { chooseByBar, createWorld } from '../../e2e/support/world.ts'

type Browser = Awaited<ReturnType<typeof startPlainChromium>>
type Page = Awaited<ReturnType<Browser['newPage']>>

/** Tasks of 50 ms and more, as the browser itself counts them. */
export interface LongTasks {
  readonly count: number
  /** 0 where there were none. */
  readonly longestMs: number
}

export interface WholePage {
  readonly without: LongTasks
  readonly with: LongTasks
}

/** Runs before the page: notes its long tasks. */
const note = `
  globalThis.longTasksMs = []
  new PerformanceObserver(list => longTasksMs.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true })
`
/** Scrolls through the page a screen at a time, then leaves what is left to do a second. */
const scrollThrough = `(async () => {
  const pause = ms => new Promise(resolve => setTimeout(resolve, ms))
  for (let last = -1; last !== scrollY; ) {
    last = scrollY
    scrollBy(0, innerHeight)
    await pause(50)
  }
  await pause(1_000)
  return longTasksMs
})()`

async function read(page: Page, url: string, isReady: string): Promise<LongTasks> {
  await page.addInitScript(note)
  await page.goto(url, { waitUntil: 'load' })
  await page.waitForFunction(isReady)
  const lasted = (await page.evaluate(scrollThrough)) as readonly number[]
  await page.close()
  return { count: lasted.length, longestMs: Math.max(0, ...lasted) }
}

/**
 * @param url - address of an engine of the installation
 * @param page - its results
 * @param first - a few results at another address, on which reading is allowed
 */
export async function measureWholePage(
  { url, html }: { readonly url: string; readonly html: string },
  first: { readonly url: string; readonly html: string },
): Promise<WholePage> {
  const plain = await startPlainChromium()
  const bare = await plain.newPage()
  await bare.route('**/*', route =>
    route.request().url() === url ? route.fulfill({ contentType: 'text/html', body: html }) : route.abort(),
  )
  const without = await read(bare, url, 'true')
  await plain.close()

  const world = await createWorld(({ href }) => {
    if (href === url) return { body: html }
    return href === first.url ? { body: first.html } : undefined
  })
  await chooseByBar(await world.browser.open(first.url), 'Red panda')
  const page = await world.browser.context.newPage()
  const withIt = await read(
    page,
    url,
    `document.querySelector('gleaner-bar') && document.querySelector('gleaner-marks')`,
  )
  await world.close()
  return { without, with: withIt }
}
