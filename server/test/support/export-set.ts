/** Sets of made-up pictures for tests of exporters, written and read again in folders that go with the test. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Static, TObject } from 'typebox'
import { Value } from 'typebox/value'
import { onTestFinished } from 'vitest'
import type { Exporter, ExportSet, PlannedSet, ReadPicture } from '../../src/exports/exporter.ts'
import { folderSink, type MadeUpSet, makeSetIn } from './made-up-set.ts'

export { folderSink, type MadeUpClass, type MadeUpSet, oddClasses } from './made-up-set.ts'

export const madeUpSet = (wanted: MadeUpSet = {}): Promise<ExportSet & { readonly planned: PlannedSet }> =>
  makeSetIn(temporaryFolder('pictures'), wanted)

/** @returns a folder that is taken away with the test */
function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `gleaner-${name}-`))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Writes a set in a format. @returns the folder, and what the format's reader finds in it */
export async function exported<Options extends TObject>(
  exporter: Exporter<Options>,
  set: ExportSet,
  given: Partial<Static<Options>> = {},
): Promise<{ readonly folder: string; readonly read: readonly ReadPicture[]; readonly steps: number }> {
  const folder = temporaryFolder('export')
  const options = Value.Default(exporter.options, { ...given }) as Static<Options>
  const sink = folderSink(folder)
  await exporter.write(set, sink, options)
  const read: ReadPicture[] = []
  for await (const picture of exporter.read(folder, options)) read.push(picture)
  return { folder, read, steps: sink.steps() }
}

/** What the reader of a format should find, whatever the order: label as `by`, split and digest of each picture. */
export async function expectedOf(set: ExportSet, by: 'name' | 'label' = 'name'): Promise<string[]> {
  const expected: string[] = []
  for await (const picture of set.pictures())
    expected.push(`${picture.split} ${picture.class[by]} ${picture.digest}`)
  return expected.sort()
}

export const asFound = (read: readonly ReadPicture[]): string[] =>
  read.map(({ split, label, digest }) => `${split} ${label} ${digest}`).sort()

/** As {@link expectedOf}, for formats that keep raw pixels: labels as they were given, digests of pixels. */
export async function expectedPixels(set: ExportSet): Promise<string[]> {
  const expected: string[] = []
  for await (const picture of set.pictures()) {
    const digest = createHash('sha256')
      .update(await picture.pixels())
      .digest('hex')
    expected.push(`${picture.split} ${picture.class.label} ${digest}`)
  }
  return expected.sort()
}
