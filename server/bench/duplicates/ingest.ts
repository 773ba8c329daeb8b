/**
 * What knowing copies costs a picture at ingest: its fingerprint and the forms it is looked up by, made in a decoder
 * process, and its look-up among a hundred thousand pictures. Held against the CPU of the whole pipeline on the same files
 * in the same run. Pictures something is proposed for are verified on top of that, and rendered the less often.
 */
import { randomFillSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '../../../shared/src/dataset.ts'
import { dctHash } from '../../src/imaging/dct-hash.ts'
import { decodeFrame } from '../../src/imaging/decode-frame.ts'
import { loadFastJpeg } from '../../src/imaging/fast-jpeg.ts'
import { fingerprintOf, type Sighted } from '../../src/imaging/fingerprint.ts'
import { readHeader } from '../../src/imaging/header.ts'
import { miniature } from '../../src/imaging/luma.ts'
import { heldFormBytes } from '../../src/look/fingerprint.ts'
import { queryForms } from '../../src/look/forms.ts'
import { createLookIndex } from '../../src/look/look-index.ts'
import { packFingerprint, unpackFingerprint } from '../../src/look/packed.ts'
import { verify } from '../../src/look/verify.ts'
import { smallPhotos } from '../bench-photos.ts'
import { cpuMsOf } from '../figure.ts'
import { fillDatasets, rendering } from '../ingest/filled-dataset.ts'
import { startPhotoHosts } from '../ingest/photo-hosts.ts'
import { type PipelinePass, startPipeline } from '../ingest/pipeline.ts'
import { fixed, line, medianOf } from '../ingest/statistics.ts'
import type { Bench, Measure } from './figure.ts'

const heldImages = 100_000
/** Pictures whose raster is kept in memory to make fingerprints of. */
const sighted = 40

export const measureIngest: Measure = async bench => {
  const { paths, source } = await smallPhotos(join(bench.folder, 'ingest-photos'), bench.isQuick ? 80 : 235)
  const passes = await pipelinePasses(bench, paths)
  bench.say('ingest: the parts alone')
  const step = Math.max(1, Math.floor(paths.length / sighted))
  const pictures: Sighted[] = []
  for (const path of paths.filter((_, at) => at % step === 0))
    pictures.push(await sightOf(readFileSync(path)))
  const parts = measureParts(pictures)
  const added = parts.reduce((sum, [, ms]) => sum + ms, 0)
  const whole = medianOf(passes.map(({ cpuSeconds, images }) => cpuSeconds && (cpuSeconds * 1_000) / images))
  return {
    figures: { addedShareOfIngest: whole === null ? null : Number((added / whole).toFixed(3)) },
    lines: [
      `${source}; the dataset holds ${heldImages} pictures`,
      line('', 'CPU ms'),
      line('a picture', fixed(whole ?? undefined)),
      ...parts.map(([name, ms]) => line(name, fixed(ms, 3))),
      line('all of these', fixed(added, 3)),
      line('verifying one', fixed(verifying(pictures), 3)),
    ],
  }
}

async function pipelinePasses(bench: Bench, paths: readonly string[]): Promise<PipelinePass[]> {
  const home = join(bench.folder, 'ingest')
  bench.say('ingest: filling a dataset')
  await fillDatasets(home, [{ name: 'held', images: heldImages }])
  const hosts = await startPhotoHosts()
  try {
    const addresses = await hosts.serve(paths)
    const pipeline = await startPipeline(home, 16)
    const passes: PipelinePass[] = []
    for (let round = 0; round <= bench.rounds; round++) {
      bench.say(`ingest: round ${round} of ${bench.rounds}`)
      passes.push(await pipeline.ingest('held', addresses()))
      await pipeline.undo('held')
    }
    await pipeline.stop()
    return passes.slice(1)
  } finally {
    hosts.stop()
  }
}

const fastJpeg = await loadFastJpeg()

/** What a decoder process has in hand when it makes a fingerprint. */
async function sightOf(bytes: Buffer): Promise<Sighted> {
  const settings = { ...defaultSettings, render: { ...defaultSettings.render, ...rendering } }
  const header = await readHeader(bytes, 'jpeg', settings.accept)
  if (header.kind === 'failed') throw new Error(header.code)
  const { raster } = await decodeFrame(bytes, header, settings.render, fastJpeg)
  const mini = miniature(raster)
  return {
    // The next picture may be decoded to the same memory, and reduced to the same.
    raster: { ...raster, data: Uint8Array.from(raster.data) },
    mini: structuredClone(mini),
    ...{ frame: header.frame, layout: header.layout, perceptualHash: dctHash(mini.luma) },
  }
}

function measureParts(pictures: readonly Sighted[]): (readonly [name: string, ms: number])[] {
  const prints = pictures.map(fingerprintOf)
  const queries = prints.map(each => queryForms(each))
  const index = createLookIndex()
  for (let seq = 1; seq <= heldImages; seq++) {
    const { heldForms } = prints[seq % prints.length] ?? {}
    const forms = randomFillSync(new Uint8Array(heldForms?.length ?? 0))
    for (let at = 0; at < forms.length; at += heldFormBytes) forms[at] = heldForms?.[at] ?? 0
    index.put(seq, forms)
  }
  return [
    ['fingerprint', cpuMsOf(at => fingerprintOf(of(pictures, at)))],
    ['query forms', cpuMsOf(at => queryForms(of(prints, at)))],
    ['packing', cpuMsOf(at => packFingerprint(of(prints, at)))],
    ['look-up', cpuMsOf(at => index.within([of(queries, at)]))],
  ]
}

/** Another picture, as it is read from the store. */
function verifying(pictures: readonly Sighted[]): number {
  const prints = pictures.map(fingerprintOf)
  const packed = prints.map(packFingerprint)
  return cpuMsOf(at => verify(of(prints, at), unpackFingerprint(of(packed, at))))
}

const of = <T>(list: readonly T[], at: number) => list[at % list.length] as T
