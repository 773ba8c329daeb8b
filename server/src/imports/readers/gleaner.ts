/** Our own exports: with the manifest in JSONL nothing is lost; of others what their form can say, and who is to be credited. */
import { posix } from 'node:path'
import { ExportRecord } from '@gleaner/shared/versions'
import Value from 'typebox/value'
import { readCoco } from '../../exports/readers/coco.ts'
import { type FoundPicture, isRecord, type Reading } from '../../exports/readers/found.ts'
import { readGroundTruth } from '../../exports/readers/ground-truth.ts'
import { readHuggingFaceFolder } from '../../exports/readers/hf-folder.ts'
import type { SourceFolder } from '../../exports/readers/source-folder.ts'
import { readVertex } from '../../exports/readers/vertex.ts'
import { readVoc } from '../../exports/readers/voc.ts'
import { readYolo } from '../../exports/readers/yolo.ts'
import type { Offered, OfferedFacts, OfferReader, ReaderOptions } from '../offered.ts'
import { readFolders } from './class-folders.ts'
import { readPacked } from './packed-sets.ts'
import { readTable } from './table.ts'
import { readWebdatasetSet } from './webdataset.ts'

const recordName = 'gleaner-export.json'
const mostRecordBytes = 256 * 1024 * 1024

export const isOwnExport = (source: SourceFolder): Promise<boolean> => source.isFile(recordName)

export async function* readOwnExport(source: SourceFolder, options: ReaderOptions): AsyncGenerator<Offered> {
  const record = recordIn(await source.text(recordName, mostRecordBytes))
  if (!record) {
    options.problem({ file: recordName, line: null, say: 'no record of an export' })
    return
  }
  const digests = new Map(record.files.map(({ path, digest }) => [path, digest]))
  const credits = await creditsOf(source, options)
  // Nobody names a file of it: what is read is all of the export.
  for await (const offered of read(source, record, { ...options, only: undefined })) {
    const { file } = offered
    if (file === null) {
      yield offered
      continue
    }
    const digest = digests.get(file)
    const about = { ...credits.get(file), ...offered.about, ...(digest !== undefined && { digest }) }
    yield { ...offered, about }
  }
}

function recordIn(text: string | undefined): ExportRecord | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return Value.Check(ExportRecord, value) ? value : undefined
  } catch {
    return undefined
  }
}

const isOwn = true
const found = (
  reader: (source: SourceFolder, options: Reading) => AsyncIterable<FoundPicture>,
): OfferReader =>
  async function* (source, options) {
    for await (const picture of reader(source, options)) yield { url: null, ...picture }
  }

/** Forms that say more than their folders do. */
const forms: Readonly<Record<string, OfferReader>> = {
  coco: found(readCoco),
  yolo: found(readYolo),
  voc: found(readVoc),
  'hf-folder': found(readHuggingFaceFolder),
  'ground-truth': found(readGroundTruth),
  vertex: found(readVertex),
}
/** Forms with pictures inside of them; they have labels as they were. */
const packs: Readonly<Record<string, OfferReader>> = {
  'hf-parquet': (source, options) => readPacked('hf-parquet', source, { ...options, isOwn }),
  webdataset: (source, options) => readWebdatasetSet(source, { ...options, isOwn }),
  tfrecord: (source, options) => readPacked('tfrecord', source, { ...options, isOwn }),
  tfds: (source, options) => readPacked('tfrecord', source, { ...options, isOwn }),
}

async function* read(
  source: SourceFolder,
  record: ExportRecord,
  options: ReaderOptions,
): AsyncIterable<Offered> {
  for (const only of ['manifest.jsonl', 'manifest.csv']) {
    if (!(await source.isFile(only))) continue
    const isCropped = hasCrops(record)
    for await (const { crop, ...offered } of readTable(source, { ...options, only, isGuarded: true }))
      yield { ...offered, ...(crop && !isCropped && { crop }) }
    return
  }
  const packed = Object.hasOwn(packs, record.format) ? packs[record.format] : undefined
  if (packed) return yield* packed(source, options)
  const labels = labelsByFolder(record)
  const form = Object.hasOwn(forms, record.format) ? forms[record.format] : undefined
  for await (const offered of form?.(source, options) ?? readFolders(source))
    yield { ...offered, labels: offered.labels.map(label => labels.get(label) ?? label) }
}

/** Whether the pictures of it are what was left of larger ones: no part of them is left out then. */
function hasCrops({ request }: ExportRecord): boolean {
  const render = isRecord(request) ? request.render : undefined
  return !isRecord(render) || render.useCrops !== false
}

/** Folders are called otherwise than their classes. */
const labelsByFolder = ({ classes }: ExportRecord): ReadonlyMap<string, string> =>
  new Map(classes.map(({ label, name }) => [name ?? label, label]))

/** What `CREDITS.csv` says of each file. */
async function creditsOf(source: SourceFolder, options: Reading): Promise<ReadonlyMap<string, OfferedFacts>> {
  const credits = new Map<string, OfferedFacts>()
  if (!(await source.isFile('CREDITS.csv'))) return credits
  const table = readTable(source, { only: 'CREDITS.csv', isGuarded: true, problem: options.problem })
  for await (const { file, about } of table) if (file !== null) credits.set(posix.normalize(file), about)
  return credits
}
