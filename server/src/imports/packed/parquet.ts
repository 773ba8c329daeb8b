/**
 * Parquet as the Hugging Face hub keeps pictures: a column of `{ bytes, path }`, one of labels whose names stand in the
 * metadata of the file, and in sets of boxes one of objects. Read a group of rows at a time.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  type AsyncBuffer,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  snappyUncompress,
} from 'hyparquet'
import { isRecord, numbersOf, splitOfPath, wordOf } from '../../exports/readers/found.ts'
import { factNames, factsOf, sizeOf, wholeOf } from './facts.ts'
import {
  type PackedFile,
  type PackedPicture,
  type PackedReader,
  type Texts,
  type Told,
  TooLarge,
} from './protocol.ts'

const withoutPicture = { say: 'a row without a picture', lost: 'without-picture' } as const

type Row = Readonly<Record<string, unknown>>

/** Of one column of a group of rows as it lies in the file, and of all of a group once it is unpacked. */
const usual = {
  columnBytes: 512 * 1024 * 1024,
  groupBytes: 1024 * 1024 * 1024,
  groupRows: 2_000_000,
} as const
export type ParquetLimits = { readonly [Limit in keyof typeof usual]: number }

const labelNames = ['label', 'labels', 'class', 'class_name', 'category', 'fine_label', 'coarse_label']
const otherNames = ['objects', 'width', 'height', 'sha256', ...factNames]

/** @throws Error when it is no such file, or damaged; {@link TooLarge} */
export async function* readParquet(
  { path, place }: PackedFile,
  _texts: Texts,
  limits: Partial<ParquetLimits> = {},
): ReturnType<PackedReader> {
  const most = { ...usual, ...limits }
  const handle = await open(place)
  try {
    const file = await bufferOf(handle, most)
    const metadata = await parquetMetadataAsync(file)
    const shape = shapeOf(metadata)
    const split = splitOfPath(path)
    let rowStart = 0
    for (const { num_rows } of metadata.row_groups) {
      if (num_rows > most.groupRows) throw new TooLarge('rows of a group')
      const rowEnd = rowStart + Number(num_rows)
      const compressors = boundedCompressors(most)
      const columns = [...shape.columns]
      const rows: Row[] = await parquetReadObjects({
        ...{ file, metadata, rowStart, rowEnd, columns, compressors, utf8: false },
      })
      for (const row of rows) yield pictureOf(row, shape, split) ?? withoutPicture
      rowStart = rowEnd
    }
  } finally {
    await handle.close()
  }
}

async function bufferOf(handle: FileHandle, most: ParquetLimits): Promise<AsyncBuffer> {
  const { size } = await handle.stat()
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const length = Math.min(end, size) - start
      if (start < 0 || length < 0) throw new Error('a place outside of the file')
      if (length > most.columnBytes) throw new TooLarge('bytes of a column')
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length; ) {
        const { bytesRead } = await handle.read(bytes, at, length - at, start + at)
        if (bytesRead === 0) throw new Error('the file ends too early')
        at += bytesRead
      }
      return bytes.buffer
    },
  }
}

/** What sizes a file claims is held to a sum before anything of that size is made. */
function boundedCompressors(most: ParquetLimits): Compressors {
  let total = 0
  const bounded =
    (unpack: (input: Uint8Array, length: number) => Uint8Array) => (input: Uint8Array, length: number) => {
      total += length
      if (!(length >= 0) || total > most.groupBytes) throw new TooLarge('bytes of a group of rows')
      return unpack(input, length)
    }
  return {
    SNAPPY: bounded((input, length) => {
      const output = new Uint8Array(length)
      snappyUncompress(input, output)
      return output
    }),
    GZIP: bounded((input, maxOutputLength) => gunzipSync(input, { maxOutputLength })),
    BROTLI: bounded((input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength })),
    ZSTD: bounded((input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength })),
  }
}

interface Shape {
  readonly columns: ReadonlySet<string>
  readonly image: string
  readonly label: string | undefined
  readonly names: readonly string[] | undefined
  readonly boxNames: readonly string[] | undefined
}

type Metadata = Awaited<ReturnType<typeof parquetMetadataAsync>>

/** Which column is what: by the types the hub writes down, or else by names. */
function shapeOf(metadata: Metadata): Shape {
  const features = featuresOf(metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value)
  const { children } = parquetSchema(metadata)
  const there = new Map(children.map(child => [child.element.name, child]))
  const isImage = (name: string) =>
    isType(features[name], 'Image') ||
    there.get(name)?.children.some(({ element }) => element.name === 'bytes')
  const image =
    [...there.keys()].find(isImage) ??
    ['image', 'img', 'jpg', 'png', 'webp', 'picture'].find(
      name => there.get(name)?.element.type === 'BYTE_ARRAY',
    )
  if (image === undefined) throw new Error('no column of pictures')
  const isLabel = (name: string) => there.has(name) && classNames(features[name]) !== undefined
  const label =
    labelNames.find(isLabel) ?? [...there.keys()].find(isLabel) ?? labelNames.find(name => there.has(name))
  const wanted = [image, ...(label === undefined ? [] : [label]), ...otherNames]
  return {
    ...{ image, label, columns: new Set(wanted.filter(name => there.has(name))) },
    names: label === undefined ? undefined : classNames(features[label]),
    boxNames: boxNamesOf(features.objects),
  }
}

function featuresOf(json: string | undefined): Row {
  const said: unknown = json === undefined ? undefined : JSON.parse(json)
  const info = isRecord(said) ? said.info : undefined
  const features = isRecord(info) ? info.features : undefined
  return isRecord(features) ? features : {}
}

const isType = (feature: unknown, type: string): boolean => isRecord(feature) && feature._type === type

/** Of a label, or of a list of them. */
function classNames(feature: unknown): readonly string[] | undefined {
  if (!isRecord(feature)) return undefined
  if (feature._type !== 'ClassLabel') return classNames(feature.feature)
  const { names } = feature
  return Array.isArray(names) && names.every(name => typeof name === 'string') ? names : undefined
}

/** Objects are a structure of lists, or a list of structures: by the version of the library that wrote them. */
function boxNamesOf(feature: unknown): readonly string[] | undefined {
  const [of] = Array.isArray(feature)
    ? feature
    : [isRecord(feature) && feature.feature ? feature.feature : feature]
  if (!isRecord(of)) return undefined
  return categoryNames.map(name => classNames(of[name])).find(names => names !== undefined)
}
const categoryNames = ['category', 'categories', 'label', 'labels'] as const

function pictureOf(row: Row, { image, label, names, boxNames }: Shape, split: Told['split']) {
  const bytes = bytesIn(row[image])
  if (!bytes) return undefined
  const digest = wordOf(row.sha256)
  const about = { ...factsOf(name => row[name]), ...(digest !== undefined && { digest }) }
  const labels = label === undefined ? [] : labelsOf(row[label], names)
  const picture: PackedPicture = {
    ...{ bytes, labels, split, about },
    ...{ boxes: boxesOf(row.objects, boxNames), size: sizeOf(row.width, row.height) },
  }
  return picture
}

function bytesIn(value: unknown): Uint8Array | undefined {
  const bytes = isRecord(value) && !(value instanceof Uint8Array) ? value.bytes : value
  return bytes instanceof Uint8Array && bytes.length > 0 ? bytes : undefined
}

/** Without names a number is a name of its own; below zero it says that there is none. */
function labelsOf(value: unknown, names: readonly string[] | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(one => labelsOf(one, names))
  const word = wordOf(value)
  if (word !== undefined) return [word]
  const number = wholeOf(value)
  if (number === undefined || number < 0) return []
  const name = names ? names[number] : String(number)
  return name === undefined ? [] : [name]
}

function boxesOf(value: unknown, names: readonly string[] | undefined): Told['boxes'] {
  const pairs = Array.isArray(value) ? value.filter(isRecord).map(pairIn) : listed(value)
  return pairs.flatMap(([rectangle, category]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbersOf(rectangle, 4) ?? []
    const [label] = labelsOf(category, names)
    const isOne = label !== undefined && width > 0 && height > 0
    return isOne ? [{ label, x, y, width, height, unit: 'px' as const }] : []
  })
}

const pairIn = (object: Row): readonly [unknown, unknown] => [object.bbox, categoryIn(object)]
const categoryIn = (object: Row): unknown =>
  categoryNames.map(name => object[name]).find(held => held !== undefined)

function listed(objects: unknown): (readonly [unknown, unknown])[] {
  if (!isRecord(objects) || !Array.isArray(objects.bbox)) return []
  const categories = categoryIn(objects)
  return objects.bbox.map((rectangle, at) => [
    rectangle,
    Array.isArray(categories) ? categories[at] : undefined,
  ])
}
