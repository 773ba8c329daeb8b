/** The whole pipeline with its real parts, towards hosts on this machine only. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CandidateRow } from '@gleaner/shared/api'
import type { Candidate, SourceKind } from '@gleaner/shared/candidate'
import type { StateCounts } from '@gleaner/shared/outcome'
import { hostKey, judgeUrl } from '../../src/net/judge.ts'
import type { PaceLimits } from '../../src/net/pace.ts'
import { createPace } from '../../src/net/pace.ts'
import type { BrowserFetching } from '../../src/pipeline/browser-fetching.ts'
import { createBrowserFetching } from '../../src/pipeline/browser-fetching.ts'
import type { Disk } from '../../src/pipeline/disk.ts'
import type { Ingest, IngestParts } from '../../src/pipeline/ingest.ts'
import { createIngest } from '../../src/pipeline/ingest.ts'
import type { DatasetStore, Home, IntakeRules } from '../../src/store/index.ts'
import { openHome } from '../../src/store/index.ts'
import type { Finding } from '../../src/store/verify.ts'
import { verifyDataset } from '../../src/store/verify.ts'
import type { Workshop } from '../../src/work/work.ts'
import { createTestWorkshop, isLocal } from './test-workshop.ts'

export interface RunOptions {
  /** Home folder; a fresh one, removed at the end, unless given. */
  readonly folder?: string
  readonly pace?: Partial<PaceLimits>
  readonly limits?: IngestParts['limits']
  readonly disk?: Disk
  /** Changes a part before it is used. */
  readonly adapt?: (parts: IngestParts) => IngestParts
}

export interface Destination {
  readonly dataset?: string
  readonly class?: string
  /** Who collects; an extension called `test` unless given. */
  readonly client?: string
  readonly batchId?: string
}

export interface RunningIngest {
  readonly folder: string
  readonly home: Home
  readonly ingest: Ingest
  readonly browser: BrowserFetching
  readonly rules: IntakeRules
  /** Errors after which the process would have to end. */
  readonly fatal: unknown[]
  /** Lines of the log. */
  readonly lines: readonly string[]
  readonly collect: (candidates: readonly Candidate[], to?: Destination) => DatasetStore
  /** Resolves when no candidate is queued any more and no hand is at work: not even on old files of a replaced picture. */
  readonly settled: () => Promise<void>
  readonly stop: () => Promise<void>
  /** Stops, verifies every dataset, and removes everything. @returns what is wrong */
  readonly close: () => Promise<readonly Finding[]>
}

const startedAtMs = Date.now() - performance.now()
const steadyNow = () => Math.round(startedAtMs + performance.now())

/** Where the work of every run is done. A test file may put another kind in its place, for all its runs. */
export const workplace: { open: () => Workshop } = { open: createTestWorkshop }

export async function runIngest(options: RunOptions = {}): Promise<RunningIngest> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'gleaner-ingest-'))
  const home = await openHome({ folder, now: steadyNow })
  const workshop = workplace.open()
  const fatal: unknown[] = []
  const lines: string[] = []
  const write = (event: string, facts: unknown = {}) => void lines.push(`${event} ${JSON.stringify(facts)}`)
  const quick = { perHost: 8, spacingMs: 0, overall: 64, firstBackoffMs: 2, longestBackoffMs: 20 }
  const parts: IngestParts = {
    home,
    workshop,
    pace: createPace({ now: () => performance.now(), random: Math.random, ...quick, ...options.pace }),
    now: steadyNow,
    log: { info: write, warn: write, error: write },
    limits: { backOffMs: 2, backOffMostMs: 20, ...options.limits },
    disk: options.disk ?? { hindrance: () => undefined, mayAccept: () => true, failed: () => undefined },
    fatal: error => void fatal.push(error),
  }
  const ingest = createIngest(options.adapt ? options.adapt(parts) : parts)
  const rules: IntakeRules = { judge: url => judgeUrl(url, isLocal), hostOf: hostKey }
  ingest.start()

  const stop = async () => {
    await ingest.stop()
    await workshop.close()
    home.close()
  }
  return {
    ...{ folder, home, ingest, rules, fatal, lines, stop },
    browser: createBrowserFetching({ home, ingest }),
    collect: (candidates, to = {}) => {
      const receipt = home.accept(
        to.client ?? 'test',
        {
          batchId: to.batchId ?? randomBytes(16).toString('hex'),
          dataset: to.dataset ?? 'Birds',
          class: to.class ?? 'Red panda',
          origin: { engine: 'page' },
          candidates: [...candidates],
        },
        rules,
      )
      ingest.wake()
      const dataset = home.byId(receipt.datasetId)
      if (!dataset) throw new Error('no dataset')
      return dataset
    },
    settled: () => untilSettled(home, ingest),
    close: async () => {
      const folders = home.datasets().map(dataset => dataset.folder)
      await stop()
      const reports = await Promise.all(folders.map(dataset => verifyDataset(dataset)))
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
      return reports.flatMap(({ findings }) => findings)
    },
  }
}

const isBusy = ({ queued, leased }: StateCounts) => queued + leased > 0

function untilSettled(home: Home, ingest: Ingest): Promise<void> {
  return new Promise(resolve => {
    const look = () => {
      if (
        ingest.activity().inHand > 0 ||
        ingest.isTidying() ||
        home.datasets().some(dataset => isBusy(dataset.counts()))
      )
        return
      stopListening()
      resolve()
    }
    const stopListening = ingest.onChange(look)
    look()
  })
}

/** A candidate by its addresses, best first; the kinds are original, mirror, mirror… unless given. */
export function candidate(urls: readonly string[], kinds: readonly SourceKind[] = []): Candidate {
  return {
    sources: urls.map((url, place) => ({ url, kind: kinds[place] ?? (place === 0 ? 'original' : 'mirror') })),
  }
}

/** All candidates of a dataset, by the end of their address after the host. */
export function rowsByPath(dataset: DatasetStore): Record<string, CandidateRow> {
  const { candidates } = dataset.candidates({}, { limit: 500 })
  return Object.fromEntries(
    candidates.map(row => {
      const url = new URL(row.url)
      return [url.pathname + url.search, row]
    }),
  )
}
