/** Checks an export from its files alone: what they are, what a reader finds in them, and whether copies straddle splits. */
import { createHash } from 'node:crypto'
import { createReadStream, lstatSync } from 'node:fs'
import { opendir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import type { ExportFormat } from '@gleaner/shared/exports'
import { ExportRecord } from '@gleaner/shared/versions'
import Value from 'typebox/value'
import { recordFile } from '../exports/engine/record.ts'
import { exporterOf } from '../exports/registry.ts'
import { judgeEntryName } from '../imports/entry-name.ts'
import { createStraddling, type StraddlingTools } from './duplicates/straddling.ts'
import { unpackExport } from './unpack-export.ts'

export interface VerifiedExport {
  readonly folder: string
  readonly format: string
  readonly version: ExportRecord['version']
  readonly files: number
  readonly images: number
  /** Pairs of copies with their halves in different splits, as they were found now; `null` where no pictures can be read. */
  readonly pairsAcrossSplits: number | null
  /** As the export itself says. */
  readonly certifiedPairs: number
  readonly findings: readonly string[]
}

export interface VerifyTools extends StraddlingTools {
  readonly onProgress: (done: number, total: number, what: string) => void
}

/**
 * @param path - of its folder, or of an archive of it, which is unpacked beside other temporary files meanwhile
 * @throws AppError `CONFIG_INVALID` where it is no export; `IMPORT_UNSAFE`, `IMPORT_DAMAGED` and the like for archives that
 *   are not to be unpacked
 */
export async function verifyExport(path: string, tools: VerifyTools): Promise<VerifiedExport> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return verifyFolder(path, tools)
  const unpacked = await unpackExport(path, tools.signal)
  try {
    const { folder, strays } = unpacked
    const { findings, ...verified } = await verifyFolder(folder, tools)
    const outside = strays.map(stray => `not of this export: ${stray}`)
    return { ...verified, folder: path, findings: [...outside, ...findings] }
  } finally {
    await unpacked.remove()
  }
}

async function verifyFolder(folder: string, tools: VerifyTools): Promise<VerifiedExport> {
  const record = await readRecord(folder)
  const findings = await checkFiles(folder, record)
  const { images, pairs, ...found } = await readPictures(folder, record, tools)
  findings.push(...found.findings)
  if (images !== record.images) findings.push(`${images} pictures are found in it, not ${record.images}`)
  const { pairs: certifiedPairs } = record.certificate
  if (pairs !== null && pairs > certifiedPairs)
    findings.push(`${pairs} pairs of copies straddle splits, not ${certifiedPairs}`)
  return {
    ...{ folder, format: record.format, version: record.version, files: record.files.length + 1, images },
    ...{ pairsAcrossSplits: pairs, certifiedPairs, findings },
  }
}

/** As far as they can be read. */
async function readPictures(folder: string, record: ExportRecord, tools: VerifyTools) {
  const exporter = exporterOf(record.format as ExportFormat)
  if (!exporter) throw refuse(`no format ${record.format}`)
  const { options = {} } = record.request as { readonly options?: Record<string, unknown> }
  const straddling = createStraddling(record.certificate.distanceBits, tools)
  const findings: string[] = []
  let images = 0
  try {
    for await (const picture of exporter.read(folder, options)) {
      tools.signal.throwIfAborted()
      images += 1
      await straddling.add(picture)
      tools.onProgress(images, record.images, 'pictures')
    }
  } catch (error) {
    if (tools.signal.aborted) throw error
    findings.push(`cannot be read: ${String(error)}`)
  }
  const { pairs, undecodable } = await straddling.end()
  if (undecodable > 0) findings.push(`${undecodable} pictures cannot be decoded`)
  return { images, pairs, findings }
}

const refuse = (reason: string) => new AppError('CONFIG_INVALID', { setting: 'export', reason })

async function readRecord(folder: string): Promise<ExportRecord> {
  const text = await readFile(join(folder, recordFile), 'utf8').catch(() => {
    throw refuse(`no ${recordFile} in it`)
  })
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    throw refuse(`${recordFile} is not JSON`)
  }
  if (!Value.Check(ExportRecord, record)) throw refuse(`${recordFile} is not as it should be`)
  return record
}

async function checkFiles(folder: string, { files }: ExportRecord): Promise<string[]> {
  const findings: string[] = []
  const known = new Set([recordFile])
  for (const { path, sizeBytes, digest } of files) {
    known.add(path)
    if (judgeEntryName(path).kind === 'refused') {
      findings.push(`no path within an export: ${path}`)
      continue
    }
    const found = lstatSync(join(folder, path), { throwIfNoEntry: false })
    if (!found?.isFile()) findings.push(`missing: ${path}`)
    else if (found.size !== sizeBytes || (await digestOf(join(folder, path))) !== digest)
      findings.push(`changed: ${path}`)
  }
  for await (const entry of await opendir(folder, { recursive: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')
    if (!entry.isDirectory() && !known.has(path)) findings.push(`not of this export: ${path}`)
  }
  return findings
}

async function digestOf(path: string): Promise<string> {
  const sum = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    sum.update(chunk as Buffer)
  return sum.digest('hex')
}
