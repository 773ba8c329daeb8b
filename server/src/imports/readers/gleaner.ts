/** Our own exports: with the manifest in JSONL nothing is lost; of others what their form can say, and who is to be credited. */
import { posix } from 'node:path'
import { ExportRecord } from '@gleaner/shared/versions'
import Value from 'typebox/value'
import { readCoco } from '../../exports/readers/coco.ts'
import type { Reading } from '../../exports/readers/found.ts'
import { readHuggingFaceFolder } from '../../exports/readers/hf-folder.ts'
import type { SourceFolder } from '../../exports/readers/source-folder.ts'
import { readVoc } from '../../exports/readers/voc.ts'
import { readYolo } from '../../exports/readers/yolo.ts'
import type { Offered, OfferedFacts, ReaderOptions } from '../offered.ts'
import { readFolders } from './class-folders.ts'
import { readTable } from './table.ts'

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
  const labels = labelsByFolder(record)
  const credits = await creditsOf(source, options)
  for await (const offered of read(source, record, options)) {
    const { file } = offered
    if (file === null) {
      yield offered
      continue
    }
    const digest = digests.get(file)
    const about = { ...credits.get(file), ...offered.about, ...(digest !== undefined && { digest }) }
    yield { ...offered, about, labels: offered.labels.map(label => labels.get(label) ?? label) }
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

async function* read(source: SourceFolder, record: ExportRecord, options: Reading): AsyncIterable<Offered> {
  for (const only of ['manifest.jsonl', 'manifest.csv']) {
    if (await source.isFile(only)) return yield* readTable(source, { ...options, only, isGuarded: true })
  }
  const found =
    record.format === 'coco'
      ? readCoco(source, options)
      : record.format === 'yolo'
        ? readYolo(source, options)
        : record.format === 'voc'
          ? readVoc(source, options)
          : record.format === 'hf-folder'
            ? readHuggingFaceFolder(source, options)
            : readFolders(source)
  for await (const picture of found) yield { url: null, ...picture }
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
