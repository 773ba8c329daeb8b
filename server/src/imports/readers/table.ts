/** Lists in CSV or JSONL: a file or an address a row, and what is said of it. */
import { posix } from 'node:path'
import { limits } from '@gleaner/shared/limits'
import { parseHttpUrl } from '@gleaner/shared/url'
import { parse } from 'csv-parse'
import { withoutGuard } from '../../exports/readers/csv-manifest.ts'
import { type FoundBox, isRecord, numbersOf, splitNamed, wordOf } from '../../exports/readers/found.ts'
import { linesOf } from '../../exports/readers/lines.ts'
import type { SourceFolder } from '../../exports/readers/source-folder.ts'
import type { Offered, OfferedFacts, ReaderOptions } from '../offered.ts'

type Row = Readonly<Record<string, unknown>>

/** Names that columns and keys go by, lower-case and without anything but letters and digits. */
const columns = {
  file: ['filename', 'file', 'filepath', 'path', 'image', 'imagepath', 'imagefile'],
  url: ['url', 'imageurl', 'originalurl', 'src'],
  sourceUrl: ['sourceurl'],
  label: ['label', 'class', 'classname', 'category', 'labelname'],
  split: ['split', 'set', 'subset', 'mluse', 'usage'],
  landingUrl: ['pageurl', 'landingurl', 'page', 'landing'],
  title: ['title', 'caption'],
  license: ['license', 'licence', 'licensename'],
  licenseUrl: ['licenseurl', 'licenceurl'],
  creator: ['creator', 'author', 'credit'],
  attribution: ['attribution'],
  digest: ['sha256', 'digest'],
  engine: ['engine'],
  query: ['query'],
  width: ['width'],
  height: ['height'],
} as const
type Column = keyof typeof columns
const known = new Set<string>(Object.values(columns).flat())
const keyOf = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

export interface TableOptions extends Pick<ReaderOptions, 'only' | 'problem'> {
  /** Whether cells that could be formulas have an apostrophe before them, as in our own exports. */
  readonly isGuarded?: boolean
}

export const isTableName = (path: string): boolean => /\.(?:csv|tsv|jsonl|ndjson|txt)$/i.test(path)

export async function* readTable(source: SourceFolder, options: TableOptions): AsyncGenerator<Offered> {
  const files = options.only === undefined ? await tablesOf(source) : [options.only]
  for (const file of files) {
    for await (const { line, row, isMaybeComment } of rowsOf(source, file, options)) {
      const offered = row && (await offeredBy(source, posix.dirname(file), row))
      if (offered) yield offered
      else if (!isMaybeComment)
        options.problem({
          file,
          line,
          say: 'a row that names neither a file that is there nor an address',
          lost: 'file-missing',
        })
    }
  }
}

async function tablesOf(source: SourceFolder): Promise<readonly string[]> {
  const { files } = await source.list('.')
  const lists = files.filter(name => isTableName(name) && !/^(?:readme|classes|licen[cs]e)/i.test(name))
  const better = lists.filter(name => !name.endsWith('.txt'))
  return better.length > 0 ? better : lists
}

interface Numbered {
  readonly line: number
  readonly row: Row | undefined
  /** Whether it begins like a comment and is none only if it names a picture. */
  readonly isMaybeComment?: boolean
}

async function* rowsOf(
  source: SourceFolder,
  file: string,
  { isGuarded = false }: TableOptions,
): AsyncGenerator<Numbered> {
  if (/\.(?:jsonl|ndjson)$/i.test(file)) {
    for await (const { number, text } of linesOf(source.chunks(file))) {
      yield { line: number, row: text === null ? undefined : objectIn(text) }
    }
    return
  }
  const delimiter = /\.tsv$/i.test(file) ? '\t' : ','
  let header: readonly string[] | undefined
  for await (const { record, line } of recordsOf(source.chunks(file), delimiter, isGuarded)) {
    const isMarked = !isGuarded && record[0]?.startsWith('#') === true
    if (header === undefined && !isMarked) {
      const names = record.map(keyOf)
      header = names.some(name => known.has(name)) ? names : bare
      if (header === names) continue
    }
    const names = header ?? bare
    const cells = isGuarded ? record.map(withoutGuard) : record
    yield {
      line,
      row: Object.fromEntries(cells.map((cell, at) => [names[at] || nameless(at), cell])),
      // Below a header a row with several cells is a row.
      isMaybeComment: isMarked && (names === bare || record.length === 1),
    }
  }
}

/** What a list without a header has. */
const bare: readonly string[] = ['', 'label']
/** A list without a header has what is meant in its first column, be it a file or an address. */
const nameless = (at: number) => (at === 0 ? 'what' : `column${at}`)

async function* recordsOf(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: string,
  isGuarded: boolean,
): AsyncGenerator<{ readonly record: readonly string[]; readonly line: number }> {
  const parser = parse({
    // Words after the mark may be anything; without a space it may be the name of a file.
    ...{ bom: true, comment: isGuarded ? null : '# ', comment_no_infix: true, delimiter, info: true },
    ...{ relax_column_count: true, skip_empty_lines: true, trim: true, max_record_size: 1024 * 1024 },
  })
  const fed = (async () => {
    for await (const chunk of chunks) {
      if (!parser.write(chunk)) await new Promise(resolve => parser.once('drain', resolve))
    }
    parser.end()
  })()
  fed.catch(error => parser.destroy(error))
  for await (const { record, info } of parser) yield { record, line: info.lines }
  await fed
}

function objectIn(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (!isRecord(value)) return undefined
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [keyOf(key), held]))
  } catch {
    return undefined
  }
}

async function offeredBy(source: SourceFolder, folder: string, row: Row): Promise<Offered | undefined> {
  const word = (column: Column) =>
    columns[column].map(name => wordOf(row[name])).find(found => found !== undefined)
  const what = wordOf(row.what)
  const url = httpUrl(word('url') ?? what) ?? httpUrl(word('file'))
  const named = word('file') ?? (url === undefined ? what : undefined)
  const file = named === undefined ? undefined : await fileAt(source, folder, named)
  const sourceUrl = httpUrl(word('sourceUrl')) ?? (file === undefined ? undefined : url)
  const address = url ?? sourceUrl
  if (file === undefined && address === undefined) return undefined
  const split = word('split')
  const label = word('label')
  return {
    file: file ?? null,
    url: address ?? null,
    labels: label === undefined ? [] : [label],
    split: split === undefined ? null : splitNamed(split),
    boxes: boxesOf(row.boxes),
    size: sizeOf(row),
    ...cropOf(row),
    about: factsOf(row, word, sourceUrl),
  }
}

async function fileAt(source: SourceFolder, folder: string, named: string): Promise<string | undefined> {
  for (const path of [posix.join(folder, named), named]) {
    const inside = source.inside(path)
    if (inside !== undefined && (await source.isFile(inside))) return inside
  }
  return undefined
}

function httpUrl(text: string | undefined): string | undefined {
  const url = parseHttpUrl(text)
  return url && url.href.length <= limits.urlChars ? url.href : undefined
}

function factsOf(
  row: Row,
  word: (column: Column) => string | undefined,
  sourceUrl: string | undefined,
): OfferedFacts {
  const claim = isRecord(row.license) ? row.license : {}
  const facts = {
    sourceUrl,
    ...{ landingUrl: word('landingUrl'), title: word('title'), digest: word('digest') },
    license: word('license') ?? wordOf(claim.name),
    licenseUrl: word('licenseUrl') ?? wordOf(claim.url),
    creator: word('creator') ?? wordOf(claim.creator),
    attribution: word('attribution') ?? wordOf(claim.attribution),
    ...{ engine: word('engine'), query: word('query') },
    author: authorOf(row.boxes),
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}

function boxesOf(value: unknown): readonly FoundBox[] {
  if (!Array.isArray(value)) return []
  return value.filter(isRecord).flatMap(({ x, y, width, height, label }) => {
    const numbers = [x, y, width, height].map(Number)
    const [left = 0, top = 0, across = 0, down = 0] = numbers
    const name = wordOf(label)
    if (name === undefined || !numbers.every(Number.isFinite)) return []
    return [{ label: name, x: left, y: top, width: across, height: down, unit: 'px' as const }]
  })
}

/** In pixels of the original, as our own lists have it, or of the picture as it is. */
function cropOf(row: Row): Pick<Offered, 'crop'> {
  if (!isRecord(row.crop)) return {}
  const of = isRecord(row.original) ? sizeOf(row.original) : sizeOf(row)
  const [x = 0, y = 0, width = 0, height = 0] =
    numbersOf([row.crop.x, row.crop.y, row.crop.width, row.crop.height], 4) ?? []
  return of && width > 0 && height > 0 ? { crop: { x, y, width, height, of } } : {}
}

const authorOf = (value: unknown) =>
  Array.isArray(value) ? value.filter(isRecord).flatMap(({ author }) => wordOf(author) ?? [])[0] : undefined

function sizeOf(row: Row): Offered['size'] {
  const [width = 0, height = 0] = [Number(row.width), Number(row.height)]
  return width > 0 && height > 0 ? { width, height } : null
}
