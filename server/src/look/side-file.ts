/**
 * A whole index as a file, so that a start need not read it row by row: a header of 128 bytes, a table of
 * the rows there are, each with how many forms it has, then the forms row by row, in blocks of at most {@link chunkForms}: their hashes, then the numbers of their pictures.
 */
import { crc32 } from 'node:zlib'
import type { LookIndex } from './look-index.ts'
import { mostKinds, rowsAKind } from './places.ts'
import { chunkForms, hashBytes } from './scan.ts'

/** What a side file is of. */
export interface SideFileOf {
  /** 32 hex digits, another for each file. */
  readonly token: string
  /** The last change of the table that is in it. */
  readonly changeNo: number
}

/** Something that is read from; see {@link readSideFile}. */
export interface Source {
  readonly sizeBytes: number
  /** Fills `into`, or fails. */
  readonly read: (at: number, into: Uint8Array) => Promise<void>
}

/** Something that is written to. `bytes` may be used again afterwards. */
export type Sink = (at: number, bytes: Uint8Array) => Promise<void>

const magic = Buffer.from('GLNRLOOK')
/** 3: forms of a kind are on shelves. */
const formatVersion = 3
const headerBytes = 128
const tokenBytes = 16
const seqBytes = 4
const formBytes = hashBytes + seqBytes

/** Where things are in the header; numbers are little-endian. */
const versionAt = 8
const tokenAt = 12
const changeAt = 28
const rowsAt = 36
const tableCheckAt = 40
const bodyCheckAt = 44
const headerCheckAt = headerBytes - 4
/** Of the table: number of the row, number of forms. */
const rowBytes = 8

interface Header extends SideFileOf {
  /** Those that have forms. */
  readonly rows: readonly { readonly row: number; readonly count: number }[]
  readonly bodyCheck: number
}

/**
 * Writes the index as it is now. Pictures put meanwhile may be in it or not; they are changes after `changeNo`.
 *
 * @param of - every change up to `changeNo` is in the index
 */
export async function writeSideFile(index: LookIndex, of: SideFileOf, sink: Sink): Promise<void> {
  const { memory, places } = index.inside
  const letGo = places.hold()
  try {
    const held = Array.from({ length: mostKinds }, (_, kind) => places.rowsOf(kind)).flat()
    const rows = held.flatMap(({ count, chunks }, row) => (count > 0 ? [{ row, count, chunks }] : []))
    const block = Buffer.alloc(chunkForms * formBytes)
    let at = headerBytes + rows.length * rowBytes
    let bodyCheck = 0
    for (const { chunk, count } of blocksOf(rows)) {
      // Copied at once: memory may grow while the file is written to.
      block.set(memory.bitsOf(chunk, count))
      block.set(asBytes(places.seqsOf(chunk, count)), count * hashBytes)
      const bytes = block.subarray(0, count * formBytes)
      bodyCheck = crc32(bytes, bodyCheck)
      await sink(at, bytes)
      at += bytes.length
    }
    await sink(0, headerOf({ ...of, rows, bodyCheck }))
  } finally {
    letGo()
  }
}

/**
 * Fills an empty index from a side file.
 *
 * @param isWanted - whether this very file is; asked before anything else of it is believed
 * @returns what it was of; `undefined` when it is not wanted or not whole, and then the index is not to be used any more
 */
export async function readSideFile(
  index: LookIndex,
  source: Source,
  isWanted: (of: SideFileOf) => boolean,
): Promise<SideFileOf | undefined> {
  const header = await readHeader(source)
  if (!header || !isWanted(header)) return undefined
  const { memory, places } = index.inside
  const rows = header.rows.map(({ row, count }) => {
    const chunks = places.open(Math.floor(row / rowsAKind), row % rowsAKind, count)
    return { count, chunks }
  })
  const owners: { readonly chunk: number; readonly seqs: Int32Array }[] = []
  const block = Buffer.alloc(chunkForms * formBytes)
  let at = headerBytes + rows.length * rowBytes
  let bodyCheck = 0
  for (const { chunk, count } of blocksOf(rows)) {
    const bytes = block.subarray(0, count * formBytes)
    await source.read(at, bytes)
    bodyCheck = crc32(bytes, bodyCheck)
    memory.bitsOf(chunk, count).set(bytes.subarray(0, count * hashBytes))
    memory.written(chunk, count)
    owners.push({ chunk, seqs: asNumbers(bytes.subarray(count * hashBytes)) })
    at += bytes.length
  }
  if (bodyCheck !== header.bodyCheck) return undefined
  // Only what is whole says whose anything is.
  for (const { chunk, seqs } of owners) {
    places.own(chunk, seqs)
    await nextTurn()
  }
  places.close()
  return header
}

function headerOf({ token, changeNo, rows, bodyCheck }: Header): Buffer {
  const bytes = Buffer.alloc(headerBytes + rows.length * rowBytes)
  const [header, table] = [bytes.subarray(0, headerBytes), bytes.subarray(headerBytes)]
  for (const [at, { row, count }] of rows.entries()) {
    table.writeUInt32LE(row, at * rowBytes)
    table.writeUInt32LE(count, at * rowBytes + 4)
  }
  header.set(magic)
  header.writeUInt32LE(formatVersion, versionAt)
  header.write(token, tokenAt, tokenBytes, 'hex')
  header.writeBigUInt64LE(BigInt(changeNo), changeAt)
  header.writeUInt32LE(rows.length, rowsAt)
  header.writeUInt32LE(crc32(table), tableCheckAt)
  header.writeUInt32LE(bodyCheck, bodyCheckAt)
  header.writeUInt32LE(crc32(header.subarray(0, headerCheckAt)), headerCheckAt)
  return bytes
}

async function readHeader(source: Source): Promise<Header | undefined> {
  if (source.sizeBytes < headerBytes) return undefined
  const header = Buffer.alloc(headerBytes)
  await source.read(0, header)
  const isWhole = header.readUInt32LE(headerCheckAt) === crc32(header.subarray(0, headerCheckAt))
  const isKnown = header.readUInt32LE(versionAt) === formatVersion
  if (!isWhole || !isKnown || !header.subarray(0, magic.length).equals(magic)) return undefined
  const length = header.readUInt32LE(rowsAt)
  const table = Buffer.alloc(length * rowBytes)
  if (source.sizeBytes < headerBytes + table.length) return undefined
  await source.read(headerBytes, table)
  if (crc32(table) !== header.readUInt32LE(tableCheckAt)) return undefined
  const rows = Array.from({ length }, (_, at) => {
    return { row: table.readUInt32LE(at * rowBytes), count: table.readUInt32LE(at * rowBytes + 4) }
  })
  const forms = rows.reduce((sum, { count }) => sum + count, 0)
  if (source.sizeBytes !== headerBytes + table.length + forms * formBytes) return undefined
  return {
    token: header.toString('hex', tokenAt, tokenAt + tokenBytes),
    changeNo: Number(header.readBigUInt64LE(changeAt)),
    rows,
    bodyCheck: header.readUInt32LE(bodyCheckAt),
  }
}

/** The chunks of all rows, each with how many forms of it there were. */
function* blocksOf(rows: readonly { readonly count: number; readonly chunks: readonly number[] }[]) {
  for (const { count: total, chunks } of rows) {
    for (let from = 0; from < total; from += chunkForms) {
      yield { chunk: chunks[from / chunkForms] ?? 0, count: Math.min(chunkForms, total - from) }
    }
  }
}

const asBytes = ({ buffer, byteOffset, byteLength }: Int32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)
/** A copy, aligned as numbers have to be. */
const asNumbers = (bytes: Uint8Array) => new Int32Array(Uint8Array.from(bytes).buffer)

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))
