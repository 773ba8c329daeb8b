/** The Parquet export beside the library it is written with, which is given the same pictures and writes the same row groups. */
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { SchemaElement } from 'hyparquet'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
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

async function* rowsOf(set: ReturnType<typeof setOf>) {
  for await (const picture of set.pictures()) {
    const { id, digest, width, height, from } = picture
    yield {
      image: { bytes: await picture.bytes(), path: `${id}.jpg` },
      ...{ id, sha256: digest, superclass: null, title: from.title, source_url: from.sourceUrl },
      ...{ landing_url: from.landingUrl, engine: from.engine, query: from.query, license: null },
      ...{ label: BigInt(picture.class.index), width: BigInt(width), height: BigInt(height), fold: null },
    }
  }
}

export const measureParquet: Measure<Bench> = async ({ folder, files, rounds, say }) => {
  const set = setOf(files, { count: files.length })
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs.parquet')]
  say('Parquet')
  const pair = await paired(rounds, 'Parquet', {
    ours: () => wallMs(() => hfParquet.write(set, folderSink(ours), { shardMb: 5_000 })),
    theirs: () =>
      wallMs(async () => {
        const writer = fileWriter(theirs)
        await parquetWriteRows({ writer, rows: rowsOf(set), columns, schema, rowGroupSize: 100 })
      }),
    theirName: 'hyparquet-writer alone',
  })
  const share = statSync(join(ours, 'data', 'train-00000-of-00001.parquet')).size / statSync(theirs).size
  for (const path of [ours, theirs]) rmSync(path, { recursive: true, force: true })
  return {
    figures: { parquetWallToLibrary: pair.ratio },
    lines: [pair.line, `ours is ${share.toFixed(4)} of the size of theirs`],
  }
}
