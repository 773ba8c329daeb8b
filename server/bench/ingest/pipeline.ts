/** The benchmark's end of {@link file://../pipeline-process.ts}. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
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
    undo: async dataset => void (await obey({ kind: 'undo', dataset })),
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
