/** A dataset as far as exports go. */
import type { ExportLog } from '../store/exports/export-log.ts'
import type { Versions } from '../store/versions/types.ts'
import type { Asked } from './asked.ts'
import { type Plan, planExport } from './plan.ts'

export interface ExportedDataset {
  readonly id: string
  /** Absolute path. */
  readonly folder: string
  readonly versions: Pick<Versions, 'open' | 'files'>
  readonly exportLog: ExportLog
}

/** @throws AppError `PROTOCOL_NOT_FOUND`, `VERSION_DAMAGED` */
export async function planOf({ versions }: ExportedDataset, asked: Asked): Promise<Plan> {
  const version = await versions.open(asked.request.versionId)
  return planExport(asked, version, versions.files)
}
