/** Reads `manifest.csv` by a parser that has not written it, and the files it names. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse'
import type { ReadPicture } from '../exporter.ts'
import { pictureSize } from './picture-size.ts'

/** Takes away the apostrophe that keeps spreadsheets from seeing a formula. */
export const withoutGuard = (cell: string): string =>
  /^'[\s"']*[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell

/** @returns rows by the names of their columns, as they were before they were guarded */
export async function* readRows(path: string): AsyncGenerator<Readonly<Record<string, string>>> {
  const rows = createReadStream(path).pipe(parse({ columns: true, bom: true }))
  for await (const row of rows as AsyncIterable<Record<string, string>>) {
    yield Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, withoutGuard(cell)]))
  }
}

/** @throws Error when a file is not there, or not what the row says of it */
export async function* readCsvManifest(folder: string): AsyncGenerator<ReadPicture> {
  for await (const row of readRows(join(folder, 'manifest.csv'))) {
    const { filename = '', label = '', split = '', sha256 = '', width, height } = row
    yield await pictureAt(folder, { filename, label, split: split || null, sha256, width, height })
  }
}

export interface NamedPicture {
  readonly filename: string
  readonly label: string
  readonly split: string | null
  readonly sha256: string
  readonly width: unknown
  readonly height: unknown
}

/** @throws Error when the file is not what is said of it */
export async function pictureAt(
  folder: string,
  { filename, label, split, sha256, width, height }: NamedPicture,
): Promise<ReadPicture> {
  const path = join(folder, filename)
  const bytes = await readFile(path)
  const digest = createHash('sha256').update(bytes).digest('hex')
  if (digest !== sha256) throw new Error(`${filename}: not the file that is meant`)
  const size = pictureSize(bytes)
  if (!size || size.width !== Number(width) || size.height !== Number(height))
    throw new Error(`${filename}: of another size than is said`)
  return { label, split, digest, ...size, bytes: () => readFile(path) }
}
