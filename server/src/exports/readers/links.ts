/** Reads a list of links as img2dataset does: an object a line, its address under `url`. */
import { join } from 'node:path'
import type { ReadPicture } from '../exporter.ts'
import { jsonLines } from './jsonl-manifest.ts'

interface Link {
  readonly url: string
  readonly sha256: string
  readonly label: string
  readonly split: string | null
}

/** @throws Error when a line has no address to fetch, or no digest to check by */
export async function* readLinks(folder: string): AsyncGenerator<ReadPicture> {
  for await (const line of jsonLines(join(folder, 'links-only.jsonl'))) {
    const { url, sha256, label, split } = line as Link
    if (!/^https?:$/.test(new URL(url).protocol)) throw new Error(`not an address to fetch: ${url}`)
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`no digest of ${url}`)
    yield { label, split, digest: sha256 }
  }
}
