/**
 * Reads Pascal VOC sets: an XML file a picture, lists of stems for splits, lists of stems with 1 or -1 for classes. Also bare folders
 * of XML files beside pictures, as drawing programs write them.
 */
import { posix } from 'node:path'
import type { SplitName } from '@gleaner/shared/splits'
import { parseXml, XmlElement } from '@rgrove/parse-xml'
import { type FoundBox, type FoundPicture, type Lost, type Reading, splitNamed } from './found.ts'
import { linesOf } from './lines.ts'
import { createSourceFolder, type SourceFolder } from './source-folder.ts'

const mostBytes = 1024 * 1024
const pictureFolders = ['JPEGImages', 'images', 'Images']
const extensions = ['jpg', 'png', 'jpeg', 'bmp', 'webp', 'tif', 'tiff', 'JPG', 'JPEG', 'PNG']

interface Lists {
  readonly splits: ReadonlyMap<string, SplitName>
  readonly labels: ReadonlyMap<string, readonly string[]>
}

export async function* readVoc(
  folder: string | SourceFolder,
  { problem }: Reading,
): AsyncGenerator<FoundPicture> {
  const source = createSourceFolder(folder)
  const lists = new Map<string, Lists>()
  const seen = new Set<string>()
  for await (const file of source.below('.')) {
    if (!/\.xml$/i.test(file)) continue
    const tell = (say: string, lost?: Lost) => problem({ file, line: null, say, lost })
    const annotation = annotationIn(await source.text(file, mostBytes))
    if (annotation === undefined) {
      tell('no annotation, or one that is too large')
      continue
    }
    const set = setOf(file)
    const picture = await pictureOf(source, set, file, childText(annotation, 'filename'))
    if (picture === undefined || seen.has(picture)) {
      if (picture === undefined) tell('a picture whose file is not there', 'file-missing')
      else tell('a picture that is described twice')
      continue
    }
    seen.add(picture)
    const listed = lists.get(set) ?? (await listsOf(source, set))
    lists.set(set, listed)
    const stem = posix.basename(file, posix.extname(file))
    yield {
      file: picture,
      labels: listed.labels.get(stem) ?? [],
      split: listed.splits.get(stem) ?? null,
      boxes: boxesOf(annotation, tell),
      size: sizeOf(annotation),
      about: {},
    }
  }
}

/** The folder around `Annotations`, or the one the file is in. */
function setOf(file: string): string {
  const folder = posix.dirname(file)
  const at = folder.split('/').lastIndexOf('Annotations')
  return at < 0 ? folder : posix.join('.', ...folder.split('/').slice(0, at))
}

/** Entities a document declares are not followed, so that a small file stays small. */
function annotationIn(text: string | undefined): XmlElement | undefined {
  if (text === undefined) return undefined
  try {
    const { root } = parseXml(text)
    return root?.name === 'annotation' ? root : undefined
  } catch {
    return undefined
  }
}

async function pictureOf(source: SourceFolder, set: string, file: string, name: string | undefined) {
  const stem = posix.basename(file, posix.extname(file))
  const isPlain = name !== undefined && name === posix.basename(name) && !name.includes('\\') && name !== '..'
  const names = [...(isPlain ? [name] : []), ...extensions.map(extension => `${stem}.${extension}`)]
  const folders = [...pictureFolders.map(one => posix.join(set, one)), posix.dirname(file), set]
  for (const folder of folders) {
    if (!(await source.isFolder(folder))) continue
    for (const one of names) if (await source.isFile(posix.join(folder, one))) return posix.join(folder, one)
  }
  return undefined
}

async function listsOf(source: SourceFolder, set: string): Promise<Lists> {
  const folder = posix.join(set, 'ImageSets', 'Main')
  const splits = new Map<string, SplitName>()
  const labels = new Map<string, string[]>()
  for (const file of (await source.list(folder)).files) {
    const [, label, list = ''] = file.match(/^(?:(.+)_)?(train|val|trainval|test)\.txt$/) ?? []
    if (list === '') continue
    for await (const { text } of linesOf(source.chunks(posix.join(folder, file)))) {
      const [stem = '', says] = (text ?? '').trim().split(/\s+/)
      const split = splitNamed(list)
      if (label === undefined && split) splits.set(stem, split)
      if (label === undefined || says !== '1') continue
      const known = labels.get(stem)
      if (!known) labels.set(stem, [label])
      else if (!known.includes(label)) known.push(label)
    }
  }
  return { splits, labels }
}

function boxesOf(annotation: XmlElement, tell: (say: string) => void): FoundBox[] {
  return childrenOf(annotation, 'object').flatMap(object => {
    const label = childText(object, 'name')
    const [rectangle] = childrenOf(object, 'bndbox')
    const at = (name: string) => Number((rectangle && childText(rectangle, name)) ?? Number.NaN)
    const [left, top, right, bottom] = [at('xmin'), at('ymin'), at('xmax'), at('ymax')]
    if (label === undefined || !(right >= left) || !(bottom >= top)) {
      tell('an object without a name or a rectangle')
      return []
    }
    // From 1, both ends included.
    const [x, y] = [Math.max(0, left - 1), Math.max(0, top - 1)]
    return [{ label, x, y, width: right - x, height: bottom - y, unit: 'px' as const }]
  })
}

function sizeOf(annotation: XmlElement): FoundPicture['size'] {
  const [size] = childrenOf(annotation, 'size')
  const [width, height] = ['width', 'height'].map(name => Number(size && childText(size, name)))
  // Some programs write 0 where they do not know.
  return width && height && width > 0 && height > 0 ? { width, height } : null
}

const childrenOf = (element: XmlElement, name: string) =>
  element.children.filter((child): child is XmlElement => child instanceof XmlElement && child.name === name)

function childText(element: XmlElement, name: string): string | undefined {
  const text = childrenOf(element, name)[0]?.text.trim()
  return text === '' ? undefined : text
}
