/** Reads Parquet as `datasets` does: columns by name, their types from the metadata of the file, the split from its name. */
import { createHash } from 'node:crypto'
import { open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ReadPicture } from '../exporter.ts'

const Label = Type.Object({ _type: Type.Literal('ClassLabel'), names: Type.Array(Type.String()) })
const Features = Type.Object({
  image: Type.Object({ _type: Type.Literal('Image') }),
  label: Label,
  objects: Type.Optional(
    Type.Object({
      bbox: Type.Unknown(),
      category: Type.Object({ feature: Label, _type: Type.Literal('Sequence') }),
    }),
  ),
})
type Features = Type.Static<typeof Features>
const Info = Type.Object({ info: Type.Object({ features: Features }) })

interface Row {
  readonly image: { readonly bytes: Uint8Array; readonly path: string }
  readonly label: bigint
  readonly width?: bigint
  readonly height?: bigint
  readonly objects?: { readonly bbox: readonly (readonly number[])[]; readonly category: readonly bigint[] }
}

/** @throws Error when a file, or what it says of itself, is not as the hub has it */
export async function* readHfParquet(folder: string): AsyncGenerator<ReadPicture> {
  const names = (await readdir(join(folder, 'data'))).filter(name => name.endsWith('.parquet')).sort()
  for (const name of names) yield* readFile(join(folder, 'data', name))
}

async function* readFile(path: string): AsyncGenerator<ReadPicture> {
  const [, split = '', nth, of] = /^(.+)-(\d{5})-of-(\d{5})\.parquet$/.exec(basename(path)) ?? []
  if (Number(nth) >= Number(of)) throw new Error(`${path}: no name of a shard`)
  const handle = await open(path)
  try {
    const file: AsyncBuffer = {
      byteLength: (await handle.stat()).size,
      slice: async (start, end = Number.POSITIVE_INFINITY) => {
        const bytes = new Uint8Array(Math.min(end, file.byteLength) - start)
        await handle.read(bytes, 0, bytes.length, start)
        return bytes.buffer
      },
    }
    const metadata = await parquetMetadataAsync(file)
    const features = featuresOf(metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value)
    let rowStart = 0
    for (const { num_rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows)
      const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, utf8: false })
      for (const row of rows) yield found(row as unknown as Row, features, split)
      rowStart = rowEnd
    }
  } finally {
    await handle.close()
  }
}

function featuresOf(json: string | undefined): Features {
  const info: unknown = JSON.parse(json ?? 'null')
  if (!Value.Check(Info, info)) throw new Error('the types of the columns are not said')
  return info.info.features
}

function found(
  { image, label, width, height, objects }: Row,
  features: Features,
  split: string,
): ReadPicture {
  const nameIn = (names: readonly string[], at: bigint) => {
    const name = names[Number(at)]
    if (name === undefined) throw new Error(`there is no label of number ${at}`)
    return name
  }
  const labels = features.objects?.category.feature.names ?? []
  return {
    label: nameIn(features.label.names, label),
    split,
    digest: createHash('sha256').update(image.bytes).digest('hex'),
    bytes: async () => Buffer.from(image.bytes),
    ...(width === undefined || height === undefined ? {} : { width: Number(width), height: Number(height) }),
    ...(objects
      ? {
          boxes: objects.bbox.map(([x = 0, y = 0, w = 0, h = 0], nth) => ({
            ...{ label: nameIn(labels, objects.category[nth] ?? -1n), x, y, width: w, height: h },
          })),
        }
      : {}),
  }
}
