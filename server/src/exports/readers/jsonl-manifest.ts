/** Reads `manifest.jsonl` and the files it names. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ReadPicture } from '../exporter.ts'
import { type NamedPicture, pictureAt } from './csv-manifest.ts'

interface Line extends NamedPicture {
  readonly boxes: NonNullable<ReadPicture['boxes']>
}

/** @throws Error when a file is not there, or not what the line says of it */
export async function* readJsonlManifest(folder: string): AsyncGenerator<ReadPicture> {
  for await (const line of jsonLines(join(folder, 'manifest.jsonl'))) {
    const { boxes, ...named } = line as Line
    yield { ...(await pictureAt(folder, named)), boxes }
  }
}

/** @returns what stands in each line */
export async function* jsonLines(path: string): AsyncGenerator<unknown> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })
  for await (const line of lines) yield JSON.parse(line)
}
