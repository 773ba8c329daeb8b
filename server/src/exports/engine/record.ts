/** `gleaner-export.json`: what an export says of itself, so that it can be checked from its files alone. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportRecord } from '@gleaner/shared/versions'
import type { Plan } from '../plan.ts'
import type { PreparedSet } from './prepared-set.ts'
import type { SetSink } from './set-sink.ts'

export const recordFile = 'gleaner-export.json'

/** @returns itself as one of the files */
export async function writeRecord(
  plan: Plan,
  set: PreparedSet,
  sink: SetSink,
  { datasetId, folder }: { readonly datasetId: string; readonly folder: string },
): Promise<ExportRecord['files'][number]> {
  const sum = createHash('sha256')
  let sizeBytes = 0
  const file = await open(join(folder, recordFile), 'wx', 0o644)
  try {
    for await (const piece of pieces(plan, set, sink, datasetId)) {
      const bytes = Buffer.from(piece)
      sum.update(bytes)
      sizeBytes += bytes.length
      await file.writeFile(bytes)
    }
  } finally {
    await file.close()
  }
  return { path: recordFile, sizeBytes, digest: sum.digest('hex') }
}

const piecesAtOnce = 1_000

async function* pieces(
  { asked, version }: Plan,
  set: PreparedSet,
  sink: SetSink,
  datasetId: string,
): AsyncGenerator<string> {
  const { exporter, request, options, render, container } = asked
  // Neither the name nor the number of the version, nor how it is proved: the same version and wishes give the same bytes.
  const { versionId: _, name: __, recount: ___, ...wishes } = request
  const head: Omit<ExportRecord, 'files'> = {
    schema: 1,
    datasetId,
    dataset: set.header.dataset,
    version: { name: set.version.name, digest: set.version.digest },
    format: exporter.format,
    request: { ...wishes, container, render, options },
    images: set.count,
    splits: Object.fromEntries(set.splits.map(split => [split ?? 'all', set.countIn(split)])),
    classes: set.classes.map(({ label, name, index }) => ({
      ...{ label, name },
      images: set.splits.reduce((sum, split) => sum + (set.tally(split)[index] ?? 0), 0),
    })),
    certificate: version.summary.certificate,
  }
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "files": [`
  let waiting: string[] = []
  let isFirst = true
  for await (const file of sink.files()) {
    waiting.push(`${isFirst ? '' : ','}\n    ${JSON.stringify(file)}`)
    isFirst = false
    if (waiting.length < piecesAtOnce) continue
    yield waiting.join('')
    waiting = []
  }
  yield `${waiting.join('')}\n  ]\n}\n`
}
