/** Every format of the registry, written with all that lies beside an export, and what should be found in it. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { ExportFormat } from '@gleaner/shared/exports'
import { Value } from 'typebox/value'
import { writeCompanions } from '../../src/exports/companions/companions.ts'
import type { SetSink } from '../../src/exports/engine/set-sink.ts'
import type { Exporter, ExportSet } from '../../src/exports/exporter.ts'
import { exporters } from '../../src/exports/registry.ts'
import { folderSink, type MadeUpSet, makeSetIn } from '../../test/support/made-up-set.ts'

/** One export, as the checks in Python read of it. */
export interface WrittenExport {
  readonly name: string
  readonly format: ExportFormat
  readonly folder: string
  readonly options: Readonly<Record<string, unknown>>
  /** JSON file of classes, splits and pictures. */
  readonly expected: string
}

type Options = Readonly<Record<string, unknown>>

/** Formats of boxes only, and those that have a column for them. */
const ofBoxes: readonly ExportFormat[] = ['coco', 'yolo', 'voc']
const withBoxes: readonly ExportFormat[] = [
  'hf-parquet',
  'hf-folder',
  'webdataset',
  'tfrecord',
  'tfds',
  'jsonl',
]
const needed: Partial<Record<ExportFormat, Options>> = {
  'ground-truth': { bucket: 's3://example-bucket/set' },
  vertex: { bucket: 'gs://example-bucket/set' },
}

export async function writeExports(
  folder: string,
  only: (name: string) => boolean,
): Promise<readonly WrittenExport[]> {
  const written: WrittenExport[] = []
  for (const exporter of exporters) {
    const { format } = exporter
    const kinds = ofBoxes.includes(format)
      ? ['boxes']
      : withBoxes.includes(format)
        ? ['labels', 'boxes']
        : ['labels']
    for (const kind of kinds) {
      const name = kinds.length > 1 && kind === 'boxes' ? `${format} with boxes` : format
      if (only(name)) written.push(await writeOne(folder, exporter, { name, hasBoxes: kind === 'boxes' }))
    }
  }
  return written
}

async function writeOne(
  root: string,
  exporter: Exporter,
  { name, hasBoxes }: { readonly name: string; readonly hasBoxes: boolean },
): Promise<WrittenExport> {
  const options = Value.Default(exporter.options, { ...needed[exporter.format] }) as Options
  // The name of the folder holds no word that is taken for a split, and neither do those above it.
  const place = join(root, createHash('sha256').update(name).digest('hex').slice(0, 12))
  const folder = join(place, 'e')
  mkdirSync(join(place, 'p'), { recursive: true })
  mkdirSync(folder)
  const set = await makeSetIn(join(place, 'p'), { ...sizeFor(exporter, options), hasBoxes })
  const sink = setSink(folder)
  await exporter.write(set, sink, options)
  const frontMatter = exporter.frontMatter?.(set, options) ?? {}
  const card = { title: exporter.title, readBy: exporter.readBy, frontMatter }
  await writeCompanions(set, sink, { certificate, balance: { classWeights: true }, card })
  const expected = join(place, 'expected.json')
  writeFileSync(expected, JSON.stringify(await expectedOf(set)))
  return { name, format: exporter.format, folder, options, expected }
}

function setSink(folder: string): SetSink {
  return {
    ...folderSink(folder),
    hasWritten: path => pathsIn(folder).includes(path),
    files: () => filesIn(folder),
    sizeBytes: () => 0,
    count: () => pathsIn(folder).length,
    close: () => undefined,
  }
}

const certificate = { distanceBits: 24, pairs: 0, byClass: [], examples: [], withEarlier: [] }

/** What the format asks of pictures is what they are made as. */
function sizeFor(exporter: Exporter, options: Options): MadeUpSet {
  const { sidePx = null, isGrey = false, format = 'jpeg' } = exporter.render?.(options) ?? {}
  return { width: sidePx ?? 64, height: sidePx ?? 48, isGrey, format }
}

async function expectedOf(set: ExportSet) {
  const pictures = []
  for await (const { id, extension, split, width, height, digest, boxes, class: ofClass } of set.pictures()) {
    const { label, name, index } = ofClass
    pictures.push({ file: `${id}.${extension}`, split, width, height, digest, boxes, label, name, index })
  }
  const classes = set.classes.map(({ label, name, index }) => ({ label, name, index }))
  return { classes, splits: set.splits, pictures }
}

const pathsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort()

async function* filesIn(folder: string) {
  for (const path of pathsIn(folder)) {
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex')
    yield { path, sizeBytes: statSync(join(folder, path)).size, digest }
  }
}
