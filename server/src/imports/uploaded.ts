/** An upload that is no archive: one list, description or file of pictures, whose name was not sent along. Its first bytes say what it is. */
import { open, stat } from 'node:fs/promises'
import type { SourceFolder } from '../exports/readers/source-folder.ts'
import { isRecordHead } from '../exports/readers/tfrecord.ts'
import { createStagedFolder } from './staged-folder.ts'

const headBytes = 64 * 1024

/** @returns a folder in which nothing else is, and the name of the file there */
export async function uploadedFile(
  place: string,
): Promise<{ readonly source: SourceFolder; readonly name: string }> {
  const name = nameOf(await headOf(place))
  const { size } = await stat(place)
  return { source: createStagedFolder([{ path: name, place, sizeBytes: size }]), name }
}

async function headOf(place: string): Promise<Buffer> {
  const file = await open(place, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function nameOf(bytes: Buffer): string {
  if (bytes.toString('latin1', 0, 4) === 'PAR1') return 'pictures.parquet'
  if (isRecordHead(bytes)) return 'pictures.tfrecord'
  const head = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  const [first = ''] = head.split('\n', 1)
  if (head.startsWith('[')) return 'description.json'
  if (head.startsWith('{')) return isRow(first) ? 'list.jsonl' : 'description.json'
  return first.includes('\t') && !first.includes(',') ? 'list.tsv' : 'list.csv'
}

/** A row is whole in its line, and no description of many pictures. */
function isRow(line: string): boolean {
  try {
    const row = JSON.parse(line) as Readonly<Record<string, unknown>>
    return !['images', 'annotations', 'categories'].some(key => Array.isArray(row[key]))
  } catch {
    return false
  }
}
