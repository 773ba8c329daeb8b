/** The part of {@link verifyDataset} that looks at versions: each file is what its name says, and keeps groups together. */
import { createHash } from 'node:crypto'
import { createReadStream, lstatSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Finding } from './verify.ts'

/** What the index says of a version. */
export interface VersionFile {
  readonly name: string
  readonly digest: string
  readonly sizeBytes: number
  readonly images: number
}

interface Line {
  readonly id?: unknown
  readonly split?: unknown
  readonly group?: unknown
}

const path = (digest: string) => `versions/${digest}.jsonl`

export async function versionFindings(folder: string, rows: readonly VersionFile[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const row of rows) {
    const found = lstatSync(join(folder, path(row.digest)), { throwIfNoEntry: false })
    const at = path(row.digest)
    if (!found)
      findings.push({ kind: 'version-missing', at, detail: `The file of ${row.name} is not there.` })
    else {
      const detail = found.isFile() ? await trouble(folder, row, found.size) : 'It is no ordinary file.'
      if (detail) findings.push({ kind: 'version-changed', at, detail })
    }
  }
  return [...findings, ...(await unknownFiles(folder, new Set(rows.map(({ digest }) => `${digest}.jsonl`))))]
}

/** @returns what is wrong with a file */
async function trouble(folder: string, row: VersionFile, sizeBytes: number): Promise<string | undefined> {
  if (sizeBytes !== row.sizeBytes) return `It has ${sizeBytes} bytes, not ${row.sizeBytes}.`
  const digest = createHash('sha256')
  const bytes = createReadStream(join(folder, path(row.digest)))
  bytes.on('data', chunk => digest.update(chunk))
  const content = await contentTrouble(createInterface({ input: bytes, crlfDelay: 0 }), row.images)
  bytes.destroy()
  return content ?? (digest.digest('hex') === row.digest ? undefined : 'Its digest differs.')
}

async function contentTrouble(lines: AsyncIterable<string>, images: number): Promise<string | undefined> {
  const splitOf = new Map<unknown, unknown>()
  let count = -1
  let last = ''
  let found: string | undefined
  // To the end in any case: the digest is that of all of it.
  for await (const text of lines) {
    count += 1
    if (count === 0 || found) continue
    const line = parsed(text)
    if (typeof line?.id !== 'string') found = `Line ${count + 1} is no picture.`
    else if (line.id <= last) found = `Line ${count + 1} is not in the order of ids.`
    else {
      last = line.id
      const held = splitOf.get(line.group)
      if (held !== undefined && line.split !== null && held !== line.split)
        found = `Group ${String(line.group)} has pictures in two splits.`
      if (line.split !== null) splitOf.set(line.group, line.split)
    }
  }
  return found ?? (count === images ? undefined : `It has ${count} pictures, not ${images}.`)
}

function parsed(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

async function unknownFiles(folder: string, known: ReadonlySet<string>): Promise<Finding[]> {
  const found = lstatSync(join(folder, 'versions'), { throwIfNoEntry: false })
  if (!found?.isDirectory()) return []
  const entries = await readdir(join(folder, 'versions'), { withFileTypes: true })
  return entries
    .filter(entry => !known.has(entry.name) && !/^(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(entry.name))
    .map((entry): Finding => {
      const at = `versions/${entry.name}`
      if (entry.isSymbolicLink()) return { kind: 'link', at, detail: 'It is a link.' }
      return entry.isFile() && /^[0-9a-f]{64}\.jsonl$/.test(entry.name)
        ? { kind: 'orphan', at, detail: 'No version is in this file.' }
        : { kind: 'stray', at, detail: 'It does not belong here.' }
    })
}
