/** Waits for an export: a server that was started for this command alone would take it down with it. */
import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '@gleaner/shared/errors'
import type { ExportList, ExportSummary } from '@gleaner/shared/exports'
import type { Connection } from './connection.ts'
import { createProgressLine } from './progress-line.ts'

const askEveryMs = 200

export async function watchExport(
  server: Connection,
  path: string,
  begun: ExportSummary,
): Promise<ExportSummary> {
  const progress = createProgressLine(process.stderr)
  let now = begun
  while (now.endedAtMs === null) {
    progress.update(now.done, now.total, `${now.state}${leftOf(now)}`)
    await pause(askEveryMs)
    const { exports } = await server.get<ExportList>(`${path}/exports`)
    const found = exports.find(({ id }) => id === begun.id)
    if (!found) throw new AppError('EXPORT_UNKNOWN', { exportId: begun.id })
    now = found
  }
  progress.end()
  return now
}

function leftOf({ secondsLeft }: ExportSummary): string {
  if (secondsLeft === null) return ''
  const minutes = Math.floor(secondsLeft / 60)
  return minutes === 0 ? `, ${secondsLeft} s left` : `, ${minutes} min ${secondsLeft % 60} s left`
}
