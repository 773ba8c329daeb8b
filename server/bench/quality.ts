/**
 * What the quality measures separate: photos of the shared corpus, copies of them that were made worse in one way each, and
 * pages of made-up programs photographed in a real Chromium. Weights are tuned on one half of the photos, figures are of the
 * other half.
 *
 * `npm run -s bench:quality [-- --json] [--tune] [--photos N]`
 */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { QualityScores } from '@gleaner/shared/quality'
import sharp from 'sharp'
import { startPlainChromium } from '../../e2e/support/browser.ts'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { type Miniature, miniature, type Raster } from '../src/imaging/luma.ts'
import { rasterRoom } from '../src/imaging/pixels.ts'
import {
  type QualityTraits,
  qualityOf,
  qualityTraits,
  scoresOf,
  screenshotTraits,
  watermarkTraits,
} from '../src/imaging/quality.ts'
import { type Figure, figuresOf, tasks } from './quality/figures.ts'
import { fit } from './quality/fit.ts'
import { madeUpScreens } from './quality/pages.ts'
import { asJpeg, baseOf, chance, sidePx } from './quality/seen.ts'
import { worse } from './quality/worse.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    tune: { type: 'boolean', default: false },
    photos: { type: 'string', default: '150' },
  },
})

interface Taken {
  readonly kind: string
  readonly source: string
  readonly traits: QualityTraits
  readonly scores: QualityScores
}

const screenRounds = 14
const taken: Taken[] = []
const take = (kind: string, source: string, raster: Raster) => {
  const traits = qualityTraits(raster, miniature(raster))
  taken.push({ kind, source, traits, scores: scoresOf(traits) })
}

const folder = sharedFolder('corpus/photos')
if (!folder) {
  console.error('The photos of the shared corpus are not there.')
  process.exit(1)
}
sharp.concurrency(1)
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.jpe?g$/.test(name))
  .sort()
const kept: { readonly raster: Raster; readonly mini: Miniature }[] = []
const step = Math.max(1, names.length / Number(values.photos))
for (const [at, name] of names.entries()) {
  const source = basename(name)
  const base = await baseOf(join(folder, name))
  take('photo', source, base)
  if (Math.floor(at / step) === Math.floor((at - 1) / step)) continue
  if (kept.length < 100) kept.push({ raster: base, mini: structuredClone(miniature(base)) })
  for (const [kind, make] of Object.entries(worse)) take(kind, source, await make(base, source))
}
await takeScreens()

const isTuned = ({ source }: Taken) => chance(`half ${source}`) < 0.5
const figures = figuresOf(taken.filter(each => !isTuned(each)))
const cost = costMs()
if (values.tune) tune()
else if (values.json)
  console.log(JSON.stringify({ photos: names.length, pictures: taken.length, cost, figures }, null, 2))
else print()

async function takeScreens(): Promise<void> {
  const browser = await startPlainChromium()
  const page = await browser.newPage()
  for (const { name, html, width, height } of madeUpScreens(screenRounds)) {
    await page.setViewportSize({ width, height })
    await page.setContent(html)
    const shot = sharp(await page.screenshot()).removeAlpha()
    take('screen', name, await asJpeg(shot.resize(sidePx, sidePx, { fit: 'inside' })))
  }
  await browser.close()
}

/**
 * Time of all measures together for one photo that lies where the decoder has put it, the best of several rounds: other
 * work on the machine only makes it more.
 */
function costMs(): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 10; round++) {
    let sum = 0
    for (const { raster, mini } of kept) {
      const data = rasterRoom(raster.data.length)
      data.set(raster.data)
      const before = performance.now()
      qualityOf({ ...raster, data }, mini)
      sum += performance.now() - before
    }
    best = Math.min(best, sum / kept.length)
  }
  return Math.round(best * 1000) / 1000
}

function tune(): void {
  const models = { screenshot: screenshotTraits, watermark: watermarkTraits } as const
  for (const [problem, traitsOf] of Object.entries(models)) {
    const task = tasks.find(each => each.problem === problem)
    if (!task) continue
    const examples = taken.filter(isTuned).flatMap(({ kind, traits }) => {
      const isBad = task.bad.includes(kind)
      return isBad || task.good.includes(kind) ? [{ isBad, traits: traitsOf(traits.surface) }] : []
    })
    console.log(problem, fit(examples))
  }
}

function print(): void {
  console.log(
    `${names.length} photos, ${taken.length} pictures; figures of the half that nothing was tuned on`,
  )
  console.log(`all measures together: ${cost} ms a photo (longest side up to ${sidePx} px)\n`)
  console.log(
    '| problem | made worse by | pictures | AUC | found at 1 % false alarms | threshold | middle bad / good |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- |')
  for (const each of figures) console.log(`| ${rowOf(each).join(' | ')} |`)
}

function rowOf({ problem, bad, pictures, auc, recall, threshold, middle }: Figure): (string | number)[] {
  return [
    problem,
    bad,
    pictures,
    auc.toFixed(3),
    `${Math.round(100 * recall)} %`,
    threshold,
    middle.join(' / '),
  ]
}
