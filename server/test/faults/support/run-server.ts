/** Starts the server of fault-server.ts, speaks to it as its owner does, and waits for its end. */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Activity } from '@gleaner/shared/activity'
import type { Batch } from '@gleaner/shared/collect'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { noCounts, type StateCounts } from '@gleaner/shared/outcome'

const program = fileURLToPath(new URL('./fault-server.ts', import.meta.url))

export interface ServerOptions {
  readonly home: string
  /** Program and arguments that run the server's command line: a tracer, a shell with limits. */
  readonly wrap?: readonly string[]
}

export interface ServerProcess {
  /** Of the server itself, also inside of a wrapper; 0 when it never listened. */
  readonly pid: number
  /** Batches that were answered with a receipt. */
  readonly acknowledged: readonly Batch[]
  /** @returns status and body; status 0 when nobody answers */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>
  /** Posts one candidate an address; returns the status. */
  readonly collect: (urls: readonly string[]) => Promise<number>
  readonly counts: () => Promise<StateCounts>
  readonly activity: () => Promise<Activity>
  readonly dataset: (id: string) => Promise<DatasetSummary>
  readonly signal: (name: NodeJS.Signals) => void
  /** What it wrote to its standard error. */
  readonly errors: () => string
  /** Exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** @returns the server once it listens, or how it ended before that */
export async function runServer({ home, wrap = [] }: ServerOptions): Promise<ServerProcess> {
  const [command = process.execPath, ...args] = [...wrap, process.execPath, program, home]
  // The server ends when the other end of its input is gone: a test that has given up leaves none at work.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString()
  })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  const listening = once(createInterface({ input: child.stdout }), 'line')
  const line = await Promise.race([listening, ended.then(() => undefined)])
  const { port, pid } = line
    ? (JSON.parse(String(line[0])) as { port: number; pid: number })
    : { port: 0, pid: 0 }
  const token = port ? readFileSync(join(home, '.gleaner', 'cli-token'), 'utf8').trim() : ''
  const acknowledged: Batch[] = []

  const ask: ServerProcess['ask'] = async (method, path, body) => {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
    } catch {
      return { status: 0, body: undefined }
    }
  }
  const collect = async (urls: readonly string[]) => {
    const batch: Batch = {
      batchId: randomBytes(16).toString('hex'),
      dataset: 'Birds',
      class: 'robin',
      origin: { engine: 'import' },
      candidates: urls.map(url => ({ sources: [{ kind: 'original', url }] })),
    }
    const { status } = await ask('POST', '/api/import', batch)
    if (status >= 200 && status < 300) acknowledged.push(batch)
    return status
  }
  return {
    pid,
    acknowledged,
    ask,
    collect,
    counts: async () => {
      const batchIds = acknowledged.map(({ batchId }) => batchId)
      if (batchIds.length === 0) return noCounts()
      const { status, body } = await ask('POST', '/api/collect/progress', { batchIds })
      if (status !== 200) throw new Error(`no counts: ${status} ${JSON.stringify(body)} ${errors}`)
      return (body as { counts: StateCounts }).counts
    },
    activity: async () => (await ask('GET', '/api/activity')).body as Activity,
    dataset: async id => {
      const { status, body } = await ask('GET', `/api/datasets/${id}`)
      if (status !== 200) throw new Error(`no dataset: ${status} ${JSON.stringify(body)} ${errors}`)
      return body as DatasetSummary
    },
    signal: name => {
      try {
        process.kill(pid, name)
      } catch {
        // It has ended by itself.
      }
    },
    errors: () => errors,
    ended,
  }
}

/** Looks until `holds`, which may be for as long as the test may last. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await pause(100)
}

/** Waits until every acknowledged candidate has an outcome. */
export const settled = (server: ServerProcess) =>
  until(async () => {
    const { queued, leased } = await server.counts()
    return queued + leased === 0
  })

/** Waits until every acknowledged candidate has an outcome or the server has ended; ends it then. @returns how it ended */
export async function workedOff(server: ServerProcess): Promise<number | NodeJS.Signals | null> {
  let isUp = server.pid > 0
  void server.ended.then(() => {
    isUp = false
  })
  await until(async () => {
    if (!isUp) return true
    const counts = await server.counts().catch(() => undefined)
    return counts !== undefined && counts.queued + counts.leased === 0
  })
  if (isUp) server.signal('SIGTERM')
  return server.ended
}
