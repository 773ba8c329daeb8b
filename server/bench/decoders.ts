/**
 * CPU time of the decoder processes and the door to them, beside bare sharp on the same files in the same run: decode,
 * resize inside 512, JPEG q90 with sharp's defaults, from memory. Nothing else of the pipeline takes part. Rounds are
 * paired and take turns in going first.
 *
 * `node server/bench/decoders.ts [--rounds N] [--side N]`: `--side` brings the photos to that longest side first
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultSettings } from '@gleaner/shared/dataset'
import sharp from 'sharp'
import { createDecoders } from '../src/imaging/decoders.ts'
import { benchPhotos } from './bench-photos.ts'
import { cpuSecondsOf } from './process-tree.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, side: { type: 'string' } },
})
const inFlight = 4
const settings = { ...defaultSettings, render: { ...defaultSettings.render, sidePx: 512, quality: 90 } }
const folder = mkdtempSync(join(tmpdir(), 'gleaner-bench-'))
const { paths, source } = await benchPhotos(folder)
const files: Buffer[] = []
for (const path of paths) {
  const side = Number(values.side)
  const file = readFileSync(path)
  files.push(
    side ? await sharp(file).resize(side, side, { fit: 'inside' }).jpeg({ quality: 85 }).toBuffer() : file,
  )
}
rmSync(folder, { recursive: true, force: true })
const decoders = createDecoders({ children: 2 })

async function each(work: (file: Buffer) => Promise<void>): Promise<{ cpuMs: number; ms: number }> {
  const left = [...files]
  const hand = async () => {
    for (let file = left.pop(); file; file = left.pop()) await work(file)
  }
  const startedMs = performance.now()
  const started = cpuSecondsOf(process.pid) ?? Number.NaN
  await Promise.all(Array.from({ length: inFlight }, hand))
  const ended = cpuSecondsOf(process.pid) ?? Number.NaN
  return {
    cpuMs: ((ended - started) * 1_000) / files.length,
    ms: (performance.now() - startedMs) / files.length,
  }
}
const bare = () =>
  each(async file => {
    await sharp(file)
      .resize(512, 512, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 90 })
      .toBuffer()
  })
const through = () =>
  each(async file => {
    const picture = await decoders.decode(file, settings, new AbortController().signal)
    if (picture.kind === 'decoded') await picture.render()
  })

await bare()
await through()
const cpu: number[] = []
const time: number[] = []
for (let round = 0; round < Number(values.rounds); round++) {
  const [first, second] = round % 2 === 0 ? [bare, through] : [through, bare]
  const one = await first()
  const two = await second()
  const [b, t] = round % 2 === 0 ? [one, two] : [two, one]
  cpu.push(t.cpuMs / b.cpuMs)
  time.push(b.ms / t.ms)
  console.log(
    `bare ${b.cpuMs.toFixed(2)} ms CPU ${b.ms.toFixed(2)} ms; decoders ${t.cpuMs.toFixed(2)} ms CPU ${t.ms.toFixed(2)} ms`,
  )
}
const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
console.log(
  `${source}: CPU ${median(cpu).toFixed(3)} times bare sharp's, throughput ${median(time).toFixed(3)} of it`,
)
await decoders.close()
