/**
 * One export from its plan to its final name. Everything is written in a staging folder; what has been read back and found
 * right is renamed, once. A process that ends in between leaves nothing under a final name, and the next one goes on.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportState } from '@gleaner/shared/exports'
import type { ExportRecord } from '@gleaner/shared/versions'
import type { PictureMaker } from '../../imaging/wanted-picture.ts'
import { syncFolder } from '../../store/files.ts'
import { writeCompanions } from '../companions/companions.ts'
import type { Plan } from '../plan.ts'
import { wrap } from '../writers/wrap.ts'
import type { CopyCounter } from './copy-count.ts'
import type { ExportFailpoint } from './failpoints.ts'
import { removeAll, syncAll } from './files.ts'
import { preparePictures } from './prepare.ts'
import { openPreparedSet, type PreparedSet } from './prepared-set.ts'
import type { Progress } from './progress.ts'
import { type Proof, proveArchive, proveSet } from './proof.ts'
import { writeRecord } from './record.ts'
import { createSetSink, type SetSink } from './set-sink.ts'
import { exportsFolder, fileNameOf, type Staging } from './staging.ts'

export interface RunParts {
  /** Folder of the dataset. */
  readonly root: string
  readonly datasetId: string
  readonly name: string
  readonly staging: Staging
  readonly maker: PictureMaker
  readonly countCopies: CopyCounter | undefined
  readonly progress: Progress & { readonly known: (isMade: boolean) => void }
  readonly enter: (state: ExportState) => void
  readonly signal: AbortSignal
  readonly failpoint: ExportFailpoint
}

export interface Finished {
  readonly proof: Proof
  readonly sizeBytes: number
}

/** @throws AppError `EXPORT_PICTURE_UNREADABLE`, `EXPORT_PROOF_FAILED`; what the file system says; the signal's reason */
export async function runExport(plan: Plan, parts: RunParts): Promise<Finished> {
  const { staging, maker, progress, enter, signal, failpoint } = parts
  enter('rendering')
  await mkdir(staging.folder, { recursive: true, mode: 0o700 })
  const step = (isMade: boolean, isKnown: boolean) => {
    if (isKnown) progress.known(isMade)
    else if (isMade) progress.made()
  }
  await preparePictures(plan, { staging, maker, signal, step, failpoint })
  failpoint('export:prepared')
  const set = await openPreparedSet(plan, staging, maker, signal)
  enter('writing')
  // What an earlier process had written: many files, which others need not wait for.
  await removeAll(staging.set)
  const sink = createSetSink({
    ...{ staging, signal, failpoint, step: progress.written },
    mayShare: picture => plan.asked.container !== 'folder' || !set.isFiled(picture),
  })
  try {
    const record = await writeSet(plan, set, sink, parts)
    enter('proving')
    const finished = await prove(plan, set, sink, record, parts)
    await vouch(staging, finished)
    failpoint('export:vouched')
    return finished
  } finally {
    sink.close()
  }
}

/** @returns the file that names all others */
async function writeSet(plan: Plan, set: PreparedSet, sink: SetSink, parts: RunParts) {
  const { asked, version } = plan
  const { exporter, options, request } = asked
  await exporter.write(set, sink, options)
  parts.failpoint('export:written')
  const { certificate } = version.summary
  const frontMatter = exporter.frontMatter?.(set, options) ?? {}
  const card = { title: exporter.title, readBy: exporter.readBy, frontMatter }
  await writeCompanions(set, sink, { certificate, balance: request.balance, card })
  parts.failpoint('export:companions')
  const record = await writeRecord(plan, set, sink, { datasetId: parts.datasetId, folder: parts.staging.set })
  parts.failpoint('export:recorded')
  return record
}

type WrittenFile = ExportRecord['files'][number]

async function prove(plan: Plan, set: PreparedSet, sink: SetSink, record: WrittenFile, parts: RunParts) {
  const { asked } = plan
  const { staging, name, progress, signal, failpoint } = parts
  const { set: folder, archive } = staging
  const proof = await proveWritten(plan, set, sink, parts)
  failpoint('export:proved')
  const { container } = asked
  if (container === 'folder') {
    await syncAll(folder, true)
    failpoint('export:synced')
    return { proof, sizeBytes: sink.sizeBytes() + record.sizeBytes }
  }
  const onProgress = progress.packed
  const { sizeBytes } = await wrap({ folder, container, target: archive, root: name, signal, onProgress })
  failpoint('export:packed')
  await proveArchive(archive, name, withRecord(sink, record), signal)
  await syncAll(archive, false)
  failpoint('export:synced')
  return { proof, sizeBytes }
}

/** Whether that was wished for; where nothing is split, no copies are on two sides. */
export const isCountingCopies = ({ asked, set }: Plan): boolean =>
  asked.request.recount === true && set.splits.length > 1

async function proveWritten(
  plan: Plan,
  set: PreparedSet,
  { files }: SetSink,
  { staging, progress, signal, countCopies }: RunParts,
): Promise<Proof> {
  const { asked, version } = plan
  const { distanceBits } = version.summary.certificate
  const copies = isCountingCopies(plan) ? countCopies?.(distanceBits, signal) : undefined
  try {
    return await proveSet({
      ...{ asked, set, files, folder: staging.set, copies, step: progress.proved, signal },
    })
  } finally {
    await copies?.close()
  }
}

async function* withRecord(sink: SetSink, record: WrittenFile): AsyncGenerator<WrittenFile> {
  yield* sink.files()
  yield record
}

/** From here on nothing is left to do but the renaming, whoever does it. */
async function vouch(staging: Staging, finished: Finished): Promise<void> {
  const file = await open(staging.result, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(finished))
    await file.sync()
  } finally {
    await file.close()
  }
  await syncFolder(staging.folder)
}

/** What an earlier process had finished and proved, but perhaps not yet renamed. */
export function vouched({ result }: Staging): Finished | undefined {
  try {
    return existsSync(result) ? (JSON.parse(readFileSync(result, 'utf8')) as Finished) : undefined
  } catch {
    return undefined
  }
}

/** Gives a finished export its name. Safe to repeat. */
export async function settle(
  { root, staging, name, failpoint }: Pick<RunParts, 'root' | 'staging' | 'name' | 'failpoint'>,
  container: Plan['asked']['container'],
): Promise<void> {
  const parent = join(root, exportsFolder)
  const target = join(parent, fileNameOf(name, container))
  const from = container === 'folder' ? staging.set : staging.archive
  await mkdir(parent, { recursive: true, mode: 0o755 })
  await syncFolder(root)
  if (existsSync(from)) await rename(from, target)
  failpoint('export:renamed')
  await syncFolder(parent)
  failpoint('export:folder-synced')
}
