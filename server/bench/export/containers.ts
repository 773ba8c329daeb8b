/** Archives beside those of the system's own programs, of the same files, which are in memory by then. */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { webdataset } from '../../src/exports/exporters/webdataset.ts'
import { wrap } from '../../src/exports/writers/wrap.ts'
import { folderSink } from '../../test/support/made-up-set.ts'
import type { Measure } from '../figure.ts'
import { type Bench, paired, programMs, wallMs } from './figure.ts'
import { setOf } from './pictures.ts'
import { onPath } from './programs.ts'

const warm = ({ files }: Bench) => {
  for (const { path } of files) readFileSync(path)
}

const without = (program: string) => `${program} is not on this machine: not measured`

export const measureTar: Measure<Bench> = async bench => {
  const { folder, pictures, rounds, files, say } = bench
  if (!onPath('tar'))
    return { figures: { tarWallToGnuTar: null, webdatasetWallToGnuTar: null }, lines: [without('tar')] }
  warm(bench)
  const [target, theirs] = [join(folder, 'ours.tar'), join(folder, 'theirs.tar')]
  const gnuTar = async (of: string) => programMs('tar', ['-cf', theirs, basename(of)], dirname(of))
  say('tar of class folders')
  const plain = await paired(rounds, 'tar of class folders', {
    ours: () => wallMs(() => wrap({ folder: pictures, container: 'tar', target })),
    theirs: () => gnuTar(pictures),
    theirName: 'GNU tar',
  })
  say('WebDataset')
  const set = setOf(files, { count: files.length })
  const options = { shardMb: 10_000, shardPictures: 1_000_000 }
  const [shards, samples] = [join(folder, 'shards'), join(folder, 'samples')]
  await webdataset.write(set, folderSink(shards), options)
  unpack(join(shards, 'train-000000.tar'), samples)
  const sharded = await paired(rounds, 'WebDataset (three files a sample)', {
    ours: () => wallMs(() => webdataset.write(set, folderSink(shards), options)),
    theirs: () => gnuTar(samples),
    theirName: 'GNU tar of the same files',
  })
  for (const path of [target, theirs, shards, samples]) rmSync(path, { recursive: true, force: true })
  return {
    figures: { tarWallToGnuTar: plain.ratio, webdatasetWallToGnuTar: sharded.ratio },
    lines: [sizes(bench), plain.line, sharded.line],
  }
}

function unpack(archive: string, into: string): void {
  programMs('mkdir', ['-p', into], '/')
  programMs('tar', ['-xf', archive, '-C', into], '/')
}

export const measureZip: Measure<Bench> = async bench => {
  const { folder, pictures, rounds, say } = bench
  if (!onPath('zip')) return { figures: { zipWallToZip0: null }, lines: [without('zip')] }
  warm(bench)
  const [target, theirs] = [join(folder, 'ours.zip'), join(folder, 'theirs.zip')]
  say('zip')
  const stored = await paired(rounds, 'zip of class folders', {
    ours: () => wallMs(() => wrap({ folder: pictures, container: 'zip', target })),
    theirs: async () => {
      rmSync(theirs, { force: true })
      return programMs('zip', ['-q', '-0', '-r', theirs, basename(pictures)], dirname(pictures))
    },
    theirName: 'zip -0',
  })
  const ratio = statSync(target).size / statSync(theirs).size
  for (const path of [target, theirs]) rmSync(path, { force: true })
  return {
    figures: { zipWallToZip0: stored.ratio },
    lines: [sizes(bench), stored.line, `ours is ${ratio.toFixed(4)} of the size of theirs`],
  }
}

function sizes({ files }: Bench): string {
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return `${files.length} pictures, ${Math.round(bytes / 1e6)} MB`
}
