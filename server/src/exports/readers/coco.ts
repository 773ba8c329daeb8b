/**
 * Reads COCO detection sets by what pycocotools and the usual loaders do with them. Where pictures are is not said by the format:
 * the layouts of COCO itself, of Roboflow, FiftyOne and Ultralytics are tried, and our own.
 */
import { posix } from 'node:path'
import type { SplitName } from '@gleaner/shared/splits'
import {
  type FoundBox,
  type FoundFacts,
  type FoundPicture,
  isRecord,
  type Lost,
  numbersOf,
  type Reading,
  splitWithin,
  wordOf,
} from './found.ts'
import { jsonItems } from './json-items.ts'
import { createSourceFolder, type SourceFolder } from './source-folder.ts'

interface License {
  readonly name: string | undefined
  readonly url: string | undefined
}

/** All of an annotation file but its pictures, which may come before what is said of them. */
interface Annotations {
  readonly categories: ReadonlyMap<unknown, string>
  readonly licenses: ReadonlyMap<unknown, License>
  readonly boxes: ReadonlyMap<unknown, readonly FoundBox[]>
}

type Tell = (say: string, lost?: Lost) => void

export async function* readCoco(
  folder: string | SourceFolder,
  { problem }: Reading,
): AsyncGenerator<FoundPicture> {
  const source = createSourceFolder(folder)
  const seen = new Set<string>()
  for (const file of await annotationFiles(source)) {
    const tell: Tell = (say, lost) => problem({ file, line: null, say, lost })
    try {
      const annotations = await annotationsOf(source, file, tell)
      if (annotations) yield* picturesOf(source, file, annotations, seen, tell)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      tell('not JSON, or cut short')
    }
  }
}

/** COCO keeps captions and key points of the same pictures beside the boxes. */
async function annotationFiles(source: SourceFolder): Promise<string[]> {
  const found: string[] = []
  for await (const file of source.below('.', 4)) if (/\.json$/i.test(file)) found.push(file)
  const instances = found.filter(file => posix.basename(file).startsWith('instances_'))
  return instances.length > 0 ? instances : found
}

/** @returns nothing when the file is JSON of another kind */
async function annotationsOf(
  source: SourceFolder,
  file: string,
  tell: Tell,
): Promise<Annotations | undefined> {
  const categories = new Map<unknown, string>()
  const licenses = new Map<unknown, License>()
  const drawn: [image: unknown, category: unknown, box: Omit<FoundBox, 'label'>][] = []
  const keys = new Set<string>()
  for await (const { key, value } of jsonItems(source.chunks(file))) {
    keys.add(key)
    if (!isRecord(value)) continue
    const name = wordOf(value.name)
    if (key === 'licenses') licenses.set(value.id, { name, url: wordOf(value.url) })
    else if (key === 'categories' && name) categories.set(value.id, name)
    else if (key === 'annotations') {
      const box = boxOf(value, tell)
      if (box) drawn.push([value.image_id, value.category_id, box])
    }
  }
  if (!keys.has('images') || !keys.has('categories')) return undefined
  const boxes = new Map<unknown, FoundBox[]>()
  for (const [image, category, box] of drawn) {
    const label = categories.get(category)
    if (label === undefined) tell('a box of a category that is not listed')
    else boxes.set(image, addTo(boxes.get(image), { ...box, label }))
  }
  return { categories, licenses, boxes }
}

function addTo(boxes: FoundBox[] = [], box: FoundBox): FoundBox[] {
  boxes.push(box)
  return boxes
}

function boxOf(value: Readonly<Record<string, unknown>>, tell: Tell): Omit<FoundBox, 'label'> | undefined {
  if (value.iscrowd === 1) {
    tell('a crowd, which is no single thing')
    return undefined
  }
  const [x, y, width, height] = numbersOf(value.bbox, 4) ?? []
  if (x === undefined || y === undefined || !width || !height || width < 0 || height < 0) {
    tell('a box that is no rectangle')
    return undefined
  }
  return { x, y, width, height, unit: 'px' }
}

async function* picturesOf(
  source: SourceFolder,
  file: string,
  { licenses, boxes }: Annotations,
  seen: Set<string>,
  tell: Tell,
): AsyncGenerator<FoundPicture> {
  const split = splitOf(file)
  const find = createFinder(source, foldersFor(file))
  for await (const { key, value } of jsonItems(source.chunks(file))) {
    if (key !== 'images' || !isRecord(value)) continue
    const name = wordOf(value.file_name)
    const path = name === undefined ? undefined : await find(name)
    if (path === undefined) tell('a picture whose file is not there', 'file-missing')
    else if (seen.has(path)) tell('a picture that is listed twice')
    else {
      seen.add(path)
      const label = wordOf(value.label)
      const about = factsOf(value, licenses.get(value.license))
      const found = {
        file: path,
        labels: label === undefined ? [] : [label],
        split,
        size: sizeOf(value),
        about,
      }
      yield { ...found, boxes: boxes.get(value.id) ?? [] }
    }
  }
}

function splitOf(file: string): SplitName | null {
  const parts = [posix.basename(file, posix.extname(file)), posix.basename(posix.dirname(file))]
  return splitWithin(parts[0] ?? '') ?? splitWithin(parts[1] ?? '')
}

function sizeOf({ width, height }: Readonly<Record<string, unknown>>): FoundPicture['size'] {
  const numbers = numbersOf([width, height], 2)
  return numbers ? { width: numbers[0] ?? 0, height: numbers[1] ?? 0 } : null
}

function factsOf(image: Readonly<Record<string, unknown>>, license: License | undefined): FoundFacts {
  const sourceUrl = wordOf(image.coco_url) ?? wordOf(image.flickr_url)
  return {
    ...(sourceUrl === undefined ? {} : { sourceUrl }),
    ...(license?.name === undefined ? {} : { license: license.name }),
    ...(license?.url === undefined ? {} : { licenseUrl: license.url }),
  }
}

/** Folders in which pictures of an annotation file may be, most particular first. */
function foldersFor(file: string): readonly string[] {
  const beside = posix.dirname(file)
  const above = posix.dirname(beside)
  const stem = posix.basename(file, posix.extname(file))
  const words = stem.split(/[_.\s-]+/).filter(word => splitWithin(word))
  const bySplit = words.flatMap(word => [word, word === 'val' ? 'validation' : word.replace(/\d+$/, '')])
  const places = [above, beside].flatMap(place => [
    place,
    posix.join(place, 'images'),
    posix.join(place, 'data'),
  ])
  return [
    ...places.flatMap(place => bySplit.map(word => posix.join(place, word))),
    beside,
    ...places.reverse(),
  ]
}

/** Looks first where the last picture was. */
function createFinder(source: SourceFolder, folders: readonly string[]) {
  let last = folders[0] ?? '.'
  return async (name: string): Promise<string | undefined> => {
    for (const folder of [last, ...folders]) {
      const path = source.inside(posix.join(folder, name))
      if (path === undefined || source.inside(name) === undefined || !(await source.isFile(path))) continue
      last = folder
      return path
    }
    return undefined
  }
}
