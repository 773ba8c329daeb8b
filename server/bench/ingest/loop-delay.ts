/** How late the main thread is while pictures come in as fast as they can, beside while nothing does. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { smallPhotos } from '../bench-photos.ts'
import type { Measure } from './figure.ts'
import { fillDatasets } from './filled-dataset.ts'
import { startPipeline, warmUp } from './pipeline.ts'
import { fixed, line, medianOf } from './statistics.ts'

export const loopDelay: Measure = async bench => {
  const home = join(bench.folder, 'delay')
  await fillDatasets(home, [{ name: 'held', images: 100_000 }])
  const { paths, source } = await smallPhotos(join(bench.folder, 'delay-photos'), bench.isQuick ? 80 : 235)
  const addresses = await bench.hosts.serve(paths)
  const pipeline = await startPipeline(home, bench.inFlight)
  await warmUp(pipeline, 'held', addresses)
  const rounds: { readonly idle: number; readonly busy: number }[] = []
  for (let round = 1; round <= bench.rounds; round++) {
    bench.say(`delay: round ${round} of ${bench.rounds}`)
    const idle = await pipeline.delayP99Ms(() => pause(1_500))
    const busy = await pipeline.delayP99Ms(() => pipeline.ingest('held', addresses()))
    await pipeline.undo('held')
    rounds.push({ idle, busy })
  }
  await pipeline.stop()
  return {
    figures: { loopDelayP99Ms: medianOf(rounds.map(({ idle, busy }) => busy - idle)) },
    lines: [
      `${source}; lateness of a timer of 5 ms, 99th percentile`,
      line('round', 'idle ms', 'busy ms', 'above idle'),
      ...rounds.map(({ idle, busy }, at) => line(at + 1, fixed(idle), fixed(busy), fixed(busy - idle))),
    ],
  }
}
