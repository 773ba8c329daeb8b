/** Open Images: boxes and labels in CSV, names of classes in another, pictures by their ids. */
import { posix } from 'node:path'
import { parse } from 'csv-parse'
import { type FoundBox, splitNamed, splitWithin } from '../../exports/readers/found.ts'
import type { SourceFolder } from '../../exports/readers/source-folder.ts'
import { nothingSaid, type Offered, type ReaderOptions } from '../offered.ts'

/** Of the first line of a file with boxes, and of one with labels of whole pictures. */
const boxesHeader = /^\uFEFF?ImageID,.*LabelName,.*XMin,/
const labelsHeader = /^\uFEFF?ImageID,Source,LabelName,Confidence/
const picturesHeader = /^\uFEFF?ImageID,.*OriginalURL/

interface Said {
  readonly labels: string[]
  readonly boxes: FoundBox[]
}

type Cells = Readonly<Record<string, string>>

async function headerOf(source: SourceFolder, file: string): Promise<string> {
  for await (const chunk of source.chunks(file)) {
    return Buffer.from(chunk).toString('utf8', 0, 2048).split('\n', 1)[0] ?? ''
  }
  return ''
}

const listsIn = async (source: SourceFolder): Promise<readonly string[]> => {
  const files: string[] = []
  for await (const file of source.below('.', 3)) if (/\.csv$/i.test(file)) files.push(file)
  return files
}

export async function isOpenImages(source: SourceFolder): Promise<boolean> {
  for (const file of await listsIn(source)) {
    const header = await headerOf(source, file)
    if (boxesHeader.test(header) || labelsHeader.test(header)) return true
  }
  return false
}

export async function* readOpenImages(
  source: SourceFolder,
  { problem }: ReaderOptions,
): AsyncGenerator<Offered> {
  const lists = await listsIn(source)
  const names = await namesOf(source, lists)
  const otherNames = new Map([...names].map(([id, name]) => [name, id]))
  const pictures = await picturesOf(source)
  const addresses = new Map<string, Cells>()
  const said = new Map<string, Said & { split: Offered['split'] }>()
  for (const file of lists) {
    const header = await headerOf(source, file)
    const isOfBoxes = boxesHeader.test(header)
    if (!isOfBoxes && !labelsHeader.test(header) && !picturesHeader.test(header)) continue
    const split = splitWithin(posix.basename(file)) ?? splitWithin(posix.basename(posix.dirname(file)))
    for await (const row of rowsOf(source, file, true)) {
      const id = row.ImageID ?? ''
      if (row.OriginalURL !== undefined) addresses.set(id, row)
      if (row.LabelName === undefined) continue
      const known = said.get(id) ?? { labels: [], boxes: [], split: split ?? subsetOf(row) }
      said.set(id, known)
      note(known, row, names, isOfBoxes)
    }
  }
  for (const [id, { labels, boxes, split }] of said) {
    const file = pictures.get(id)
    const about = addresses.get(id)
    const url = about?.OriginalURL ?? null
    if (file === undefined && url === null) {
      problem({
        file: id.slice(0, 64),
        line: null,
        say: 'a picture whose file is not there',
        lost: 'file-missing',
      })
      continue
    }
    yield { ...nothingSaid, file: file ?? null, url, labels, boxes, split, about: factsOf(about), otherNames }
  }
}

const subsetOf = ({ Subset }: Cells) => (Subset === undefined ? null : splitNamed(Subset))

function note(said: Said, row: Cells, names: ReadonlyMap<string, string>, isOfBoxes: boolean): void {
  const label = names.get(row.LabelName ?? '') ?? row.LabelName ?? ''
  if (!isOfBoxes) {
    // Machines say how sure they are; people say 1 or 0.
    if (Number(row.Confidence ?? 1) >= 0.5) said.labels.push(label)
    return
  }
  // A box around a crowd is not one around a thing.
  if (row.IsGroupOf === '1') return
  const [left = 0, right = 0, top = 0, bottom = 0] = ['XMin', 'XMax', 'YMin', 'YMax'].map(key =>
    Number(row[key]),
  )
  if (!(right > left) || !(bottom > top)) return
  said.boxes.push({ label, x: left, y: top, width: right - left, height: bottom - top, unit: 'share' })
}

/** `/m/01g317,Person`, without a header. */
async function namesOf(source: SourceFolder, lists: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const file of lists.filter(name => /class-descriptions|descriptions.*boxable/i.test(name))) {
    for await (const { 0: id = '', 1: name = '' } of rowsOf(source, file, false)) {
      if (id.startsWith('/') && name !== '') names.set(id, name)
    }
  }
  return names
}

async function picturesOf(source: SourceFolder): Promise<ReadonlyMap<string, string>> {
  const pictures = new Map<string, string>()
  for await (const file of source.below('.')) {
    if (/\.(?:jpe?g|png)$/i.test(file)) pictures.set(posix.basename(file, posix.extname(file)), file)
  }
  return pictures
}

async function* rowsOf(source: SourceFolder, file: string, hasHeader: boolean): AsyncGenerator<Cells> {
  const parser = parse({ bom: true, columns: hasHeader, relax_column_count: true, skip_empty_lines: true })
  const fed = (async () => {
    for await (const chunk of source.chunks(file)) {
      if (!parser.write(chunk)) await new Promise(resolve => parser.once('drain', resolve))
    }
    parser.end()
  })()
  fed.catch(error => parser.destroy(error))
  for await (const row of parser) yield row
  await fed
}

function factsOf(row: Cells | undefined): Offered['about'] {
  const facts = {
    ...{ title: row?.Title, sourceUrl: row?.OriginalURL, landingUrl: row?.OriginalLandingURL },
    ...{ licenseUrl: row?.License, creator: row?.Author },
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''))
}
