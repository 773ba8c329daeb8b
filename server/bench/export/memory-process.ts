/** Writes a set in one format and reads it back; says how much memory that took. `FORMAT FOLDER COUNT` */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { hfParquet } from '../../src/exports/exporters/hf-parquet.ts'
import { numpy } from '../../src/exports/exporters/numpy.ts'
import { tfrecord } from '../../src/exports/exporters/tfrecord.ts'
import { webdataset } from '../../src/exports/exporters/webdataset.ts'
import { readArchive } from '../../src/exports/readers/archive.ts'
import { wrap } from '../../src/exports/writers/wrap.ts'
import { folderSink } from '../../test/support/made-up-set.ts'
import { linkedFolder, makeFiles, setOf } from './pictures.ts'

const [format = '', folder = '', count = '0'] = process.argv.slice(2)
const pictures = Number(count)
const sidePx = 64
const out = join(folder, 'out')
const sink = folderSink(out)
// Small ones, so that a hundred thousand of them fit on a disk several times.
const files = makeFiles(join(folder, 'pictures'), 1_000, 16_000)
const set = setOf(files, { count: pictures })
const npy = { files: 'npz', sidePx, fit: 'cover', isGrey: false, channels: 'last' } as const

async function counted(read: AsyncIterable<unknown>): Promise<number> {
  let found = 0
  for await (const _ of read) found += 1
  return found
}

async function archive(container: 'tar' | 'zip'): Promise<number> {
  linkedFolder(join(folder, 'linked'), files, pictures)
  await sink.write('placeholder.txt', '')
  const target = join(out, `set.${container}`)
  await wrap({ folder: join(folder, 'linked'), container, target })
  return counted(readArchive(target))
}

const ways: Readonly<Record<string, () => Promise<number>>> = {
  tar: () => archive('tar'),
  zip: () => archive('zip'),
  'hf-parquet': async () => {
    await hfParquet.write(set, sink, { shardMb: 500 })
    return counted(hfParquet.read(out, { shardMb: 500 }))
  },
  webdataset: async () => {
    const shards = { shardMb: 1_000, shardPictures: 10_000 }
    await webdataset.write(set, sink, shards)
    return counted(webdataset.read(out, shards))
  },
  tfrecord: async () => {
    await tfrecord.write(set, sink, { shardMb: 150 })
    return counted(tfrecord.read(out, { shardMb: 150 }))
  },
  numpy: async () => {
    await numpy.write(setOf(files, { count: pictures, sidePx }), sink, npy)
    return counted(numpy.read(out, npy))
  },
}

const startedAt = performance.now()
const read = await ways[format]?.()
const seconds = (performance.now() - startedAt) / 1_000
const written = readdirSync(out, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
console.log(
  JSON.stringify({
    read,
    seconds: Number(seconds.toFixed(1)),
    writtenMb: Math.round(written / 1e6),
    peakMb: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
  }),
)
