/**
 * Reads YOLO detection sets as Ultralytics does: what `data.yaml` names, labels where the last `images` folder of a picture's path
 * is `labels`, a file whose rows are not all right as no file at all.
 */
import { posix } from 'node:path'
import type { SplitName } from '@gleaner/shared/splits'
import { parse } from 'yaml'
import { type FoundBox, type FoundPicture, isRecord, type Reading, wordOf } from './found.ts'
import { createSourceFolder, type SourceFolder } from './source-folder.ts'

const pictureName = /\.(?:bmp|dng|jpe?g|mpo|png|tiff?|webp|pfm|heic)$/i
/** Pictures that are named again to be validated on are still what they were first. */
const keys: readonly (readonly [key: string, split: SplitName])[] = [
  ['train', 'train'],
  ['test', 'test'],
  ['val', 'validation'],
  ['validation', 'validation'],
]
/** What a share may be beside 0 and 1 by rounding. */
const slack = 0.01

interface Description {
  readonly file: string
  readonly names: ReadonlyMap<number, string>
  readonly places: readonly (readonly [split: SplitName, path: string])[]
}

export async function* readYolo(
  folder: string | SourceFolder,
  reading: Reading,
): AsyncGenerator<FoundPicture> {
  const source = createSourceFolder(folder)
  const description = await describe(source, reading)
  if (!description) return
  const base = posix.dirname(description.file)
  const seen = new Set<string>()
  for (const [split, place] of description.places) {
    for await (const file of picturesAt(source, base, place)) {
      if (seen.has(file)) continue
      seen.add(file)
      const boxes = await boxesOf(source, file, description.names, reading)
      if (boxes) yield { file, labels: [], split, boxes, size: null, about: {} }
    }
  }
}

async function describe(source: SourceFolder, { problem }: Reading): Promise<Description | undefined> {
  const found: string[] = []
  for await (const file of source.below('.', 2)) if (/\.ya?ml$/i.test(file)) found.push(file)
  const file = found.find(path => /(?:^|\/)data\.ya?ml$/i.test(path)) ?? found[0]
  const text = file === undefined ? undefined : await source.text(file)
  if (file === undefined || text === undefined) {
    problem({ file: 'data.yaml', line: null, say: 'there is no description of the set' })
    return undefined
  }
  const content = parsed(text)
  const names = namesOf(content)
  if (!names || !content) {
    problem({ file, line: null, say: 'no YAML, or none that names classes' })
    return undefined
  }
  const places = keys.flatMap(([key, split]) =>
    [content[key]].flat().flatMap(place => {
      const word = wordOf(place)
      return word === undefined ? [] : [[split, word] as const]
    }),
  )
  return { file, names, places: places.map(([split, place]) => [split, withRoot(content.path, place)]) }
}

/** A list of aliases of aliases would otherwise grow without bound. */
function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = parse(text, { maxAliasCount: 0 })
    return isRecord(content) ? content : undefined
  } catch {
    return undefined
  }
}

/** `path` is of the machine the set was made on; where it leads elsewhere, the description's own folder stands for it. */
function withRoot(root: unknown, place: string): string {
  const word = wordOf(root)
  return word === undefined || /^(?:[/\\~]|[A-Za-z]:)/.test(word) ? place : posix.join(word, place)
}

function namesOf(content: Readonly<Record<string, unknown>> | undefined): Map<number, string> | undefined {
  const names = content?.names
  const pairs = Array.isArray(names) ? names.entries() : isRecord(names) ? Object.entries(names) : undefined
  if (pairs)
    return new Map(
      [...pairs].map(([index, name]): [number, string] => [Number(index), wordOf(name) ?? String(name)]),
    )
  const count = content?.nc
  if (typeof count !== 'number' || count > 100_000) return undefined
  return new Map(Array.from({ length: count }, (_, index) => [index, `class_${index}`]))
}

async function* picturesAt(source: SourceFolder, base: string, place: string): AsyncGenerator<string> {
  // Roboflow writes "../train/images" beside the folder that is meant.
  const candidates = [posix.join(base, place), place.replace(/^(?:\.\.\/)+/, '')].flatMap(
    path => source.inside(path) ?? [],
  )
  for (const path of candidates) {
    if (await source.isFolder(path)) {
      for await (const file of source.below(path)) if (pictureName.test(file)) yield file
      return
    }
    const list = /\.txt$/i.test(path) ? await source.text(path) : undefined
    if (list === undefined) continue
    for (const line of list.split(/\r?\n/)) {
      const file = source.inside(line.startsWith('./') ? posix.join(posix.dirname(path), line) : line.trim())
      if (file !== undefined && pictureName.test(file) && (await source.isFile(file))) yield file
    }
    return
  }
}

/** @returns nothing where Ultralytics would leave the picture out */
async function boxesOf(
  source: SourceFolder,
  file: string,
  names: ReadonlyMap<number, string>,
  { problem }: Reading,
): Promise<FoundBox[] | undefined> {
  const path = labelPath(file)
  const text = (await source.text(path)) ?? ''
  const boxes = new Map<string, FoundBox>()
  for (const [at, row] of text.split(/\r?\n/).entries()) {
    if (row.trim() === '') continue
    const box = boxOf(row, names)
    if (box === undefined) {
      problem({ file: path, line: at + 1, say: 'not a class and four shares; the picture is left out' })
      return undefined
    }
    if (boxes.has(row.trim())) problem({ file: path, line: at + 1, say: 'the same row twice' })
    boxes.set(row.trim(), box)
  }
  return [...boxes.values()]
}

/** The folder is the last one of that name; where there is none, labels lie beside the pictures. */
function labelPath(file: string): string {
  const folders = posix.dirname(file).split('/')
  const at = folders.lastIndexOf('images')
  if (at >= 0) folders[at] = 'labels'
  return posix.join(...folders, `${posix.basename(file, posix.extname(file))}.txt`)
}

function boxOf(row: string, names: ReadonlyMap<number, string>): FoundBox | undefined {
  const [index = -1, ...shares] = row.trim().split(/\s+/).map(Number)
  const label = names.get(index)
  if (label === undefined || shares.some(share => !(share >= -slack && share <= 1 + slack))) return undefined
  if (shares.length === 4) return centred(label, shares)
  return shares.length >= 6 && shares.length % 2 === 0 ? around(label, shares) : undefined
}

function centred(
  label: string,
  [x = 0, y = 0, width = 0, height = 0]: readonly number[],
): FoundBox | undefined {
  if (width <= 0 || height <= 0) return undefined
  return { label, x: x - width / 2, y: y - height / 2, width, height, unit: 'share' }
}

/** Of a polygon, the box around it. */
function around(label: string, shares: readonly number[]): FoundBox {
  const across = shares.filter((_, at) => at % 2 === 0)
  const down = shares.filter((_, at) => at % 2 === 1)
  const [x, y] = [Math.min(...across), Math.min(...down)]
  return { label, x, y, width: Math.max(...across) - x, height: Math.max(...down) - y, unit: 'share' }
}
