/** Parquet as the Hugging Face hub keeps it: pictures within, labels with their names, and columns for what else is known. */
import type { SchemaElement } from 'hyparquet'
import { Type } from 'typebox'
import {
  classesAndBoxes,
  defineExporter,
  type ExportPicture,
  type ExportSet,
  type PlannedSet,
} from '../exporter.ts'
import { finding } from '../finding.ts'
import { readHfParquet } from '../readers/hf-parquet.ts'
import { type ParquetColumn, type ParquetRow, parquetOf } from '../writers/parquet.ts'
import { withBytes } from '../writers/picture-content.ts'
import { hasBoxes, inParts, shardCounts, shardOf, splitOr } from '../writers/shards.ts'
import { boxLabels, drawnBoxes, numbered } from './boxes.ts'

const options = Type.Object(
  {
    shardMb: Type.Integer({
      title: 'Size of a file (MB)',
      description: 'The hub asks for files of about 500 MB.',
      minimum: 1,
      maximum: 5_000,
      default: 500,
    }),
  },
  { additionalProperties: false },
)

/** What the viewer of the hub asks for: 100 rows, or 100 MB. Half of that keeps memory low. */
const mostRows = 100
const mostBytes = 50_000_000

/** A column beside picture and label: how it is stored, what the hub calls its type, and where it is from. */
interface Fact {
  readonly name: string
  readonly type: 'string' | 'int64'
  readonly of: (picture: ExportPicture) => string | number | null
}

const facts: readonly Fact[] = [
  { name: 'id', type: 'string', of: ({ id }) => id },
  { name: 'sha256', type: 'string', of: ({ digest }) => digest },
  { name: 'width', type: 'int64', of: ({ width }) => width },
  { name: 'height', type: 'int64', of: ({ height }) => height },
  { name: 'superclass', type: 'string', of: ({ class: { parent } }) => parent },
  { name: 'fold', type: 'int64', of: ({ fold }) => fold },
  { name: 'title', type: 'string', of: ({ from }) => from.title },
  { name: 'source_url', type: 'string', of: ({ from }) => from.sourceUrl },
  { name: 'landing_url', type: 'string', of: ({ from }) => from.landingUrl },
  { name: 'engine', type: 'string', of: ({ from }) => from.engine },
  { name: 'query', type: 'string', of: ({ from }) => from.query },
  { name: 'license', type: 'string', of: ({ from }) => from.license?.name ?? null },
]

export const hfParquet = defineExporter({
  format: 'hf-parquet',
  title: 'Hugging Face (Parquet)',
  readBy: 'Hugging Face datasets and its hub, pandas, polars, DuckDB, Arrow',
  options,
  containers: ['folder', 'tar', 'zip'],
  keeps: 'bytes',
  marks: classesAndBoxes,
  frontMatter: set => ({
    configs: [
      {
        config_name: 'default',
        data_files: set.splits.map(split => ({ split: splitOr(split), path: `data/${splitOr(split)}-*` })),
      },
    ],
  }),
  preflight: singleClass,
  write: async (set, sink, { shardMb }) => {
    const labels = (await hasBoxes(set)) ? await boxLabels(set) : undefined
    const shape = shapeOf(set, labels)
    const numbers = labels && numbered(labels, 0)
    for (const split of set.splits) {
      const counts = await shardCounts(set.pictures({ split }), { mostBytes: shardMb * 1e6 })
      const pictures = withBytes(set, sink, { split })
      let nth = 0
      for await (const part of inParts(pictures, counts)) {
        const name = `data/${splitOr(split)}-${shardOf(nth, counts.length)}.parquet`
        await sink.stream(name, parquetOf(rowsOf(part, numbers), shape))
        nth += 1
      }
    }
  },
  read: readHfParquet,
})

function singleClass(set: PlannedSet) {
  return set.classes.length === 1
    ? [
        finding({
          code: 'EXPORT_ONE_CLASS',
          weight: 'note',
          count: 1,
          examples: set.classes.map(c => c.label),
        }),
      ]
    : []
}

async function* rowsOf(
  pictures: ReturnType<typeof withBytes> | AsyncIterable<{ picture: ExportPicture; bytes: Buffer }>,
  numbers: ReadonlyMap<string, number> | undefined,
): AsyncGenerator<ParquetRow> {
  for await (const { picture, bytes } of pictures) {
    const row: Record<string, unknown> = {
      image: { bytes, path: `${picture.id}.${picture.extension}` },
      label: BigInt(picture.class.index),
    }
    for (const { name, type, of } of facts) {
      const value = of(picture)
      row[name] = type === 'int64' && value !== null ? BigInt(value) : value
    }
    if (numbers) row.objects = objectsOf(picture, numbers)
    yield row
  }
}

/** Boxes as the hub's detection sets have them: corner and size in pixels, as in COCO. */
function objectsOf(picture: ExportPicture, numbers: ReadonlyMap<string, number>) {
  const boxes = drawnBoxes(picture, 'background')
  return {
    bbox: boxes.map(({ x, y, width, height }) => [x, y, width, height]),
    category: boxes.map(({ label }) => BigInt(numbers.get(label) ?? -1)),
  }
}

const optional = { repetition_type: 'OPTIONAL' } as const
const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  ...optional,
})
const whole = (name: string): SchemaElement => ({ name, type: 'INT64', ...optional })
const listOf = (name: string, items: readonly SchemaElement[]): SchemaElement[] => [
  { name, converted_type: 'LIST', num_children: 1, ...optional },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  ...items,
]

const imageColumn: ParquetColumn = {
  name: 'image',
  schema: [
    { name: 'image', num_children: 2, ...optional },
    { name: 'bytes', type: 'BYTE_ARRAY', ...optional },
    text('path'),
  ],
  isOpaque: true,
}

const objectsColumn: ParquetColumn = {
  name: 'objects',
  schema: [
    { name: 'objects', num_children: 2, ...optional },
    ...listOf('bbox', listOf('element', [{ name: 'element', type: 'FLOAT', ...optional }])),
    ...listOf('category', [whole('element')]),
  ],
}

function shapeOf(set: ExportSet, boxedLabels: readonly string[] | undefined) {
  const columns: ParquetColumn[] = [
    imageColumn,
    { name: 'label', schema: [whole('label')] },
    ...facts.map(({ name, type }) => ({ name, schema: [type === 'string' ? text(name) : whole(name)] })),
    ...(boxedLabels ? [objectsColumn] : []),
  ]
  const features = featuresOf(set, boxedLabels)
  return {
    columns,
    metadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
    mostRows,
    mostBytes,
    sizeOf: (row: ParquetRow) => (row.image as { bytes: Buffer }).bytes.length,
  }
}

/** The types of the columns, as `datasets` writes them down itself. */
function featuresOf(set: ExportSet, boxedLabels: readonly string[] | undefined) {
  const classLabel = (names: readonly string[]) => ({ names, _type: 'ClassLabel' })
  const list = (feature: unknown) => ({ feature, _type: 'Sequence' })
  return {
    image: { _type: 'Image' },
    label: classLabel(set.classes.map(({ label }) => label)),
    ...Object.fromEntries(facts.map(({ name, type }) => [name, { dtype: type, _type: 'Value' }])),
    ...(boxedLabels
      ? {
          objects: {
            bbox: list(list({ dtype: 'float32', _type: 'Value' })),
            category: list(classLabel(boxedLabels)),
          },
        }
      : {}),
  }
}
