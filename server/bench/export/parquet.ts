/** The Parquet export beside the library it is written with, which writes the same rows in groups of as many. */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { SchemaElement } from 'hyparquet'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import type { ExportPicture } from '../../src/exports/exporter.ts'
import { hfParquet } from '../../src/exports/exporters/hf-parquet.ts'
import { folderSink } from '../../test/support/made-up-set.ts'
import type { Measure } from '../figure.ts'
import { type Bench, paired, wallMs } from './figure.ts'
import { setOf } from './pictures.ts'

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'OPTIONAL',
})
const whole = (name: string): SchemaElement => ({ name, type: 'INT64', repetition_type: 'OPTIONAL' })
const texts = [
  'id',
  'sha256',
  'superclass',
  'title',
  'source_url',
  'landing_url',
  'engine',
  'query',
  'license',
]
const numbers = ['label', 'width', 'height', 'fold']

const schema: SchemaElement[] = [
  { name: 'root', num_children: 1 + texts.length + numbers.length },
  { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
  { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  text('path'),
  ...texts.map(text),
  ...numbers.map(whole),
]

/** Every column as the library takes it, pictures as fast as it can: uncompressed, without a dictionary or statistics. */
const columns = [
  { name: 'image', codec: 'UNCOMPRESSED', encoding: 'PLAIN', statistics: false } as const,
  ...[...texts, ...numbers].map(name => ({ name })),
]

type Row = Record<string, unknown>

/** Reads one file after the other with calls that block: no way of reading them is shorter. */
function* rowsOf(pictures: readonly ExportPicture[]): Generator<Row> {
  for (const picture of pictures) {
    const { id, digest, width, height, from } = picture
    yield {
      image: { bytes: readFileSync(picture.path), path: `${id}.jpg` },
      ...{ id, sha256: digest, superclass: null, title: from.title, source_url: from.sourceUrl },
      ...{ landing_url: from.landingUrl, engine: from.engine, query: from.query, license: null },
      ...{ label: BigInt(picture.class.index), width: BigInt(width), height: BigInt(height), fold: null },
    }
  }
}

export const measureParquet: Measure<Bench> = async ({ folder, files, rounds, say }) => {
  const set = setOf(files, { count: files.length })
  const [target, theirs] = [join(folder, 'ours'), join(folder, 'theirs.parquet')]
  say('Parquet')
  const library = async (rows: Iterable<Row>) => {
    const writer = fileWriter(theirs)
    await parquetWriteRows({ writer, rows, columns, schema, rowGroupSize: 100 })
  }
  const ours = () => wallMs(() => hfParquet.write(set, folderSink(target), { shardMb: 5_000 }))
  const pictures: ExportPicture[] = []
  for await (const picture of set.pictures()) pictures.push(picture)
  const reading = await paired(rounds, 'Parquet', {
    ours,
    theirs: () => wallMs(() => library(rowsOf(pictures))),
    theirName: 'hyparquet-writer given the same files',
  })
  const held = [...rowsOf(pictures)]
  const writing = await paired(rounds, 'Parquet', {
    ours,
    theirs: () => wallMs(() => library(held)),
    theirName: 'hyparquet-writer given pictures in memory',
  })
  const share = statSync(join(target, 'data', 'train-00000-of-00001.parquet')).size / statSync(theirs).size
  for (const path of [target, theirs]) rmSync(path, { recursive: true, force: true })
  return {
    figures: { parquetWallToLibrary: reading.ratio, parquetWallToLibraryInMemory: writing.ratio },
    lines: [reading.line, writing.line, `ours is ${share.toFixed(4)} of the size of theirs`],
  }
}
