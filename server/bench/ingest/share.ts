/** The whole pipeline beside bare sharp on the same files: decode, resize inside 512, JPEG q90, from memory. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { type BenchPhotos, largePhotos, smallPhotos } from '../bench-photos.ts'
import type { Bench, Measure } from './figure.ts'
import { fillDatasets, rendering } from './filled-dataset.ts'
import { type Pass, type PipelinePass, startPipeline, warmUp } from './pipeline.ts'
import { fixed, line, medianOf, ratio } from './statistics.ts'

/** Pictures the dataset holds already. */
const heldImages = 100_000

export const shareOfSmall: Measure = async bench => {
  const photos = await smallPhotos(join(bench.folder, 'small'), bench.isQuick ? 80 : 235)
  return share(bench, '', photos)
}

export const shareOfLarge: Measure = async bench => {
  const photos = await largePhotos(join(bench.folder, 'large'), bench.isQuick ? 24 : 58)
  return share(bench, '1600', photos)
}

async function share(bench: Bench, suffix: string, { paths, source }: BenchPhotos) {
  const home = join(bench.folder, `share${suffix}`)
  await fillDatasets(home, [{ name: 'held', images: heldImages }])
  const addresses = await bench.hosts.serve(paths)
  const files = paths.map(path => readFileSync(path))
  const pipeline = await startPipeline(home, bench.inFlight)
  const whole = async () => {
    const pass = await pipeline.ingest('held', addresses())
    await pipeline.undo('held')
    return pass
  }
  const bare = () => bareSharp(files, bench.inFlight)
  await warmUp(pipeline, 'held', addresses)
  await bare()
  const pairs: { readonly bare: Pass; readonly whole: PipelinePass }[] = []
  for (let round = 1; round <= bench.rounds; round++) {
    bench.say(`share${suffix}: round ${round} of ${bench.rounds}`)
    const first = round % 2 === 0 ? undefined : await bare()
    const middle = await whole()
    pairs.push({ bare: first ?? (await bare()), whole: middle })
  }
  await pipeline.stop()
  return {
    figures: {
      [`shareOfBareSharp${suffix}`]: medianOf(
        pairs.map(({ bare, whole }) => ratio(bare.seconds, whole.seconds)),
      ),
      [`cpuRatioToBareSharp${suffix}`]: medianOf(
        pairs.map(({ bare, whole }) => ratio(whole.cpuSeconds, bare.cpuSeconds)),
      ),
    },
    lines: table(source, pairs),
  }
}

function table(source: string, pairs: readonly { readonly bare: Pass; readonly whole: PipelinePass }[]) {
  const perSecond = ({ images, seconds }: Pass) => fixed(images / seconds, 1)
  const cpuMs = ({ images, cpuSeconds }: Pass) => cpuSeconds && fixed((cpuSeconds * 1_000) / images)
  return [
    `${source}; the dataset holds ${heldImages} pictures`,
    line('round', 'pipeline/s', 'bare/s', 'share', 'CPU ms', 'bare CPU ms', 'ratio'),
    ...pairs.map(({ bare, whole }, at) =>
      line(
        ...[at + 1, perSecond(whole), perSecond(bare), fixed(ratio(bare.seconds, whole.seconds))],
        ...[cpuMs(whole), cpuMs(bare), fixed(ratio(whole.cpuSeconds, bare.cpuSeconds))],
      ),
    ),
    `outcomes of the last round: ${JSON.stringify(pairs.at(-1)?.whole.outcomes)}`,
  ]
}

async function bareSharp(files: readonly Buffer[], inFlight: number): Promise<Pass> {
  const left = [...files]
  const { sidePx, quality } = rendering
  const hand = async () => {
    for (let file = left.pop(); file; file = left.pop()) {
      await sharp(file)
        .resize(sidePx, sidePx, { fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality })
        .toBuffer()
    }
  }
  const startedMs = performance.now()
  const startedCpu = process.cpuUsage()
  await Promise.all(Array.from({ length: inFlight }, hand))
  const { user, system } = process.cpuUsage(startedCpu)
  return {
    images: files.length,
    seconds: (performance.now() - startedMs) / 1_000,
    cpuSeconds: (user + system) / 1e6,
  }
}
