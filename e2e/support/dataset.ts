import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CandidatePage, Overview } from '@gleaner/shared/api'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import type { TestServer } from './stack.ts'

const cli = fileURLToPath(new URL('../../server/src/cli/gleaner.ts', import.meta.url))

/** Candidates of a dataset, all pages. */
export async function allCandidates(server: TestServer, datasetId: string) {
  const rows: CandidatePage['candidates'][number][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const path = `/api/datasets/${datasetId}/candidates?limit=200${after}`
    const page: CandidatePage = await server.ask('GET', path)
    rows.push(...page.candidates)
    cursor = page.cursor
  }
  return rows
}

/** Waits until the dataset (by default the only one) holds `expected` candidates and none of them waits any more. */
export async function waitUntilDone(
  server: TestServer,
  expected: number,
  { name, timeoutMs = 90_000 }: { readonly name?: string; readonly timeoutMs?: number } = {},
): Promise<DatasetSummary> {
  let last: DatasetSummary | undefined
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; ) {
    const { datasets } = await server.ask<Overview>('GET', '/api/overview')
    last = name === undefined ? datasets[0] : datasets.find(dataset => dataset.name === name)
    if (last && totalOf(last) === expected && last.counts.queued + last.counts.leased === 0) return last
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error(`Not done in time: ${JSON.stringify(last)}`)
}

export const totalOf = ({ counts }: DatasetSummary) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Names of the pictures in each class folder, as a trainer would find them. */
export function classFolders(dataset: DatasetSummary): Record<string, string[]> {
  const images = join(dataset.folder, 'images')
  if (!existsSync(images)) return {}
  return Object.fromEntries(readdirSync(images).map(name => [name, readdirSync(join(images, name)).sort()]))
}

/** What `gleaner verify` says of a data folder. */
export function verify(home: string): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, '--home', home, 'verify'], {
    encoding: 'utf8',
  })
  return { code: status, output: stdout + stderr }
}
