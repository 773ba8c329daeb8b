/**
 * Reads a finished set as its readers will and holds it against the index: every picture once, under its class, in its split,
 * with its size, its boxes and every bit of its bytes.
 */
import { createHash } from 'node:crypto'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, isAppError } from '@gleaner/shared/errors'
import type { ExportSummary } from '@gleaner/shared/exports'
import type { Asked } from '../asked.ts'
import type { ExportClass, ExportPicture, KeptMarks, ReadPicture } from '../exporter.ts'
import { readArchive } from '../readers/archive.ts'
import { boxesDiffer } from './box-match.ts'
import type { CopyCount } from './copy-count.ts'
import { createMultiset, type Multiset } from './multiset.ts'
import type { PreparedSet } from './prepared-set.ts'
import type { WrittenFile } from './set-sink.ts'

export type Proof = NonNullable<ExportSummary['proof']>

export interface ProofParts {
  readonly asked: Asked
  readonly set: PreparedSet
  /** Every file that was written, but for the record of the export itself. */
  readonly files: () => AsyncIterable<WrittenFile>
  /** Folder of the finished set. */
  readonly folder: string
  /** Where copies across splits are to be counted anew. */
  readonly copies: CopyCount | undefined
  readonly step: () => void
  readonly signal: AbortSignal
}

/** @throws AppError `EXPORT_PROOF_FAILED`, with what differs first; the signal's reason */
export async function proveSet(parts: ProofParts): Promise<Proof> {
  const { set, signal } = parts
  const files = await proveFiles(parts)
  const expected = await expectedOf(parts)
  const read = await readAgain(parts, expected).catch(error => {
    if (isAppError(error) || signal.aborted) throw error
    throw new AppError('EXPORT_PROOF_FAILED', { what: 'reading', reason: String(error) }, { cause: error })
  })
  if (read.places.count() !== set.count) fail('number of pictures', set.count, read.places.count())
  compare('pictures', expected.places, read.places)
  if (expected.marks.classes) compare('classes', expected.names, read.names)
  // Readers say all sizes, or none where the bytes say them.
  if (read.sizes.count() > 0) compare('sizes', expected.sizes, read.sizes)
  if (read.boxed !== expected.boxed) fail('pictures with boxes', expected.boxed, read.boxed)
  const classes = read.labels.size === 0 ? set.classes.length : read.labels.size
  const images = read.places.count()
  return { images, files, classes, digestsCompared: images, pairsAcrossSplits: await countCopies(parts) }
}

/** A picture that nobody can decode is no picture, whatever its digest. */
async function countCopies({ copies }: ProofParts): Promise<number | null> {
  if (!copies) return null
  const { pairs, undecodable } = await copies.end()
  if (undecodable > 0) fail('pictures that cannot be decoded', 0, undecodable)
  return pairs
}

/**
 * @param root - the folder it unpacks to
 * @throws AppError `EXPORT_PROOF_FAILED` unless the archive holds exactly these files
 */
export async function proveArchive(
  path: string,
  root: string,
  files: AsyncIterable<WrittenFile>,
  signal: AbortSignal,
): Promise<void> {
  const expected = createMultiset()
  const found = createMultiset()
  for await (const { path: at, sizeBytes, digest } of files)
    expected.add(`${root}/${at} ${sizeBytes} ${digest}`)
  for await (const { path: at, sizeBytes, digest } of readArchive(path)) {
    signal.throwIfAborted()
    found.add(`${at} ${sizeBytes} ${digest}`)
  }
  compare('files of the archive', expected, found)
}

function fail(what: string, expected: string | number, found: string | number): never {
  throw new AppError('EXPORT_PROOF_FAILED', { what, expected, found })
}

function compare(what: string, expected: Multiset, found: Multiset): void {
  if (expected.count() !== found.count()) fail(`number of ${what}`, expected.count(), found.count())
  if (expected.sum() !== found.sum()) fail(what, 'what was written', 'something else')
}

/** Nothing is there but what was written, and that in full. */
async function proveFiles({ files, folder, signal }: ProofParts): Promise<number> {
  let expected = 0
  for await (const { path, sizeBytes } of files()) {
    signal.throwIfAborted()
    const found = await lstat(join(folder, path))
    if (!found.isFile() || found.size !== sizeBytes) fail(path, sizeBytes, found.size)
    expected += 1
  }
  const found = await countFiles(folder)
  // The record of the export names every file but itself.
  if (found !== expected + 1) fail('number of files', expected + 1, found)
  return found
}

async function countFiles(folder: string): Promise<number> {
  let count = 0
  for await (const entry of await opendir(folder, { recursive: true })) if (!entry.isDirectory()) count += 1
  return count
}

/** What is to be found: each picture in its split, under its name, in its size. */
interface Contents {
  readonly places: Multiset
  readonly names: Multiset
  readonly sizes: Multiset
}

type Boxes = NonNullable<ReadPicture['boxes']>

interface Expected extends Contents {
  readonly marks: KeptMarks
  /** Pictures with boxes. */
  readonly boxed: number
  /** Theirs, by digest; those of copies one after the other. What is found is taken away. */
  readonly boxes: Map<string, Boxes[]>
  readonly nameOf: (label: string) => string
}

const newContents = (): Contents => ({
  places: createMultiset(),
  names: createMultiset(),
  sizes: createMultiset(),
})

async function expectedOf({ asked: { exporter, options }, set, signal }: ProofParts): Promise<Expected> {
  const isSplit = set.splits[0] !== null
  const contents = newContents()
  const marks = exporter.marks(options)
  const boxes = new Map<string, Boxes[]>()
  let boxed = 0
  for await (const picture of set.pictures()) {
    signal.throwIfAborted()
    const digest = await digestOf(picture, exporter.keeps)
    const split = exporter.splitAs ? exporter.splitAs(picture.split, options) : picture.split
    contents.places.add(`${isSplit ? split : ''} ${digest}`)
    contents.names.add(`${picture.class.name} ${digest}`)
    contents.sizes.add(`${picture.width} ${picture.height} ${digest}`)
    const kept = boxesKept(picture, marks)
    if (kept.length === 0) continue
    boxes.set(digest, [...(boxes.get(digest) ?? []), kept])
    boxed += 1
  }
  return { ...contents, marks, boxes, boxed, nameOf: namesOf(set.classes) }
}

function boxesKept({ boxes, width, height, class: { label } }: ExportPicture, marks: KeptMarks): Boxes {
  if (marks.boxes === 'none') return []
  if (boxes.length === 0) return marks.isFull ? [{ label, x: 0, y: 0, width, height }] : []
  if (marks.boxes === 'each') return boxes
  const keyOf = (box: Boxes[number]) => JSON.stringify([box.label, box.x, box.y, box.width, box.height])
  return [...new Map(boxes.map(box => [keyOf(box), box])).values()]
}

async function digestOf(picture: ExportPicture, keeps: 'bytes' | 'pixels' | 'nothing'): Promise<string> {
  if (keeps === 'bytes') return picture.digest
  if (keeps === 'nothing') return picture.from.original.digest
  const pixels = await picture.pixels()
  return createHash('sha256').update(pixels).digest('hex')
}

/** Formats say names or labels; names are tried first, for each is of one class only. */
function namesOf(classes: readonly ExportClass[]): (label: string) => string {
  const names = new Set(classes.map(({ name }) => name))
  const byLabel = new Map(classes.map(({ label, name }) => [label, name]))
  return label => (names.has(label) ? label : (byLabel.get(label) ?? label))
}

async function readAgain({ asked, set, folder, copies, step, signal }: ProofParts, expected: Expected) {
  const isSplit = set.splits[0] !== null
  const contents = newContents()
  const labels = new Set<string>()
  let boxed = 0
  for await (const found of asked.exporter.read(folder, asked.options)) {
    signal.throwIfAborted()
    const { digest, split, label, width, height } = found
    contents.places.add(`${isSplit ? split : ''} ${digest}`)
    if (label !== null) {
      const name = expected.nameOf(label)
      contents.names.add(`${name} ${digest}`)
      labels.add(name)
    }
    if (width !== undefined && height !== undefined) contents.sizes.add(`${width} ${height} ${digest}`)
    boxed += proveBoxes(found, expected)
    await copies?.add(found)
    step()
  }
  return { ...contents, labels, boxed }
}

/** @returns 1 where there are boxes, which are those of the picture, or of a copy of it whose boxes were not yet found */
function proveBoxes({ digest, boxes = [] }: ReadPicture, { boxes: known, nameOf }: Expected): 0 | 1 {
  if (boxes.length === 0) return 0
  const named = (of: Boxes) => of.map(box => ({ ...box, label: nameOf(box.label) }))
  const written = known.get(digest) ?? []
  const found = named(boxes)
  const at = written.findIndex(some => !boxesDiffer(named(some), found))
  if (at < 0) fail(`boxes of ${digest}`, JSON.stringify(written[0] ?? []), JSON.stringify(boxes))
  known.set(digest, written.toSpliced(at, 1))
  return 1
}
