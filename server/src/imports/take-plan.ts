/** The second half of an import: what is left of the plan is taken, a part at a time, each when there is room. */
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { DatasetStore, IntakeRules } from '../store/types.ts'
import { planLines } from './plan.ts'
import { slicesOf } from './taking.ts'

interface TakingParts {
  readonly ingest: { readonly wake: () => void; readonly mayAccept: () => boolean }
  readonly rules: IntakeRules
  /** How long to wait before looking again whether there is room. */
  readonly waitMs?: number
}

/**
 * @param changed - told after each part
 * @throws AppError as taking a part does; the signal's reason
 */
export async function takePlan(
  { ingest, rules, waitMs = 1_000 }: TakingParts,
  store: DatasetStore,
  id: number,
  signal: AbortSignal,
  changed: () => void,
): Promise<void> {
  const row = store.imports.byId(id)
  if (row?.state !== 'taking') {
    signal.throwIfAborted()
    return
  }
  const lines = planLines(store.imports.folder(id), row.cursor)
  const options = {
    maxBytes: store.settings().accept.maxFileMiB * 1024 * 1024,
    author: `import ${basename(row.source)}`.slice(0, 80),
  }
  for await (const slice of slicesOf(lines, row.cursor, options)) {
    while (!ingest.mayAccept()) await pause(waitMs, undefined, { signal })
    signal.throwIfAborted()
    if (!(await store.imports.take(id, slice, rules))) {
      signal.throwIfAborted()
      return
    }
    ingest.wake()
    changed()
  }
}
