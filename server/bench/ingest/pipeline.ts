/** The benchmark's end of {@link file://../pipeline-process.ts}. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, linkSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cpuSecondsOf } from '../process-tree.ts'

export type Order =
  | { readonly kind: 'ingest'; readonly dataset: string; readonly urls: readonly string[] }
  | { readonly kind: 'undo'; readonly dataset: string }
  /** Begins to watch how late the main thread is. */
  | { readonly kind: 'watch' }
  /** Asks how late it was since. */
  | { readonly kind: 'delay' }
  | { readonly kind: 'stop' }

export interface Answer {
  readonly error?: string
  readonly seconds?: number
  /** Candidates by the state they ended in. */
  readonly outcomes?: Readonly<Record<string, number>>
  readonly delayP99Ms?: number
}

/** One pass over a set of pictures. */
export interface Pass {
  readonly images: number
  readonly seconds: number
  /** User and system time of every process that takes part; `undefined` where the system does not tell. */
  readonly cpuSeconds: number | undefined
}

export interface PipelinePass extends Pass {
  readonly outcomes: Readonly<Record<string, number>>
}

export interface Pipeline {
  readonly pid: number
  readonly ingest: (dataset: string, urls: readonly string[]) => Promise<PipelinePass>
  /** Takes everything back that came in by {@link Pipeline.ingest}. */
  readonly undo: (dataset: string) => Promise<void>
  /** Lateness of the main thread while something goes on, as its 99th percentile. */
  readonly delayP99Ms: (during: () => Promise<unknown>) => Promise<number>
  readonly stop: () => Promise<void>
}

const calmMs = 250
const calmCpuSeconds = 0.03
const longestUnrestMs = 20_000

/** A server that runs all night has its machine code after the first minute; so have these passes. */
const warmUpImages = 1_000

/** Takes pictures in, and back again, until speed is what it will be. */
export async function warmUp(pipeline: Pipeline, dataset: string, addresses: () => string[]): Promise<void> {
  for (let images = 0; images < warmUpImages; ) {
    images += (await pipeline.ingest(dataset, addresses())).images
    await pipeline.undo(dataset)
  }
}

/** @param home - its datasets are there already */
export async function startPipeline(home: string, inFlight: number): Promise<Pipeline> {
  const script = fileURLToPath(new URL('../pipeline-process.ts', import.meta.url))
  const child = fork(script, [home, String(inFlight)])
  const pid = child.pid ?? 0
  const gone = once(child, 'exit').then(() => ({ error: 'The pipeline ended by itself.' }))
  const answered = async (): Promise<Answer> => {
    const [answer] = (await Promise.race([once(child, 'message'), gone.then(answer => [answer])])) as [Answer]
    if (answer.error) throw new Error(answer.error)
    return answer
  }
  const obey = (order: Order): Promise<Answer> => {
    const answer = answered()
    child.send(order)
    return answer
  }
  await answered()
  await untilCalm(pid)
  const keepFiles = fileKeeper(home)

  return {
    pid,
    ingest: async (dataset, urls) => {
      const startedCpu = cpuSecondsOf(pid)
      const { seconds = Number.NaN, outcomes = {} } = await obey({ kind: 'ingest', dataset, urls })
      const endedCpu = cpuSecondsOf(pid)
      const cpuSeconds =
        startedCpu === undefined || endedCpu === undefined ? undefined : endedCpu - startedCpu
      return { images: urls.length, seconds, cpuSeconds, outcomes }
    },
    undo: async dataset => {
      keepFiles(dataset)
      await obey({ kind: 'undo', dataset })
      await untilCalm(pid)
    },
    delayP99Ms: async during => {
      await obey({ kind: 'watch' })
      await during()
      const { delayP99Ms = Number.NaN } = await obey({ kind: 'delay' })
      return delayP99Ms
    },
    stop: async () => {
      await obey({ kind: 'stop' })
      await gone
    },
  }
}

/** What follows from an undo, or from a start, goes on in the background: it is no part of the pass that comes next. */
async function untilCalm(pid: number): Promise<void> {
  const endsMs = performance.now() + longestUnrestMs
  for (let before = cpuSecondsOf(pid) ?? 0; performance.now() < endsMs; ) {
    await pause(calmMs)
    const now = cpuSecondsOf(pid) ?? 0
    if (now - before < calmCpuSeconds) return
    before = now
  }
}

/**
 * Gives files that came in since a second name beside the home, so that the disk does not get them back when they are taken
 * back. A file system steps over what was deleted of late, one by one, to make a new file; no server deletes as many files as
 * it makes, so that this is none of its costs.
 */
function fileKeeper(home: string): (dataset: string) => void {
  const sinceMs = Date.now()
  let serial = 0
  return dataset => {
    const kept = `${home}-taken-back`
    mkdirSync(kept, { recursive: true })
    const folders = ['images/new', 'originals'].map(path => join(home, dataset, path)).filter(existsSync)
    for (const folder of folders) {
      for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const path = join(file.parentPath, file.name)
        if (!file.isFile() || statSync(path).mtimeMs < sinceMs) continue
        linkSync(path, join(kept, String(serial++)))
      }
    }
  }
}
