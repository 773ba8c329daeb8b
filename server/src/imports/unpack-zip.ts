/** Zip archives, entry by entry. The library parses; names, kinds and sizes are judged here. */
import type { Readable } from 'node:stream'
import { AppError } from '@gleaner/shared/errors'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import type { EntryKind, Intake, Unpacking } from './unpack.ts'

/** Kind of file in the Unix mode, in the upper half of the external attributes. */
const kindMask = 0o170000
const plainFile = 0o100000
const plainFolder = 0o040000
const madeOnUnix = 3
const encryptedFlag = 0x1
/** Local header without name and extra field. */
const headerBytes = 30

export async function unpackZip({ archive, limits, signal }: Unpacking, intake: Intake): Promise<void> {
  const zip = await openZip(archive)
  try {
    if (zip.entryCount > limits.entries)
      throw new AppError('IMPORT_TOO_LARGE', { limit: 'entries', most: limits.entries })
    const spans = createSpans()
    for await (const entry of entriesOf(zip, signal)) {
      if (entry.generalPurposeBitFlag & encryptedFlag) throw new AppError('IMPORT_ENCRYPTED')
      spans.add(entry)
      const path = intake.entry(nameOf(entry), kindOf(entry), entry.uncompressedSize)
      if (path !== undefined) await intake.write(path, await contentOf(zip, entry))
    }
    spans.end()
  } finally {
    zip.close()
  }
}

/** Names stay as they are: a library that mends backslashes would hide what somebody tried. */
const openZip = (path: string) =>
  new Promise<ZipFile>((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true }
    yauzl.open(path, options, (error, zip) => (error ? reject(error) : resolve(zip)))
  })

async function* entriesOf(zip: ZipFile, signal: AbortSignal): AsyncGenerator<Entry> {
  for (;;) {
    signal.throwIfAborted()
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      const settle = (end: () => void) => {
        zip.removeListener('entry', isNext)
        zip.removeListener('end', isOver)
        zip.removeListener('error', hasFailed)
        end()
      }
      const isNext = (found: Entry) => settle(() => resolve(found))
      const isOver = () => settle(() => resolve(undefined))
      const hasFailed = (error: Error) => settle(() => reject(error))
      zip.once('entry', isNext)
      zip.once('end', isOver)
      zip.once('error', hasFailed)
      zip.readEntry()
    })
    if (!entry) return
    yield entry
  }
}

const contentOf = (zip: ZipFile, entry: Entry) =>
  new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)))
  })

/** Old archives say nothing of their encoding; their names are read as UTF-8 where that works, else byte by byte. */
function nameOf(entry: Entry): string {
  const raw = entry.fileName as unknown as Buffer
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw)
  } catch {
    return raw.toString('latin1')
  }
}

function kindOf(entry: Entry): EntryKind {
  if (entry.versionMadeBy >> 8 !== madeOnUnix) return 'file'
  const kind = (entry.externalFileAttributes >>> 16) & kindMask
  if (kind === plainFolder) return 'folder'
  return kind === 0 || kind === plainFile ? 'file' : 'other'
}

/** Entries that share bytes make a small archive a huge one: no two may. */
function createSpans() {
  const all: (readonly [start: number, end: number])[] = []
  let isInOrder = true
  const refuse = () => new AppError('IMPORT_UNSAFE', { rule: 'entries that overlap' })
  return {
    add: ({ relativeOffsetOfLocalHeader: start, fileNameLength, compressedSize }: Entry) => {
      const [lastStart, lastEnd] = all.at(-1) ?? [0, 0]
      if (start >= lastStart && start < lastEnd) throw refuse()
      if (start < lastStart) isInOrder = false
      all.push([start, start + headerBytes + fileNameLength + compressedSize])
    },
    end: () => {
      if (isInOrder) return
      all.sort(([a], [b]) => a - b)
      for (const [place, [start]] of all.entries()) if (start < (all[place - 1]?.[1] ?? 0)) throw refuse()
    },
  }
}
