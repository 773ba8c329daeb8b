/**
 * Reads folders of pictures as Hugging Face datasets does: a metadata file in the folder of each split lists its pictures, and what
 * it does not list is not there; without any, folders are classes, and folders with the words of splits in their names splits.
 */
import { posix } from 'node:path'
import type { SplitName } from '@gleaner/shared/splits'
import { parse } from 'csv-parse/sync'
import {
  type FoundBox,
  type FoundFacts,
  type FoundPicture,
  isRecord,
  type Lost,
  numbersOf,
  type Reading,
  splitNamed,
  wordOf,
} from './found.ts'
import { jsonLine } from './json-line.ts'
import { linesOf } from './lines.ts'
import { createSourceFolder, type SourceFolder } from './source-folder.ts'

type Row = Readonly<Record<string, unknown>>

const pictureName = /\.(?:jpe?g|png|bmp|gif|webp|tiff?|ppm|pgm)$/i
const metadataName = /(?:^|\/)metadata\.(jsonl|csv|parquet)$/
const mostListBytes = 256 * 1024 * 1024

export async function* readHuggingFaceFolder(
  folder: string | SourceFolder,
  reading: Reading,
): AsyncGenerator<FoundPicture> {
  const source = createSourceFolder(folder)
  const metadata: string[] = []
  for await (const file of source.below('.', 4)) if (metadataName.test(file)) metadata.push(file)
  if (metadata.length === 0) {
    yield* readFolders(source)
    return
  }
  const kinds = new Set(metadata.map(file => posix.extname(file)))
  if (kinds.size > 1)
    reading.problem({ file: metadata[0] ?? '', line: null, say: 'metadata of one kind only can be read' })
  for (const file of metadata) yield* readListed(source, file, reading)
}

/** The innermost folder that is named like a split. */
function splitOf(file: string): SplitName | null {
  const folders = posix.dirname(file).split('/').reverse()
  return folders.map(splitNamed).find(split => split !== null) ?? null
}

async function* readListed(
  source: SourceFolder,
  file: string,
  { problem }: Reading,
): AsyncGenerator<FoundPicture> {
  const folder = posix.dirname(file)
  const split = splitOf(file)
  for await (const { line, row } of rowsOf(source, file)) {
    const tell = (say: string, lost?: Lost) => problem({ file, line, say, lost })
    const name = wordOf(row?.file_name)
    if (row === undefined || name === undefined) {
      tell('a row without the name of a file', 'without-picture')
      continue
    }
    const path = source.inside(name) === undefined ? undefined : source.inside(posix.join(folder, name))
    if (path === undefined || !(await source.isFile(path))) {
      tell('a picture whose file is not there', 'file-missing')
      continue
    }
    const label = wordOf(row.label) ?? (typeof row.label === 'number' ? String(row.label) : undefined)
    const found = { file: path, labels: label === undefined ? [] : [label], split, about: factsOf(row) }
    yield { ...found, boxes: boxesOf(row.objects, tell), size: sizeOf(row) }
  }
}

async function* rowsOf(
  source: SourceFolder,
  file: string,
): AsyncGenerator<{ line: number; row: Row | undefined }> {
  if (file.endsWith('.jsonl')) {
    for await (const { number, text } of linesOf(source.chunks(file)))
      yield { line: number, row: jsonLine(text) }
    return
  }
  const text = file.endsWith('.csv') ? await source.text(file, mostListBytes) : undefined
  if (text === undefined) {
    yield { line: 1, row: undefined }
    return
  }
  const rows: Row[] = parse(text, { columns: true, relax_column_count: true, skip_records_with_error: true })
  for (const [at, row] of rows.entries()) yield { line: at + 2, row }
}

function sizeOf({ width, height }: Row): FoundPicture['size'] {
  const [across, down] = numbersOf([width, height], 2) ?? []
  return across && down ? { width: across, height: down } : null
}

function factsOf(row: Row): FoundFacts {
  const named = {
    title: row.title,
    sourceUrl: row.source_url,
    landingUrl: row.page_url,
    license: row.license,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => wordOf(value) !== undefined))
}

/** `{ bbox: [[x, y, width, height], …], categories: […] }` in pixels, as the library's own guide has it. */
function boxesOf(objects: unknown, tell: (say: string) => void): FoundBox[] {
  if (!isRecord(objects)) return []
  const rectangles = objects.bbox
  const categories = objects.categories ?? objects.category
  if (!Array.isArray(rectangles) || !Array.isArray(categories) || rectangles.length !== categories.length) {
    tell('as many categories as boxes are needed')
    return []
  }
  return rectangles.flatMap((rectangle, at) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbersOf(rectangle, 4) ?? []
    const category: unknown = categories[at]
    const label = wordOf(category) ?? (typeof category === 'number' ? String(category) : undefined)
    if (label !== undefined && width > 0 && height > 0)
      return [{ label, x, y, width, height, unit: 'px' as const }]
    tell('a box without a class or without a size')
    return []
  })
}

/** A folder a class, with or without folders of splits above. */
async function* readFolders(source: SourceFolder): AsyncGenerator<FoundPicture> {
  for await (const file of source.below('.')) {
    if (!pictureName.test(file)) continue
    const label = posix.basename(posix.dirname(file))
    const isClass = label !== '.' && splitNamed(label) === null
    const found = {
      file,
      labels: isClass ? [label] : [],
      split: splitOf(isClass ? posix.dirname(file) : file),
    }
    yield { ...found, boxes: [], size: null, about: {} }
  }
}
