/** What a picture costs where many are held already, beside where few are; and the memory that many take. */
import { join } from 'node:path'
import { smallPhotos } from '../bench-photos.ts'
import { peakMiBOf } from '../process-tree.ts'
import type { Measure } from './figure.ts'
import { fillDatasets } from './filled-dataset.ts'
import { type PipelinePass, startPipeline } from './pipeline.ts'
import { fixed, line, medianOf, ratio } from './statistics.ts'

const sizes = [1_000, 100_000, 1_000_000] as const
const nameOf = (images: number) => `held-${images}`

export const growth: Measure = async bench => {
  const home = join(bench.folder, 'growth')
  bench.say('growth: filling datasets, the largest with a million pictures')
  await fillDatasets(
    home,
    sizes.map(images => ({ name: nameOf(images), images })),
  )
  const photos = await smallPhotos(join(bench.folder, 'growth-photos'), bench.isQuick ? 80 : 235)
  const addresses = await bench.hosts.serve(photos.paths)
  const pipeline = await startPipeline(home, bench.inFlight)
  const pass = async (images: number) => {
    const measured = await pipeline.ingest(nameOf(images), addresses())
    await pipeline.undo(nameOf(images))
    return measured
  }
  for (const images of sizes) await pass(images)
  const rounds: PipelinePass[][] = []
  for (let round = 1; round <= bench.rounds; round++) {
    bench.say(`growth: round ${round} of ${bench.rounds}`)
    const passes = new Map<number, PipelinePass>()
    for (const images of round % 2 === 0 ? sizes : sizes.toReversed()) passes.set(images, await pass(images))
    rounds.push(sizes.flatMap(images => passes.get(images) ?? []))
  }
  const peakMiB = peakMiBOf(pipeline.pid)
  await pipeline.stop()

  const growthTo = (size: 1 | 2) =>
    medianOf(rounds.map(([least, ...more]) => ratio(costOf(more[size - 1]), costOf(least))))
  return {
    figures: {
      growth100k: growthTo(1),
      growth1m: growthTo(2),
      rssAt1mMiB: peakMiB === undefined ? null : Math.round(peakMiB),
    },
    lines: [
      `${photos.source}; CPU ms a picture (in brackets: pictures a second) by pictures held`,
      line('round', ...sizes),
      ...rounds.map((passes, at) => line(at + 1, ...passes.map(cell))),
      `the main process had ${fixed(peakMiB, 0)} MiB at most, with all three datasets open`,
    ],
  }
}

const costOf = (pass: PipelinePass | undefined) => pass?.cpuSeconds ?? pass?.seconds
const cell = ({ images, seconds, cpuSeconds }: PipelinePass) =>
  `${fixed(cpuSeconds && (cpuSeconds * 1_000) / images, 1)} (${fixed(images / seconds, 0)})`
