/** Reads import files of Vertex AI: JSON lines, or lists of values with the split in front. */
import { parse } from 'csv-parse/sync'
import { createBucketFinder } from './bucket-file.ts'
import {
  type FoundBox,
  type FoundPicture,
  isRecord,
  numbersOf,
  type Reading,
  splitNamed,
  wordOf,
} from './found.ts'
import { jsonLine } from './json-line.ts'
import { linesOf } from './lines.ts'
import { createSourceFolder, type SourceFolder } from './source-folder.ts'

const mlUse = 'aiplatform.googleapis.com/ml_use'

/** What a line says; its picture may not be there. */
type Said = Pick<FoundPicture, 'labels' | 'split' | 'boxes'> & { readonly address: unknown }

export async function* readVertex(
  folder: string | SourceFolder,
  { problem }: Reading,
): AsyncGenerator<FoundPicture> {
  const source = createSourceFolder(folder)
  const find = createBucketFinder(source, 'gs')
  /** Of lists, a picture has a line for each of its boxes. */
  const byFile = new Map<string, FoundPicture>()
  for await (const file of source.below('.', 2)) {
    if (!(await isImportFile(source, file))) continue
    const isList = /\.csv$/i.test(file)
    for await (const { number, text } of linesOf(source.chunks(file))) {
      const said = isList ? listed(text ?? '') : described(text)
      const path = said && (await find(said.address))
      if (!said || path === undefined) {
        problem({
          file,
          line: number,
          say: said ? 'a picture whose file is not there' : 'no line of this format',
        })
        continue
      }
      const known = byFile.get(path)
      const boxes = [...(known?.boxes ?? []), ...said.boxes]
      const found = { file: path, labels: said.labels, split: said.split, boxes, size: null, about: {} }
      if (isList) byFile.set(path, found)
      else yield found
    }
  }
  yield* byFile.values()
}

/** Other files of lines lie beside it. */
async function isImportFile(source: SourceFolder, file: string): Promise<boolean> {
  if (!/\.(?:jsonl|csv)$/i.test(file)) return false
  for await (const { text } of linesOf(source.chunks(file)))
    return text !== null && /^\s*\{.*"imageGcsUri"|^(?:[A-Za-z]*,)?"?gs:\/\//.test(text)
  return false
}

function described(text: string | null): Said | undefined {
  const line = jsonLine(text)
  if (!line) return undefined
  const one = line.classificationAnnotation
  const several = line.classificationAnnotations
  const labels = [one, ...(Array.isArray(several) ? several : [])].flatMap(
    annotation => (isRecord(annotation) && wordOf(annotation.displayName)) || [],
  )
  const drawn = line.boundingBoxAnnotations
  const resource = line.dataItemResourceLabels
  const use = isRecord(resource) ? wordOf(resource[mlUse]) : undefined
  return {
    address: line.imageGcsUri,
    labels,
    split: use === undefined ? null : splitNamed(use),
    boxes: Array.isArray(drawn) ? drawn.flatMap(boxOf) : [],
  }
}

function boxOf(drawn: unknown): FoundBox[] {
  if (!isRecord(drawn)) return []
  const label = wordOf(drawn.displayName)
  const corners = numbersOf([drawn.xMin, drawn.yMin, drawn.xMax, drawn.yMax], 4)
  return label !== undefined && corners ? between(label, corners) : []
}

function between(label: string, [left = 0, top = 0, right = 0, bottom = 0]: readonly number[]): FoundBox[] {
  if (!(right > left) || !(bottom > top)) return []
  return [{ label, x: left, y: top, width: right - left, height: bottom - top, unit: 'share' }]
}

/** `[use,]address[,label…]`, or with a box `[use,]address,label,xmin,ymin,,,xmax,ymax,,`. */
function listed(text: string): Said | undefined {
  const cells = cellsOf(text)
  const at = cells.findIndex(cell => cell.startsWith('gs://'))
  if (at < 0 || at > 1) return undefined
  const split = at === 1 ? splitNamed(cells[0] ?? '') : null
  const [label = '', ...rest] = cells.slice(at + 1)
  const said = { address: cells[at], split }
  if (rest.length < 8) return { ...said, labels: [label, ...rest].filter(word => word !== ''), boxes: [] }
  const corners = [rest[0], rest[1], rest[4], rest[5]].map(cell => (cell === '' ? Number.NaN : Number(cell)))
  return { ...said, labels: [], boxes: label === '' ? [] : between(label, corners) }
}

function cellsOf(text: string): string[] {
  try {
    return parse(text, { relax_column_count: true })[0] ?? []
  } catch {
    return []
  }
}
