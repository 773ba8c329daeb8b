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
import type { ReadPicture } from '../exports/exporter.ts'
import { exporterOf } from '../exports/registry.ts'
import type { Decoders } from '../imaging/decoded.ts'
import { queryForms } from '../look/forms.ts'
import type { FingerprintFile } from './duplicates/fingerprint-file.ts'
import { createMatcher } from './duplicates/matcher.ts'
import { scanSettings } from './duplicates/pictures.ts'

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

export interface VerifyTools {
  readonly decoders: Pick<Decoders, 'decode'>
  readonly fingerprints: FingerprintFile
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number, what: string) => void
}

/** @throws AppError `CONFIG_INVALID` where the folder holds no export */
export async function verifyExport(folder: string, tools: VerifyTools): Promise<VerifiedExport> {
  const record = await readRecord(folder)
  const findings = await checkFiles(folder, record)
  const exporter = exporterOf(record.format as ExportFormat)
  if (!exporter)
    throw new AppError('CONFIG_INVALID', { setting: 'export', reason: `no format ${record.format}` })
  const { options = {} } = record.request as { readonly options?: Record<string, unknown> }
  const straddling = createStraddling(record.certificate.distanceBits, tools)
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
  if (images !== record.images) findings.push(`${images} pictures are found in it, not ${record.images}`)
  const pairs = straddling.pairs()
  const { pairs: certifiedPairs } = record.certificate
  if (pairs !== null && pairs > certifiedPairs)
    findings.push(`${pairs} pairs of copies straddle splits, not ${certifiedPairs}`)
  return {
    ...{ folder, format: record.format, version: record.version, files: record.files.length + 1, images },
    ...{ pairsAcrossSplits: pairs, certifiedPairs, findings },
  }
}

async function readRecord(folder: string): Promise<ExportRecord> {
  const refuse = (reason: string) => new AppError('CONFIG_INVALID', { setting: 'export', reason })
  const text = await readFile(join(folder, recordFile), 'utf8').catch(() => {
    throw refuse(`no ${recordFile} in ${folder}; an archive has to be unpacked first`)
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

/** Looks every picture up among those of other splits. */
function createStraddling(distanceBits: number, { decoders, fingerprints, signal }: VerifyTools) {
  const splits: (string | null)[] = []
  const isWanted = (earlier: number, later: number) => splits[earlier] !== splits[later]
  const matcher = createMatcher(fingerprints, { maxBits: distanceBits, isWanted })
  let pairs = 0
  let canBeRead = true
  const take = (found: ReturnType<typeof matcher.add>): void => {
    pairs += found.filter(({ likeness }) => likeness.isDuplicate).length
  }
  return {
    add: async ({ bytes, split }: ReadPicture): Promise<void> => {
      if (!bytes) {
        canBeRead = false
        return
      }
      const decoded = await decoders.decode(await bytes(), scanSettings, signal)
      if (decoded.kind === 'failed') return
      decoded.release()
      const forms = queryForms(decoded.fingerprint, 'far')
      const number = fingerprints.add(decoded.fingerprint, forms)
      splits[number] = split
      take(matcher.add({ number, heldForms: decoded.fingerprint.heldForms, queryForms: forms }))
    },
    pairs: (): number | null => {
      for (const found of matcher.finish()) take(found)
      return canBeRead ? pairs : null
    },
  }
}
