/**
 * How reading a page grows with its results, in a real Chromium: pages that come whole, and pages that grow by scrolling.
 * Figures compared with each other are measured in the same run, in turns; the best round of each counts, for a machine
 * can only make things slower. Beside that, what the whole extension adds to a page that is scrolled through.
 *
 * `npm run -s bench:harvest [-- --json] [--rounds N]`; exit code 1 when a limit is broken.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { startPlainChromium } from '../../e2e/support/browser.ts'
import type { Bench, Measured } from './in-page.ts'
import { type MadeUpPage, pages, recordScript } from './pages.ts'
import { type LongTasks, measureWholePage } from './whole-page.ts'

type Browser = Awaited<ReturnType<typeof startPlainChromium>>
type Page = Awaited<ReturnType<Browser['newPage']>>

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
})
const rounds = Math.max(1, Number(values.rounds))
const few = 1_000
const many = 10_000
/** Results that come at once by scrolling, and in one script. */
const perStep = 100

/** What must hold. */
const limits = { growth: 12, longestMs: 50, perTileMs: 1, gzipBytes: 40_000 }

interface Row {
  readonly page: string
  readonly few: Measured
  readonly many: Measured
}

async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL('./in-page.ts', import.meta.url))
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2023', lib: { entry, formats: ['iife'], name: 'inPage' } },
  })
  const [first] = [built].flat() as readonly Rolldown.RolldownOutput[]
  const [chunk] = first?.output ?? []
  if (!chunk) throw new Error('Nothing was built.')
  return chunk.code
}

function wholePage({ frame, html, answer }: MadeUpPage, tiles: number): string {
  const end = frame.indexOf('</', frame.indexOf('id="results"'))
  const scripts: string[] = []
  for (let from = 0; answer && from < tiles; from += perStep) {
    scripts.push(`<script>${recordScript(from, from + perStep)}</script>`)
  }
  return `<!doctype html>${frame.slice(0, end)}${html(0, tiles)}${frame.slice(end)}${scripts.join('')}`
}

/** Stands in the pages; functions that are sent there find it. */
declare const bench: Bench

/** Asking for ten thousand pictures that are not there would take longer than anything measured here. */
const withoutPictures = { 'content-security-policy': "img-src 'none'" }

async function inPage(
  browser: Browser,
  { url }: MadeUpPage,
  html: string,
  script: string,
  run: (page: Page) => Promise<void>,
): Promise<Measured> {
  const page = await browser.newPage()
  await page.route('**/*', route =>
    route.request().url() === url
      ? route.fulfill({ contentType: 'text/html', headers: withoutPictures, body: html })
      : route.abort(),
  )
  await page.goto(url, { waitUntil: 'domcontentloaded', timeout: 180_000 })
  await page.evaluate(script)
  await run(page)
  const measured = await page.evaluate(() => bench.measured())
  await page.close()
  return measured
}

function readWhole(browser: Browser, script: string, made: MadeUpPage, tiles: number): Promise<Measured> {
  return inPage(browser, made, wholePage(made, tiles), script, page =>
    page.evaluate(address => bench.start(address), made.url),
  )
}

function readGrowing(browser: Browser, script: string, made: MadeUpPage, tiles: number): Promise<Measured> {
  return inPage(browser, made, `<!doctype html>${made.frame}`, script, async page => {
    await page.evaluate(address => bench.start(address), made.url)
    for (let from = 0; from < tiles; from += perStep) {
      const to = from + perStep
      await page.evaluate(([html, answer]) => bench.grow(html, answer), [
        made.html(from, to),
        made.answer?.(from, to),
      ] as const)
    }
  })
}

/** The better of two rounds, figure by figure. */
function better(one: Measured | undefined, other: Measured): Measured {
  if (one?.last !== undefined && one.last !== other.last)
    throw new Error('Two rounds found different results.')
  return {
    last: other.last,
    totalMs: Math.min(one?.totalMs ?? Number.POSITIVE_INFINITY, other.totalMs),
    longestMs: Math.min(one?.longestMs ?? Number.POSITIVE_INFINITY, other.longestMs),
  }
}

async function measureAll(browser: Browser): Promise<readonly Row[]> {
  const script = await bundle()
  const cases = Object.entries(pages).flatMap(([name, made]) => [
    { page: `${name}, whole`, read: readWhole, made },
    { page: `${name}, scrolled`, read: readGrowing, made },
  ])
  const best = new Map<string, { few?: Measured; many?: Measured }>()
  for (let round = 0; round < rounds; round++) {
    for (const { page, read, made } of cases) {
      const known = best.get(page) ?? {}
      const now = {
        few: await read(browser, script, made, few),
        many: await read(browser, script, made, many),
      }
      best.set(page, { few: better(known.few, now.few), many: better(known.many, now.many) })
    }
  }
  return [...best].flatMap(([page, { few, many }]) => (few && many ? [{ page, few, many }] : []))
}

/** What runs in a page of each site, compressed: the files of each entry of the manifest together. */
function scriptSizes(): readonly { readonly files: string; readonly bytes: number }[] {
  const folder = fileURLToPath(new URL('../../dist/extension-chrome/', import.meta.url))
  const gzipped = (file: string) => gzipSync(readFileSync(folder + file)).length
  const base = 'src/content/index.js'
  const engines = existsSync(`${folder}src/content/engines`)
    ? readdirSync(`${folder}src/content/engines`).map(name => `src/content/engines/${name}`)
    : []
  return [...engines.map(file => [file, base]), ['src/content/page-world.js']]
    .filter(files => files.every(file => existsSync(folder + file)))
    .map(files => ({ files: files.join(' + '), bytes: files.reduce((sum, file) => sum + gzipped(file), 0) }))
}

const browser = await startPlainChromium()
const rows = await measureAll(browser)
await browser.close()
const { bing } = pages
const whole = await measureWholePage(
  { url: bing.url, html: wholePage(bing, few) },
  { url: `${bing.url}&first=1`, html: wholePage(bing, 5) },
)
const sizes = scriptSizes()
const largest = sizes.toSorted((a, b) => b.bytes - a.bytes)[0]

const broken: string[] = []
for (const { page, few: small, many: large } of rows) {
  const growth = large.totalMs / small.totalMs
  if (small.last !== few || large.last !== many) broken.push(`${page}: not every result was read`)
  if (growth > limits.growth)
    broken.push(`${page}: ${growth.toFixed(1)} times the time for ten times the results`)
  if (small.longestMs > limits.longestMs)
    broken.push(`${page}: ${small.longestMs.toFixed(0)} ms without a pause`)
  if (small.totalMs / few >= limits.perTileMs || large.totalMs / many >= limits.perTileMs) {
    broken.push(`${page}: ${limits.perTileMs} ms a result or more`)
  }
}
if (!largest) broken.push('the extension is not built')
else if (largest.bytes >= limits.gzipBytes) broken.push(`${largest.files}: ${largest.bytes} bytes compressed`)

if (values.json) process.stdout.write(`${JSON.stringify({ rows, whole, sizes, broken }, null, 2)}\n`)
else process.stdout.write(report())
process.exitCode = broken.length > 0 ? 1 : 0

function report(): string {
  const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(11)
  const lines = rows.map(({ page, few: small, many: large }) =>
    [
      page.padEnd(20),
      ms(small.totalMs),
      ms(large.totalMs),
      `× ${(large.totalMs / small.totalMs).toFixed(1)}`.padStart(8),
      `${(large.totalMs / many).toFixed(3)} ms`.padStart(11),
      ms(small.longestMs),
      ms(large.longestMs),
    ].join(''),
  )
  const heads = [few, many, 'growth', 'a result', `longest ${few}`, `longest ${many}`]
  const head =
    ' '.repeat(20) + heads.map((text, place) => String(text).padStart(place === 2 ? 8 : 11)).join('')
  const tasks = ({ count, longestMs }: LongTasks) =>
    count === 0 ? 'none' : `${count}, the longest ${longestMs.toFixed(0)} ms`
  const long = `Tasks over 50 ms on a page of ${few} scrolled through: ${tasks(whole.with)} with the extension, ${tasks(whole.without)} without.`
  const size = largest
    ? `Largest script in a page: ${(largest.bytes / 1000).toFixed(1)} kB gzip (${largest.files}).`
    : ''
  const verdict = broken.length === 0 ? 'Every limit holds.' : `Broken: ${broken.join('; ')}.`
  return `${[head, ...lines, '', long, size, verdict].join('\n')}\n`
}
