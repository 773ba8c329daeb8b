/**
 * The same addresses through img2dataset and through the pipeline, from the same hosts on this machine, to the same size and
 * quality, in one run. img2dataset is a Python program (see python-peer.ts).
 *
 * A first pass of img2dataset starts Python and its libraries in every process. So each round makes it do the addresses once
 * and three times: the difference is what the pictures cost.
 *
 * `npm run -s bench:peers [-- --json] [--rounds N]`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { smallPhotos } from '../bench-photos.ts'
import { fillDatasets } from '../ingest/filled-dataset.ts'
import { startPhotoHosts } from '../ingest/photo-hosts.ts'
import { type Pass, startPipeline } from '../ingest/pipeline.ts'
import { fixed, line, medianOf, ratio } from '../ingest/statistics.ts'
import { answerOf, pythonWith } from '../python-peer.ts'

const peer = 'img2dataset==1.47.0'
const inFlight = 16
const processes = availableParallelism()
/** How often the addresses are named in the longer of the two passes. */
const times = 3

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
})
const rounds = Number(values.rounds)

/** @param place - where the pictures go; removed afterwards */
function peerPass(python: string, urls: readonly string[], place: string): Pass {
  const list = `${place}.txt`
  writeFileSync(list, `${urls.join('\n')}\n`)
  const script = fileURLToPath(new URL('./img2dataset_pass.py', import.meta.url))
  const perShard = Math.ceil(urls.length / (processes * 2))
  const numbers = [processes, inFlight, perShard].map(String)
  const pass = answerOf<Pass>(python, [script, list, place, ...numbers])
  rmSync(place, { recursive: true, force: true })
  if (pass.images !== urls.length) {
    throw new Error(`img2dataset brought ${pass.images} of ${urls.length} pictures`)
  }
  return pass
}

const minus = (more: Pass, less: Pass): Pass => ({
  images: more.images - less.images,
  seconds: more.seconds - less.seconds,
  cpuSeconds: (more.cpuSeconds ?? Number.NaN) - (less.cpuSeconds ?? Number.NaN),
})

const python = pythonWith(peer, 'img2dataset')
const folder = mkdtempSync(join(tmpdir(), 'gleaner-bench-'))
const hosts = await startPhotoHosts()
const found: { readonly ours: Pass; readonly whole: Pass; readonly theirs: Pass }[] = []
const loadBefore = loadavg()[0]
const { paths, source } = await smallPhotos(join(folder, 'photos'), 235)
try {
  const addresses = await hosts.serve(paths)
  // No name of a host is looked up: the peer is given the number, to which the pipeline takes every name.
  const forPeer = () => addresses().map(url => url.replace(/\/\/[^:/]+/, '//127.0.0.1'))
  const home = join(folder, 'home')
  await fillDatasets(home, [{ name: 'held', images: 100_000 }])
  const pipeline = await startPipeline(home, inFlight)
  const ours = async () => {
    const pass = await pipeline.ingest('held', addresses())
    await pipeline.undo('held')
    return pass
  }
  await ours()
  for (let round = 1; round <= rounds; round++) {
    const first = round % 2 === 0 ? await ours() : undefined
    const once = peerPass(python, forPeer(), join(folder, `once-${round}`))
    const often = peerPass(
      python,
      Array.from({ length: times }, forPeer).flat(),
      join(folder, `often-${round}`),
    )
    found.push({ ours: first ?? (await ours()), whole: often, theirs: minus(often, once) })
  }
  await pipeline.stop()
} finally {
  hosts.stop()
  rmSync(folder, { recursive: true, force: true })
}

const perSecond = ({ images, seconds }: Pass) => images / seconds
const cpuMs = ({ images, cpuSeconds }: Pass) => cpuSeconds && (cpuSeconds * 1_000) / images
const figures = {
  imagesPerSecondToPeer: medianOf(found.map(({ ours, theirs }) => ratio(perSecond(ours), perSecond(theirs)))),
  cpuPerImageToPeer: medianOf(found.map(({ ours, theirs }) => ratio(cpuMs(ours), cpuMs(theirs)))),
}
if (values.json) {
  console.log(JSON.stringify({ ...figures, rounds, peer }))
} else {
  console.log(
    [
      `${source}; inside 512 px, JPEG q90; ${peer} with ${processes} processes of ${inFlight} threads, ${python}`,
      `load average before and after: ${fixed(loadBefore)}, ${fixed(loadavg()[0])}`,
      'images a second and CPU ms an image; "started": with what a pass of img2dataset takes to start',
      line('round', 'ours/s', 'peer/s', 'started/s', 'ours CPU', 'peer CPU', 'started CPU'),
      ...found.map(({ ours, whole, theirs }, at) =>
        line(
          ...[at + 1, ...[ours, theirs, whole].map(pass => fixed(perSecond(pass), 1))],
          ...[ours, theirs, whole].map(pass => fixed(cpuMs(pass))),
        ),
      ),
      `images a second: ${figures.imagesPerSecondToPeer} times the peer's; CPU an image: ${figures.cpuPerImageToPeer} times`,
    ].join('\n'),
  )
}
