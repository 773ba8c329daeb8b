/** The exports of all datasets: asked for, written one after the other, cancelled, deleted; gone on with by the next process. */
import { existsSync, statfsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import type { ExportFormatInfo, ExportRequest, ExportSummary, Preflight } from '@gleaner/shared/exports'
import { folderSlug } from '@gleaner/shared/slug'
import type { PictureMaker } from '../imaging/wanted-picture.ts'
import type { ExportRow } from '../store/exports/export-log.ts'
import { readRequest } from './asked.ts'
import { type ExportedDataset, planOf } from './dataset.ts'
import type { CopyCounter } from './engine/copy-count.ts'
import type { ExportFailpoint } from './engine/failpoints.ts'
import { createExportQueue } from './engine/queue.ts'
import { exportsFolder, fileNameOf, stagingOf } from './engine/staging.ts'
import type { Plan } from './plan.ts'
import { preflightOf } from './preflight.ts'
import { exporters } from './registry.ts'

export interface ExportsDeps {
  readonly datasets: () => readonly ExportedDataset[]
  readonly maker: PictureMaker
  /** Nobody counts copies anew where there is none. */
  readonly countCopies?: CopyCounter
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Is told of failures that are nobody's wish. */
  readonly trouble: (error: unknown) => void
  readonly failpoint?: ExportFailpoint
}

export type ExportListener = (datasetId: string, summary: ExportSummary) => void

export interface Exports {
  readonly formats: () => readonly ExportFormatInfo[]
  /** Looks without writing anything. @throws AppError `PROTOCOL_INVALID`, `PROTOCOL_NOT_FOUND`, `VERSION_DAMAGED` */
  readonly preflight: (datasetId: string, request: ExportRequest) => Promise<Preflight>
  /**
   * Begins an export, or puts it in line.
   *
   * @throws AppError `EXPORT_REFUSED` with the codes of what is in the way, `EXPORT_NAME_TAKEN`, and as `preflight`
   */
  readonly begin: (datasetId: string, request: ExportRequest, by: string) => Promise<ExportSummary>
  /** Newest first. */
  readonly list: (datasetId: string) => readonly ExportSummary[]
  /** Nothing of it stays. @throws AppError `EXPORT_UNKNOWN` */
  readonly cancel: (datasetId: string, exportId: number) => Promise<ExportSummary>
  /** Takes away the folder or archive. @throws AppError `EXPORT_UNKNOWN`, `EXPORT_UNDER_WAY` */
  readonly remove: (datasetId: string, exportId: number) => Promise<void>
  /** @returns how to stop listening */
  readonly onChange: (listener: ExportListener) => () => void
  /** Goes on with what an earlier process had begun. */
  readonly start: () => void
  /** When nothing is under way any more. */
  readonly idle: () => Promise<void>
  /** What is in hand stays as it is, for the next process. */
  readonly stop: () => Promise<void>
}

export function createExports(deps: ExportsDeps): Exports {
  const listeners = new Set<ExportListener>()
  const datasetOf = (datasetId: string): ExportedDataset => {
    const dataset = deps.datasets().find(({ id }) => id === datasetId)
    if (!dataset) throw new AppError('PROTOCOL_NOT_FOUND', { datasetId })
    return dataset
  }
  const summaryOf = (dataset: ExportedDataset, row: ExportRow) =>
    toSummary(dataset, row, queue.progress(dataset.id, row.id))
  const tell = (dataset: ExportedDataset, exportId: number): void => {
    const row = dataset.exportLog.find(exportId)
    if (!row) return
    const summary = summaryOf(dataset, row)
    for (const listener of listeners) listener(dataset.id, summary)
  }
  const queue = createExportQueue({ ...deps, failpoint: deps.failpoint ?? (() => {}), tell })
  const rowOf = (dataset: ExportedDataset, exportId: number): ExportRow => {
    const row = dataset.exportLog.find(exportId)
    if (!row) throw new AppError('EXPORT_UNKNOWN', { exportId })
    return row
  }

  return {
    formats: () =>
      exporters.map(({ format, title, readBy, containers, options }) => ({
        ...{ format, title, readBy, containers: [...containers], options },
      })),
    preflight: async (datasetId, request) => {
      const dataset = datasetOf(datasetId)
      const { preflight } = await look(dataset, request)
      return preflight
    },
    begin: async (datasetId, request, by) => {
      const dataset = datasetOf(datasetId)
      const { plan, preflight } = await look(dataset, request)
      refuseWhereRefused(preflight)
      const { asked, version } = plan
      const row = dataset.exportLog.add({
        ...{
          versionId: request.versionId,
          versionName: version.summary.name,
          versionDigest: version.summary.digest,
        },
        ...{ format: request.format, container: asked.container, name: freeName(dataset, plan) },
        ...{ request, findings: preflight.findings, by },
      })
      if (!row) throw new AppError('EXPORT_NAME_TAKEN', { name: request.name ?? '' })
      queue.add(dataset, row)
      return summaryOf(dataset, row)
    },
    list: datasetId => {
      const dataset = datasetOf(datasetId)
      return dataset.exportLog.all().map(row => summaryOf(dataset, row))
    },
    cancel: async (datasetId, exportId) => {
      const dataset = datasetOf(datasetId)
      rowOf(dataset, exportId)
      await queue.cancel(dataset, exportId)
      return summaryOf(dataset, rowOf(dataset, exportId))
    },
    remove: async (datasetId, exportId) => {
      const dataset = datasetOf(datasetId)
      const row = rowOf(dataset, exportId)
      if (row.endedAtMs === null) throw new AppError('EXPORT_UNDER_WAY', { exportId })
      if (row.state === 'done') await takeAway(dataset, row)
      dataset.exportLog.drop(exportId)
    },
    onChange: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: queue.start,
    idle: queue.idle,
    stop: queue.stop,
  }
}

async function look(dataset: ExportedDataset, request: ExportRequest) {
  const plan = await planOf(dataset, readRequest(request))
  const { bavail, bsize } = statfsSync(dataset.folder)
  const preflight = await preflightOf(plan, bavail * bsize)
  return { plan, preflight }
}

function refuseWhereRefused({ findings }: Preflight): void {
  const refused = findings.filter(({ weight }) => weight === 'refused').map(({ code }) => code)
  if (refused.length > 0) throw new AppError('EXPORT_REFUSED', { codes: refused.join(', ') })
}

/** @throws AppError `EXPORT_NAME_TAKEN` where a name was asked for */
function freeName({ folder, exportLog }: ExportedDataset, { asked, version }: Plan): string {
  const { request, container } = asked
  const isTaken = (name: string) =>
    exportLog.isTaken(name) || existsSync(join(folder, exportsFolder, fileNameOf(name, container)))
  if (request.name !== undefined) {
    if (isTaken(request.name)) throw new AppError('EXPORT_NAME_TAKEN', { name: request.name })
    return request.name
  }
  const stem = `${folderSlug(version.summary.name, new Set(), { isClass: false, fallback: 'version' }).slice(0, 40)}-${request.format}`
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`
    if (!isTaken(name)) return name
  }
}

/** Out of sight at once, then file by file. */
async function takeAway({ folder }: ExportedDataset, { id, name, container }: ExportRow): Promise<void> {
  const path = join(folder, exportsFolder, fileNameOf(name, container))
  const staging = stagingOf(folder, id, name, container)
  await staging.remove()
  if (!existsSync(path)) return
  await rename(path, staging.folder)
  await staging.remove()
}

function toSummary(
  { folder }: ExportedDataset,
  { versionDigest: _, request: __, by: ___, ...row }: ExportRow,
  progress: Pick<ExportSummary, 'done' | 'total' | 'secondsLeft'> | undefined,
): ExportSummary {
  const isDone = row.state === 'done'
  const path = `${exportsFolder}/${fileNameOf(row.name, row.container)}`
  return {
    ...row,
    ...(progress ?? { done: isDone ? 1 : 0, total: 1, secondsLeft: isDone ? 0 : null }),
    path: isDone && existsSync(join(folder, path)) ? path : null,
  }
}
