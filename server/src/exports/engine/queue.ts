/** One export at a time, in the order in which they were asked for: two would only wait for the same disk and processors. */
import { isAppError } from '@gleaner/shared/errors'
import type { ExportState, ExportSummary } from '@gleaner/shared/exports'
import type { PictureMaker } from '../../imaging/wanted-picture.ts'
import type { ExportRow } from '../../store/exports/export-log.ts'
import { storeError } from '../../store/store-error.ts'
import { readRequest } from '../asked.ts'
import { type ExportedDataset, planOf } from '../dataset.ts'
import type { CopyCounter } from './copy-count.ts'
import type { ExportFailpoint } from './failpoints.ts'
import { createProgress } from './progress.ts'
import { type Finished, isCountingCopies, runExport, settle, vouched } from './run.ts'
import { stagingOf, sweepStaging } from './staging.ts'

export interface QueueDeps {
  readonly datasets: () => readonly ExportedDataset[]
  readonly maker: PictureMaker
  readonly countCopies?: CopyCounter
  readonly now: () => number
  readonly trouble: (error: unknown) => void
  readonly failpoint: ExportFailpoint
  readonly tell: (dataset: ExportedDataset, exportId: number) => void
}

type Standing = Pick<ExportSummary, 'done' | 'total' | 'secondsLeft'>

interface Waiting {
  readonly dataset: ExportedDataset
  readonly row: ExportRow
  readonly aborting: AbortController
  standing: (() => Standing) | undefined
  /** Whether it is its turn, or was. */
  hasBegun: boolean
}

/** How often listeners are told how far it has come. */
const tellEveryMs = 500

const keyOf = (datasetId: string, exportId: number) => `${datasetId} ${exportId}`

export function createExportQueue(deps: QueueDeps) {
  const { tell, trouble, failpoint } = deps
  const waiting = new Map<string, Waiting>()
  let line: Promise<void> = Promise.resolve()
  let isStopping = false

  const end = async ({ dataset, row }: Waiting, how: Parameters<ExportedDataset['exportLog']['end']>[1]) => {
    dataset.exportLog.end(row.id, how)
    failpoint('export:committed')
    await stagingOf(dataset.folder, row.id, row.name, row.container).remove()
    failpoint('export:cleared')
  }

  const carryOut = async (one: Waiting): Promise<void> => {
    const finished = await finish(one, deps)
    await end(one, { state: 'done', ...finished })
  }

  const run = async (one: Waiting): Promise<void> => {
    const { dataset, row, aborting } = one
    if (isStopping || !waiting.has(keyOf(dataset.id, row.id))) return
    one.hasBegun = true
    const telling = setInterval(() => tell(dataset, row.id), tellEveryMs)
    try {
      aborting.signal.throwIfAborted()
      await carryOut(one)
    } catch (error) {
      if (isStopping) return
      if (aborting.signal.aborted) await end(one, { state: 'cancelled' })
      else await fail(one, error)
    } finally {
      clearInterval(telling)
      waiting.delete(keyOf(dataset.id, row.id))
    }
    tell(dataset, row.id)
  }

  const fail = async (one: Waiting, error: unknown): Promise<void> => {
    const reason = storeError(error)
    const code = isAppError(reason) ? reason.code : 'PROTOCOL_INTERNAL'
    const facts = isAppError(reason) ? JSON.stringify(reason.facts) : String(reason)
    await end(one, { state: 'failed', code, facts })
    if (!isAppError(reason) || !reason.code.startsWith('EXPORT_')) trouble(reason)
  }

  const add = (dataset: ExportedDataset, row: ExportRow): void => {
    const one: Waiting = {
      dataset,
      row,
      aborting: new AbortController(),
      standing: undefined,
      hasBegun: false,
    }
    waiting.set(keyOf(dataset.id, row.id), one)
    line = line.then(() => run(one)).catch(trouble)
  }

  return {
    add,
    progress: (datasetId: string, exportId: number): Standing | undefined => {
      const one = waiting.get(keyOf(datasetId, exportId))
      return one && (one.standing?.() ?? { done: 0, total: 1, secondsLeft: null })
    },
    /** Waits until it has ended, one way or the other. */
    cancel: async (dataset: ExportedDataset, exportId: number): Promise<void> => {
      const one = waiting.get(keyOf(dataset.id, exportId))
      if (!one) return
      one.aborting.abort(new DOMException('The export was cancelled.', 'AbortError'))
      if (!one.hasBegun) {
        // Those before it may take hours.
        waiting.delete(keyOf(dataset.id, exportId))
        await end(one, { state: 'cancelled' })
        tell(dataset, exportId)
        return
      }
      while (waiting.has(keyOf(dataset.id, exportId))) await line
    },
    start: (): void => {
      for (const dataset of deps.datasets()) {
        const rows = dataset.exportLog.underWay()
        line = line.then(() => sweepStaging(dataset.folder, new Set(rows.map(({ id }) => id)))).catch(trouble)
        for (const row of rows) add(dataset, row)
      }
    },
    idle: async (): Promise<void> => {
      while (waiting.size > 0) await line
      await line
    },
    stop: async (): Promise<void> => {
      isStopping = true
      for (const { aborting } of waiting.values()) aborting.abort(new DOMException('Stopping.', 'AbortError'))
      await line
    },
  }
}

async function finish(one: Waiting, deps: QueueDeps): Promise<Finished> {
  const { maker, countCopies, now, tell, failpoint } = deps
  const { dataset, row, aborting } = one
  const { id, name, container } = row
  const root = dataset.folder
  const staging = stagingOf(root, id, name, container)
  const { signal } = aborting
  const known = vouched(staging)
  if (known) {
    await settle({ root, staging, name, failpoint }, container)
    return known
  }
  const plan = await planOf(dataset, readRequest(row.request))
  const encoded = await countEncoded(plan)
  const isPacked = container !== 'folder'
  const isRecounted = countCopies !== undefined && isCountingCopies(plan)
  const progress = createProgress({ images: plan.set.count, encoded, isPacked, isRecounted }, now)
  one.standing = progress.state
  const enter = (state: ExportState): void => {
    dataset.exportLog.advance(id, state)
    tell(dataset, id)
  }
  const datasetId = dataset.id
  const finished = await runExport(plan, {
    ...{ root, datasetId, name, staging, maker, countCopies, progress, enter, signal, failpoint },
  })
  await settle({ root, staging, name, failpoint }, container)
  return finished
}

async function countEncoded(plan: Awaited<ReturnType<typeof planOf>>): Promise<number> {
  let encoded = 0
  for await (const { view } of plan.pictures()) if (view.wanted) encoded += 1
  return encoded
}
