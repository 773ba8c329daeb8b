/** A folder of pictures a split, each with a list of their labels and origins: Hugging Face's "imagefolder with metadata". */
import type { Finding } from '@gleaner/shared/exports'
import type { SplitName } from '@gleaner/shared/splits'
import type { VersionImage } from '@gleaner/shared/versions'
import { Type } from 'typebox'
import {
  classesAndBoxes,
  defineExporter,
  type ExportPicture,
  type ExportSet,
  type PlannedSet,
} from '../exporter.ts'
import { finding } from '../finding.ts'
import { readHuggingFaceFolder } from '../readers/hf-folder.ts'
import { proved } from '../readers/proved.ts'
import { drawnBoxes } from './boxes.ts'
import { inChunks, thousandth } from './json-text.ts'

const options = Type.Object(
  {
    columns: Type.Enum(['all', 'label'], {
      title: 'Columns',
      description: '"all" tells of each picture where it came from; "label" its class alone.',
      default: 'all',
    }),
  },
  { additionalProperties: false },
)

export const huggingFaceFolder = defineExporter({
  format: 'hf-folder',
  title: 'Hugging Face folder with metadata',
  readBy: 'Hugging Face datasets (imagefolder), the viewer of its hub',
  options,
  containers: ['folder', 'tar', 'tgz', 'zip'],
  keeps: 'bytes',
  marks: classesAndBoxes,
  // Folders are named, so that no word in another name is taken for a split when the set is loaded from its place.
  frontMatter: ({ splits }) => {
    const data_files = splits.map(folderOf).map(split => ({ split, path: `${split}/**` }))
    return { configs: [{ config_name: 'default', data_files }] }
  },
  preflight: guessedTypes,
  // The list in the root of a set of splits is not read, so each split has its own.
  write: async (set, sink, { columns }) => {
    const hasBoxes = await anyBoxes(set)
    for (const split of set.splits) {
      const folder = folderOf(split)
      for await (const picture of set.pictures({ split })) {
        await sink.place(`${folder}/${nameOf(picture)}`, picture)
        sink.step()
      }
      await sink.stream(`${folder}/metadata.jsonl`, inChunks(rows(set, split, { hasBoxes, columns })))
    }
  },
  read: folder => proved(folder, readHuggingFaceFolder),
})

const isDate = (text: string) => /^\d{4}-\d\d-\d\d(?:[ T][\d:.]+Z?)?$/.test(text)

/**
 * The library takes words for dates where all of a column look like some, and a column of lists that are all empty for one of
 * another kind. It refuses sets whose splits differ in that.
 */
async function guessedTypes(set: PlannedSet, { columns }: Columns): Promise<readonly Finding[]> {
  const words = new Map<string, boolean>()
  const boxed = new Map<SplitName | null, boolean>(set.splits.map(split => [split, false]))
  for await (const { class: ofClass, split, from, boxes } of set.images()) {
    const texts = columns === 'all' ? { label: ofClass.label, ...textsOf(from) } : { label: ofClass.label }
    for (const [name, text] of Object.entries(texts)) {
      const key = JSON.stringify([name, split])
      words.set(key, (words.get(key) ?? true) && isDate(text))
    }
    if (boxes.length > 0) boxed.set(split, true)
  }
  const dates = [...words].flatMap(([key, areDates]): string[] =>
    areDates ? JSON.parse(key).slice(0, 1) : [],
  )
  const isOneSided = new Set(boxed.values()).size > 1
  const guessed = [...new Set([...dates, ...(isOneSided ? ['objects'] : [])])]
  if (guessed.length === 0) return []
  // Parquet says of itself what its columns are.
  const fix: Finding['fix'] = { format: 'hf-parquet', options: {} }
  return [
    finding({
      code: 'EXPORT_COLUMN_TYPES',
      weight: 'refused',
      count: guessed.length,
      examples: guessed,
      fix,
    }),
  ]
}

const textsOf = (from: VersionImage) => ({
  source_url: from.sourceUrl ?? '',
  page_url: from.landingUrl ?? '',
  title: from.title ?? '',
  engine: from.engine ?? '',
  query: from.query ?? '',
  license: from.license?.name ?? '',
  license_url: from.license?.url ?? '',
  creator: from.license?.creator ?? '',
})

/** Without splits all is for learning from, as the library itself has it. */
const folderOf = (split: SplitName | null) => split ?? 'train'
const nameOf = ({ id, extension }: ExportPicture) => `${id}.${extension}`

async function anyBoxes(set: ExportSet): Promise<boolean> {
  for await (const { boxes } of set.pictures()) if (boxes.length > 0) return true
  return false
}

interface Columns {
  readonly columns: 'all' | 'label'
}

async function* rows(
  set: ExportSet,
  split: SplitName | null,
  which: Columns & { readonly hasBoxes: boolean },
): AsyncGenerator<string> {
  for await (const picture of set.pictures({ split })) yield `${rowOf(picture, which)}\n`
}

/**
 * Types of columns are guessed from what is in them, split by split, and have to be the same in all: no column is ever empty
 * or null, and what may be a fraction is always written as one.
 */
function rowOf(
  picture: ExportPicture,
  { hasBoxes, columns }: Columns & { readonly hasBoxes: boolean },
): string {
  const { from } = picture
  const label = { file_name: nameOf(picture), label: picture.class.label }
  const origin = {
    id: picture.id,
    width: picture.width,
    height: picture.height,
    sha256: picture.digest,
    ...textsOf(from),
  }
  const row = JSON.stringify(columns === 'all' ? { ...label, ...origin } : label)
  return hasBoxes ? `${row.slice(0, -1)},"objects":${objectsOf(picture)}}` : row
}

function objectsOf(picture: ExportPicture): string {
  const boxes = drawnBoxes(picture, 'background')
  const rectangles = boxes.map(
    ({ x, y, width, height }) => `[${[x, y, width, height].map(fraction).join(',')}]`,
  )
  const categories = boxes.map(({ label }) => JSON.stringify(label))
  return `{"bbox":[${rectangles.join(',')}],"categories":[${categories.join(',')}]}`
}

function fraction(value: number): string {
  const text = String(thousandth(value))
  return text.includes('.') ? text : `${text}.0`
}
