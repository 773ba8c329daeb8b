/** The most memory that all processes of the pipeline take together while photos of 24 megapixels are in flight. */
import { join } from 'node:path'
import { hugePhotos } from '../bench-photos.ts'
import { memoryMiBOf } from '../process-tree.ts'
import type { Measure } from './figure.ts'
import { fillDatasets } from './filled-dataset.ts'
import { startPipeline } from './pipeline.ts'
import { fixed } from './statistics.ts'

/** Reading what a process uses takes some milliseconds itself; a photo of this size is in hand for half a second. */
const sampleEveryMs = 40

export const peakMemory: Measure = async bench => {
  const home = join(bench.folder, 'peak')
  bench.say('peak: making photos of 24 megapixels')
  const { paths, source } = await hugePhotos(join(bench.folder, 'huge'), bench.isQuick ? 6 : 16)
  await fillDatasets(home, [{ name: 'held', images: 1_000 }])
  const addresses = await bench.hosts.serve(paths)
  const pipeline = await startPipeline(home, bench.inFlight)
  const restMiB = memoryMiBOf(pipeline.pid)
  let peakMiB = restMiB
  const timer = setInterval(() => {
    const nowMiB = memoryMiBOf(pipeline.pid)
    if (nowMiB !== undefined && nowMiB > (peakMiB ?? 0)) peakMiB = nowMiB
  }, sampleEveryMs)
  bench.say('peak: taking them in')
  const { outcomes, seconds } = await pipeline.ingest('held', addresses())
  clearInterval(timer)
  await pipeline.stop()
  return {
    figures: { peakMiB24mp: peakMiB === undefined ? null : Math.round(peakMiB) },
    lines: [
      `${source}, ${bench.inFlight} candidates in hand: ${JSON.stringify(outcomes)} in ${fixed(seconds, 1)} s`,
      `at rest ${fixed(restMiB, 0)} MiB, at most ${fixed(peakMiB, 0)} MiB; shared pages counted once`,
    ],
  }
}
