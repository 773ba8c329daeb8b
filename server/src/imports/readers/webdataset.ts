/**
 * WebDataset: tar files in which the files of a sample lie side by side and are called alike up to the first dot; or such a tar that
 * has been taken apart already. Shards are taken apart as every archive of a stranger is, one after the other.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type FoundBox, isRecord, splitOfPath, splitWithin, wordOf } from '../../exports/readers/found.ts'
import type { SourceFolder } from '../../exports/readers/source-folder.ts'
import type { Offered, ReaderOptions } from '../offered.ts'
import { factsOf, sizeOf } from '../packed/facts.ts'
import { isLabelFile, type Names, namesIn } from '../packed/labels.ts'
import { createStagedFolder } from '../staged-folder.ts'
import { archiveKind, unpack } from '../unpack.ts'

interface WebDatasetOptions extends ReaderOptions {
  /** Whether the digests it tells are those of the pictures in it, and not of what they were made from. */
  readonly isOwn?: boolean
}

const shardName = /\.(?:tar|tar\.gz|tgz)$/i
const pictureField = /^(?:.*\.)?(?:jpe?g|png|webp|gif|bmp|avif)$/i
const mostJsonBytes = 4 * 1024 * 1024

export async function* readWebdatasetSet(
  source: SourceFolder,
  options: WebDatasetOptions,
): AsyncGenerator<Offered> {
  const shards = await shardsOf(source, options.only)
  const { lone } = options
  const texts = new Map([...(lone ? await labelTexts(lone.beside) : []), ...(await labelTexts(source))])
  const names = namesIn(texts, 'classes.txt', 'labels.txt')
  if (shards.length === 0) {
    const split = lone ? splitOfPath(lone.name) : null
    yield* samplesIn(source, path => split ?? splitWithin(path), names, options)
    return
  }
  for (const [nth, shard] of shards.entries()) {
    const staged = await takeApart(source, shard, nth, options)
    if (!staged) {
      options.problem({ file: shard, line: null, say: 'a file that is no archive', lost: 'no-archive' })
      continue
    }
    const split = splitOfPath(shard)
    for await (const { file, ...sample } of samplesIn(staged, () => split, names, options))
      yield { ...sample, file: null, place: await staged.path(file ?? '') }
  }
}

async function shardsOf(source: SourceFolder, only: string | undefined): Promise<readonly string[]> {
  if (only !== undefined) return [only]
  const shards: string[] = []
  for await (const file of source.below('.')) if (shardName.test(file)) shards.push(file)
  return shards
}

async function labelTexts(source: SourceFolder): Promise<ReadonlyMap<string, string>> {
  const { files } = await source.list('.')
  const texts = new Map<string, string>()
  for (const name of files.filter(isLabelFile)) {
    const text = await source.text(name)
    if (text !== undefined) texts.set(name, text)
  }
  return texts
}

async function takeApart(source: SourceFolder, shard: string, nth: number, { room }: WebDatasetOptions) {
  const archive = await source.path(shard)
  const kind = await archiveKind(archive)
  if (kind !== 'tar' && kind !== 'tgz') return undefined
  const archiveBytes = (await stat(archive)).size
  const folder = join(room.folder, String(nth))
  return createStagedFolder(await unpack(kind, { ...room, archive, archiveBytes, folder }))
}

type Sample = ReadonlyMap<string, string>

/** @param splitOf - the split of a sample, by its path */
async function* samplesIn(
  source: SourceFolder,
  splitOf: (path: string) => Offered['split'],
  names: Names,
  options: WebDatasetOptions,
): AsyncGenerator<Offered> {
  let key: string | undefined
  let sample = new Map<string, string>()
  for await (const path of source.below('.')) {
    const [, of = path, field = ''] = /^((?:.*\/)?[^/.]+)\.([^/]*)$/.exec(path) ?? []
    if (key !== undefined && of !== key) {
      yield* offeredBy(source, sample, splitOf(key), names, options)
      sample = new Map()
    }
    key = of
    sample.set(field.toLowerCase(), path)
  }
  if (key !== undefined) yield* offeredBy(source, sample, splitOf(key), names, options)
}

/** All pictures of a sample are of its class. */
async function* offeredBy(
  source: SourceFolder,
  sample: Sample,
  split: Offered['split'],
  names: Names,
  { problem, isOwn = false }: WebDatasetOptions,
): AsyncGenerator<Offered> {
  const pictures = [...sample].filter(([field]) => pictureField.test(field))
  const textOf = async (field: string) => {
    const path = sample.get(field)
    return path === undefined ? undefined : (await source.text(path, mostJsonBytes))?.trim()
  }
  const facts = recordIn(await textOf('json'))
  const number = await textOf('cls')
  if (pictures.length === 0 && (facts || number !== undefined))
    problem({
      file: [...sample.values()][0] ?? '',
      line: null,
      say: 'a sample without a picture',
      lost: 'without-picture',
    })
  const label = wordOf(facts?.label) ?? labelOf(number, names) ?? wordOf(facts?.class_name)
  const about = { ...factsOf(name => facts?.[name]), ...digestIn(facts, isOwn) }
  for (const [, file] of pictures) {
    yield {
      ...{ file, url: null, split, about, labels: label === undefined ? [] : [label] },
      ...{ boxes: boxesOf(facts?.boxes), size: sizeOf(facts?.width, facts?.height) },
    }
  }
}

function recordIn(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A number is that of a class, or its name where nobody says what it means. */
function labelOf(text: string | undefined, names: Names): string | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return wordOf(text)
  return names.size === 0 ? text : names.get(Number(text))
}

function digestIn(facts: ReturnType<typeof recordIn>, isOwn: boolean): { readonly digest?: string } {
  const digest = isOwn ? wordOf(facts?.sha256) : undefined
  return digest === undefined ? {} : { digest }
}

/** A list, or JSON of one: what reads samples by their first ones takes no lists of different lengths. */
function boxesOf(value: unknown): readonly FoundBox[] {
  const list: unknown = typeof value === 'string' ? listIn(value) : value
  if (!Array.isArray(list)) return []
  return list.filter(isRecord).flatMap(({ label, x, y, width, height }) => {
    const name = wordOf(label)
    const [left = 0, top = 0, across = 0, down = 0] = [x, y, width, height].map(Number)
    const isOne = name !== undefined && [left, top].every(Number.isFinite) && across > 0 && down > 0
    return isOne ? [{ label: name, x: left, y: top, width: across, height: down, unit: 'px' as const }] : []
  })
}

function listIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
