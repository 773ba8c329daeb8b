/** The forms pictures come in: how each is recognised, and who reads it. A line for every form. */
import { posix } from 'node:path'
import type { ImportFormat } from '@gleaner/shared/imports'
import { readCoco } from '../exports/readers/coco.ts'
import { type FoundPicture, splitNamed } from '../exports/readers/found.ts'
import { readHuggingFaceFolder } from '../exports/readers/hf-folder.ts'
import type { SourceFolder } from '../exports/readers/source-folder.ts'
import { readVoc } from '../exports/readers/voc.ts'
import { readYolo } from '../exports/readers/yolo.ts'
import { isPictureName, type Offered, type OfferReader } from './offered.ts'
import type { PackedForm } from './packed/protocol.ts'
import { readFolders } from './readers/class-folders.ts'
import { isOwnExport, readOwnExport } from './readers/gleaner.ts'
import { isImageNet, readImageNet } from './readers/imagenet.ts'
import { isOpenImages, readOpenImages } from './readers/open-images.ts'
import { packedFormOf, readPacked } from './readers/packed-sets.ts'
import { isTableName, readTable } from './readers/table.ts'
import { isVisualGenome, readVisualGenome } from './readers/visual-genome.ts'
import { readWebdatasetSet } from './readers/webdataset.ts'

export const readers: Readonly<Record<ImportFormat, OfferReader>> = {
  'class-folders': readFolders,
  table: readTable,
  coco: (source, options) => offered(readCoco(source, options)),
  yolo: (source, options) => offered(readYolo(source, options)),
  voc: (source, options) => offered(readVoc(source, options)),
  'open-images': readOpenImages,
  'visual-genome': readVisualGenome,
  imagenet: readImageNet,
  'hf-folder': (source, options) => offered(readHuggingFaceFolder(source, options)),
  'hf-parquet': (source, options) => readPacked('hf-parquet', source, options),
  webdataset: readWebdatasetSet,
  tfrecord: (source, options) => readPacked('tfrecord', source, options),
  gleaner: readOwnExport,
}

async function* offered(found: AsyncIterable<FoundPicture>): AsyncGenerator<Offered> {
  for await (const picture of found) yield { ...picture, url: null }
}

type Sign = (source: SourceFolder, files: readonly string[]) => Promise<boolean>

const named =
  (pattern: RegExp): Sign =>
  async (_source, files) =>
    files.some(file => pattern.test(file))

/** Beside a few pictures of a description it is where the others are; beside many it tells something of them. */
function packed(form: PackedForm): Sign {
  const fewPictures = 20
  return async (_source, files) =>
    files.some(file => packedFormOf(file) === form) && files.filter(hasPictureEnding).length <= fewPictures
}

/** Particular forms before general ones. */
const signs: readonly (readonly [ImportFormat, Sign])[] = [
  ['gleaner', isOwnExport],
  ['yolo', named(/^(?:[^/]+\/)?(?:data|dataset)\.ya?ml$/i)],
  ['hf-parquet', packed('hf-parquet')],
  ['tfrecord', packed('tfrecord')],
  ['webdataset', named(/\d\.(?:tar|tar\.gz|tgz)$|\.cls$/i)],
  ['hf-folder', named(/(?:^|\/)metadata\.(?:csv|jsonl)$/)],
  ['visual-genome', isVisualGenome],
  ['open-images', isOpenImages],
  ['imagenet', isImageNet],
  ['coco', isCoco],
  ['voc', named(/\.xml$/i)],
  ['class-folders', named(/^[^/]+\/(?:.*\/)?[^/]+\.(?:jpe?g|png|gif|webp|avif|bmp)$/i)],
  ['table', async (_source, files) => files.some(file => !file.includes('/') && isTableName(file))],
  ['class-folders', async (_source, files) => files.some(isPictureName)],
]

/** Names by which a form is recognised: descriptions may come after any number of pictures. */
const most = { pictures: 2_000, others: 20_000 } as const

/** @returns the form, or nothing when it is none that is known @throws the signal's reason */
export async function recognise(
  source: SourceFolder,
  signal?: AbortSignal,
): Promise<ImportFormat | undefined> {
  const files: string[] = []
  const seen = { pictures: 0, others: 0 }
  for await (const file of source.below('.')) {
    signal?.throwIfAborted()
    const kind = isPictureName(file) ? 'pictures' : 'others'
    seen[kind] += 1
    if (seen[kind] <= most[kind]) files.push(file)
    else if (seen.others > most.others) break
  }
  // A list beside its pictures says more than the folders they lie in.
  for (const [format, isSo] of signs) if (await isSo(source, files)) return format
  return undefined
}

async function isCoco(source: SourceFolder, files: readonly string[]): Promise<boolean> {
  for (const file of files.filter(name => /\.json$/i.test(name)).slice(0, 20)) {
    const head = await headOf(source, file)
    if (
      /"(?:images|annotations|categories|info|licenses)"\s*:/.test(head) &&
      head.trimStart().startsWith('{')
    )
      return true
  }
  return false
}

async function headOf(source: SourceFolder, file: string): Promise<string> {
  for await (const chunk of source.chunks(file)) return Buffer.from(chunk).toString('utf8', 0, 65_536)
  return ''
}

const hasPictureEnding = (path: string): boolean => /\.(?:jpe?g|png|gif|webp|avif|bmp)$/i.test(path)

/** Archives often have one folder around everything. It is no class, unless pictures lie right in it, and no split. */
export async function withoutWrapper(source: SourceFolder): Promise<SourceFolder> {
  let prefix = '.'
  for (let depth = 0; depth < 4; depth++) {
    const { files, folders } = await source.list(prefix)
    const shown = folders.filter(name => !name.startsWith('.') && name !== '__MACOSX')
    const [only] = shown
    if (shown.length !== 1 || only === undefined || files.some(name => !name.startsWith('.'))) break
    if (splitNamed(only) !== null) break
    const below = await source.list(posix.join(prefix, only))
    if (below.files.some(hasPictureEnding) || below.folders.length === 0) {
      if (!below.files.some(name => /\.(?:csv|jsonl|json|ya?ml)$/i.test(name))) break
    }
    prefix = posix.join(prefix, only)
  }
  return prefix === '.' ? source : folderIn(source, prefix)
}

/** A folder of a source as a source of its own. */
function folderIn(source: SourceFolder, prefix: string): SourceFolder {
  const to = (path: string) => {
    const inside = source.inside(path)
    return inside === undefined ? '\0' : posix.join(prefix, inside)
  }
  return {
    inside: source.inside,
    isFile: path => source.isFile(to(path)),
    isFolder: path => source.isFolder(to(path)),
    list: path => source.list(to(path)),
    below: async function* (path, depth) {
      for await (const file of source.below(to(path), depth)) yield file.slice(prefix.length + 1)
    },
    text: (path, maxBytes) => source.text(to(path), maxBytes),
    chunks: path => source.chunks(to(path)),
    path: path => source.path(to(path)),
  }
}
