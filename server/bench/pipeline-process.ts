/**
 * The whole pipeline with its real parts, in a process of its own as the server is one: what the benchmark starts,
 * orders about by messages, and measures from outside.
 *
 * `node pipeline-process.ts HOME IN_FLIGHT`
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { candidate, runIngest } from '../test/support/run-ingest.ts'
import type { Answer, Order } from './ingest/pipeline.ts'

const [home = '', inFlight = '16'] = process.argv.slice(2)
const hands = Number(inFlight)
const run = await runIngest({
  folder: home,
  pace: { perHost: hands, spacingMs: 0, overall: hands },
  limits: { hands },
})
/** Batches taken in, by dataset. */
const batches = new Map<string, string[]>()
const hundred = (part: number) => part * 100
const delays = monitorEventLoopDelay({ resolution: 5 })
/** Another one in every run, should the home be one that an earlier run worked in. */
let serial = Date.now()

const storeOf = (dataset: string) => {
  const store = run.home.byName(dataset)
  if (!store) throw new Error(`There is no dataset ${dataset}.`)
  return store
}

/** Returns when every candidate has its outcome. Seldom asked: asking takes time that is measured. */
async function settled(dataset: string): Promise<void> {
  for (;;) {
    const { queued, leased } = storeOf(dataset).counts()
    if (queued + leased === 0) return
    await pause(10)
  }
}

async function ingest(dataset: string, urls: readonly string[]): Promise<Answer> {
  const startedMs = performance.now()
  const before = storeOf(dataset).counts()
  for (let at = 0; at < urls.length; at += 500) {
    const batchId = (serial++).toString(16).padStart(32, '0')
    const candidates = urls.slice(at, at + 500).map(url => candidate([url]))
    run.collect(candidates, { dataset, class: 'new', client: 'bench', batchId })
    batches.set(dataset, [...(batches.get(dataset) ?? []), batchId])
  }
  await settled(dataset)
  const seconds = (performance.now() - startedMs) / 1_000
  const after = storeOf(dataset).counts()
  const outcomes = Object.fromEntries(
    Object.entries(after)
      .map(([state, count]) => [state, count - (before[state as keyof typeof before] ?? 0)] as const)
      .filter(([, count]) => count !== 0),
  )
  return { seconds, outcomes }
}

/** Takes back all that was taken in, so that the same pictures are new again. */
async function undo(dataset: string): Promise<Answer> {
  run.home.undo('bench', batches.get(dataset) ?? [])
  batches.delete(dataset)
  run.ingest.wake()
  while (run.ingest.isTidying() || storeOf(dataset).isUntidy()) await pause(10)
  return {}
}

async function obey(order: Order): Promise<Answer> {
  switch (order.kind) {
    case 'ingest':
      return ingest(order.dataset, order.urls)
    case 'undo':
      return undo(order.dataset)
    case 'watch':
      delays.reset()
      delays.enable()
      return {}
    case 'delay':
      delays.disable()
      return { delayP99Ms: delays.percentile(hundred(0.99)) / 1e6 }
    case 'stop':
      await run.stop()
      return {}
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    answer => {
      process.send?.(answer, () => order.kind === 'stop' && process.disconnect())
    },
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.send?.({})
// Nobody is left to take the answers.
process.on('disconnect', () => process.exit())
