/**
 * Images per second of the whole pipeline, beside bare sharp on the same files in the same run: decode, resize inside
 * 512, JPEG q90 with sharp's defaults, from memory, as many at a time. Rounds are paired and take turns in going first.
 *
 * `npm run -s bench:ingest [-- --json] [--rounds N] [--in-flight N]`
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { defaultSettings } from '@gleaner/shared/dataset'
import sharp from 'sharp'
import { candidate, runIngest } from '../test/support/run-ingest.ts'
import { benchPhotos } from './bench-photos.ts'
import { cpuSeconds } from './cpu.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    'in-flight': { type: 'string', default: '16' },
  },
})
const rounds = Math.max(5, Number(values.rounds))
const inFlight = Number(values['in-flight'])
const sidePx = 512
const quality = 90
const hosts = 24

interface Measured {
  readonly seconds: number
  readonly cpuSeconds: number | undefined
}

const folder = mkdtempSync(join(tmpdir(), 'gleaner-bench-'))
const { paths, source } = await benchPhotos(join(folder, 'photos'))
const host = fork(fileURLToPath(new URL('./photo-host.ts', import.meta.url)))
host.send([...paths])
const [port] = (await once(host, 'message')) as [number]
const outsiders = new Set([host.pid ?? 0])

const run = await runIngest({
  folder: join(folder, 'home'),
  pace: { perHost: inFlight, spacingMs: 0, overall: inFlight },
  limits: { hands: inFlight },
})

async function measure(work: () => Promise<void>): Promise<Measured> {
  const startedMs = performance.now()
  const startedCpu = cpuSeconds(outsiders)
  await work()
  const endedCpu = cpuSeconds(outsiders)
  return {
    seconds: (performance.now() - startedMs) / 1_000,
    cpuSeconds: startedCpu === undefined || endedCpu === undefined ? undefined : endedCpu - startedCpu,
  }
}

async function bareSharp(files: readonly Buffer[]): Promise<void> {
  const left = [...files]
  const hand = async () => {
    for (let file = left.pop(); file; file = left.pop()) {
      await sharp(file)
        .resize(sidePx, sidePx, { fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality })
        .toBuffer()
    }
  }
  await Promise.all(Array.from({ length: inFlight }, hand))
}

async function pipeline(name: string, count: number): Promise<void> {
  const candidates = Array.from({ length: count }, (_, place) =>
    candidate([`http://img${place % hosts}.example:${port}/${name}/${place}`]),
  )
  run.collect(candidates, { dataset: name, class: 'photos' })
  await run.settled()
}

/** A dataset of its own for every round, so that nothing is a duplicate of an earlier round. */
function newDataset(name: string): void {
  const { render } = defaultSettings
  run.home.create(name).update({ settings: { ...defaultSettings, render: { ...render, sidePx, quality } } })
}

const files = paths.map(path => readFileSync(path))
const warmUp = Math.min(40, files.length)
newDataset('warm-up')
await pipeline('warm-up', warmUp)
await bareSharp(files.slice(0, warmUp))

const pairs: { readonly bare: Measured; readonly whole: Measured }[] = []
for (let round = 1; round <= rounds; round++) {
  const name = `round-${round}`
  newDataset(name)
  const measureBare = () => measure(() => bareSharp(files))
  const measureWhole = () => measure(() => pipeline(name, files.length))
  if (round % 2 === 0) {
    const whole = await measureWhole()
    pairs.push({ bare: await measureBare(), whole })
  } else {
    const bare = await measureBare()
    pairs.push({ bare, whole: await measureWhole() })
  }
}
const outcomes = run.home.byName('round-1')?.counts()
await run.stop()
host.disconnect()
rmSync(folder, { recursive: true, force: true })

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
const round = (value: number, digits: number) => Number(value.toFixed(digits))

const cpuRatios = pairs.flatMap(({ bare, whole }) =>
  bare.cpuSeconds && whole.cpuSeconds ? [whole.cpuSeconds / bare.cpuSeconds] : [],
)
const figures = {
  imagesPerSecond: round(median(pairs.map(({ whole }) => files.length / whole.seconds)), 1),
  bareSharpImagesPerSecond: round(median(pairs.map(({ bare }) => files.length / bare.seconds)), 1),
  shareOfBareSharp: round(median(pairs.map(({ bare, whole }) => bare.seconds / whole.seconds)), 3),
  cpuRatioToBareSharp: cpuRatios.length > 0 ? round(median(cpuRatios), 3) : null,
  rounds,
}

if (values.json) {
  console.log(JSON.stringify({ ...figures, images: files.length, inFlight, outcomes }))
} else {
  console.log(
    `${source}; ${inFlight} at a time; inside ${sidePx} px, JPEG q${quality}; ${rounds} paired rounds\n`,
  )
  console.log('round   pipeline img/s   bare sharp img/s   share')
  for (const [index, { bare, whole }] of pairs.entries()) {
    const cells = [files.length / whole.seconds, files.length / bare.seconds].map(value => value.toFixed(1))
    const share = (bare.seconds / whole.seconds).toFixed(2)
    console.log(
      `${String(index + 1).padStart(5)}   ${cells[0]?.padStart(14)}   ${cells[1]?.padStart(16)}   ${share.padStart(5)}`,
    )
  }
  console.log(
    `\nmedian: ${figures.imagesPerSecond} images/s, ${figures.shareOfBareSharp} of bare sharp ` +
      `(${figures.bareSharpImagesPerSecond} images/s), CPU ${figures.cpuRatioToBareSharp ?? '?'} times bare sharp`,
  )
  console.log(`outcomes of one round: ${JSON.stringify(outcomes)}`)
}
