/**
 * The records of Google's result pages since 2020. Wherever an inline script keeps them (`window.W_jd`,
 * `AF_initDataCallback`), the inner record has this shape, heights before widths:
 *
 *     [0, "<docid>", ["<thumbnail>", h, w], ["<original>", h, w], …, {"2003": [null, …, pageUrl, title, …]}, …]
 */
import { answerTextsOf } from '../answers.ts'
import { findNew, textOf } from '../dom.ts'
import type { Page } from '../harvester.ts'
import { parseJson, walk } from '../read.ts'

export type DataRecord = readonly unknown[]

/** Longest record that is cut out; real ones have 1,500 to 4,000 characters. */
const maxRecordChars = 100_000

/** More text than this is not searched in one document, in characters. */
const maxSearchedChars = 64_000_000

/** What scripts and answers have said about the results of one document. */
interface Knowledge {
  readonly records: Map<string, DataRecord>
  /** Scripts that were searched, and how long they were then. */
  readonly searched: WeakMap<Element, number>
  searchedChars: number
}

const knowledge = new WeakMap<Document, Knowledge>()
/** The docids each look brought; a look is one page object. */
const learntAt = new WeakMap<Page, readonly string[]>()

/**
 * Searches the scripts and answers that are new at this look; does nothing when it has done so for the same look.
 *
 * @returns pauses: after each text that was searched there is one
 */
export function* learn(page: Page): Generator<undefined> {
  if (learntAt.has(page)) return
  const learnt: string[] = []
  learntAt.set(page, learnt)
  const known = knowledge.get(page.document) ?? {
    records: new Map(),
    searched: new WeakMap(),
    searchedChars: 0,
  }
  knowledge.set(page.document, known)
  for (const text of newTexts(page, known)) {
    for (const [docid, record] of recordsIn(text)) {
      if (known.records.has(docid)) continue
      known.records.set(docid, essence(record))
      learnt.push(docid)
    }
    yield
  }
}

function* newTexts(page: Page, known: Knowledge): Generator<string> {
  const isNew = (text: string) => {
    known.searchedChars += text.length
    return known.searchedChars <= maxSearchedChars
  }
  for (const script of findNew(page, 'script')) {
    const text = textOf(script)
    if (known.searched.get(script) === text.length) continue
    known.searched.set(script, text.length)
    if (isNew(text)) yield text
  }
  for (const text of answerTextsOf(page)) if (isNew(text)) yield text
}

/** The record of a docid, as far as it is known by now. */
export function recordOf(document: Document, docid: string | undefined): DataRecord | undefined {
  return docid === undefined ? undefined : knowledge.get(document)?.records.get(docid)
}

/** Docids that were not known before this look. */
export function learntIn(page: Page): readonly string[] {
  return learntAt.get(page) ?? []
}

/** Only what is read: the whole of a record is several times as much. */
function essence(record: DataRecord): DataRecord {
  return [...record.slice(0, 4), { '2003': pagePart(record) }]
}

/**
 * Finds the records in the text of a script, in time linear in its length.
 *
 * @param text - JavaScript with the records as JSON, or as JSON inside a quoted string (`\x22`, `\"`)
 */
export function recordsIn(text: string): ReadonlyMap<string, DataRecord> {
  if (!text.includes('2003')) return new Map()
  const records = plainRecordsIn(text)
  return records.size > 0 || !/\\(?:x22|")/.test(text) ? records : plainRecordsIn(unquoted(text))
}

function plainRecordsIn(text: string): ReadonlyMap<string, DataRecord> {
  const records = new Map<string, DataRecord>()
  const opening = /\[[05],"([^"\\]{1,64})",\[/g
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const end = literalEnd(text, match.index, maxRecordChars)
    // What has been looked at once is not looked at again: an array that does not close is skipped as well.
    opening.lastIndex = end ?? match.index + maxRecordChars
    const record = end === undefined ? undefined : parseJson(text.slice(match.index, end))
    const docid = match[1]
    if (docid !== undefined && isRecord(record) && !records.has(docid)) records.set(docid, record)
  }
  return records
}

function isRecord(value: unknown): value is DataRecord {
  return Array.isArray(value) && typeof walk(value, 2, 0) === 'string'
}

/**
 * Where the JSON array or object that opens at `start` ends.
 *
 * @returns the place after its closing bracket; `undefined` when it does not close within `maxChars`
 */
export function literalEnd(text: string, start: number, maxChars: number): number | undefined {
  const last = Math.min(text.length, start + maxChars)
  let depth = 0
  let isInString = false
  for (let place = start; place < last; place++) {
    const character = text[place]
    if (isInString) {
      if (character === '\\') place++
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') {
      depth--
      if (depth === 0) return place + 1
    }
  }
  return undefined
}

/** Takes one layer of JavaScript string quoting off. */
function unquoted(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gi, (_, byte, unit, other) =>
    other === undefined ? String.fromCharCode(Number.parseInt(byte ?? unit, 16)) : other,
  )
}

/** The part of a record that tells about the page the picture stands on: `[null, id, pageUrl, title, …]`. */
export function pagePart(record: DataRecord | undefined): unknown {
  const holder = record?.slice(0, 64).find(part => walk(part, '2003') !== undefined)
  return walk(holder, '2003')
}
