/** Mends what {@link verifyDataset} found, as far as that can be done without losing anything. */
import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenDataset } from './dataset-store.ts'
import { isLitter } from './folder-files.ts'
import { imagesFolder } from './places.ts'
import type { VerifyReport } from './verify.ts'

export interface RepairReport {
  /** Candidates queued again because their picture was missing or damaged. */
  readonly requeued: number
  /** Originals that were given up; their pictures stay. */
  readonly forgottenOriginals: number
  readonly removedFiles: number
}

/**
 * @param store - the dataset, opened by the only process that uses it
 * @param report - what is wrong with it
 */
export async function repairDataset(store: OpenDataset, report: VerifyReport): Promise<RepairReport> {
  let requeued = 0
  let forgottenOriginals = 0
  for (const { kind, imageId } of report.findings) {
    if (imageId === undefined) continue
    if (kind === 'image-missing' || kind === 'image-changed') {
      requeued += await store.requeueImage(imageId, 'The file was found missing or damaged.')
    }
    if (kind === 'original-missing' || kind === 'original-changed') {
      forgottenOriginals += store.forgetOriginal(imageId) ? 1 : 0
    }
  }
  const recovered = await store.recover()
  store.recount()
  removeEmptyClasses(join(store.folder, imagesFolder))
  return {
    requeued: requeued + recovered.requeued,
    forgottenOriginals: forgottenOriginals + recovered.lostOriginals,
    removedFiles: recovered.orphans + recovered.temporaries,
  }
}

function removeEmptyClasses(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!lstatSync(path).isDirectory()) continue
    const entries = readdirSync(path, { withFileTypes: true })
    if (!entries.every(isLitter)) continue
    for (const entry of entries) unlinkSync(join(path, entry.name))
    rmdirSync(path)
  }
}
