/**
 * A whole index as a file, so that a start need not read it row by row: a header of 128 bytes, then the forms kind by
 * kind, in blocks of at most {@link chunkForms}: their hashes, then the numbers of their pictures.
 */
import { crc32 } from 'node:zlib'
import type { LookIndex } from './look-index.ts'
import { mostKinds } from './places.ts'
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
/** 2: chunks are in the order they are searched in. */
const formatVersion = 2
const headerBytes = 128
const tokenBytes = 16
const seqBytes = 4
const formBytes = hashBytes + seqBytes

/** Where things are in the header; numbers are little-endian. */
const versionAt = 8
const tokenAt = 12
const changeAt = 28
const countsAt = 36
const bodyCheckAt = countsAt + mostKinds * 4
const headerCheckAt = headerBytes - 4

interface Header extends SideFileOf {
  /** Forms by kind. */
  readonly counts: readonly number[]
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
    const counts = Array.from({ length: mostKinds }, (_, kind) => places.countOf(kind))
    const block = Buffer.alloc(chunkForms * formBytes)
    let at = headerBytes
    let bodyCheck = 0
    for (const { chunk, count } of blocksOf(counts, places.chunksOf)) {
      // Copied at once: memory may grow while the file is written to.
      block.set(memory.bitsOf(chunk, count))
      block.set(asBytes(places.seqsOf(chunk, count)), count * hashBytes)
      const bytes = block.subarray(0, count * formBytes)
      bodyCheck = crc32(bytes, bodyCheck)
      await sink(at, bytes)
      at += bytes.length
    }
    await sink(0, headerOf({ ...of, counts, bodyCheck }))
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
  const chunks = header.counts.map((count, kind) => places.open(kind, count))
  const owners: { readonly chunk: number; readonly seqs: Int32Array }[] = []
  const block = Buffer.alloc(chunkForms * formBytes)
  let at = headerBytes
  let bodyCheck = 0
  for (const { chunk, count } of blocksOf(header.counts, kind => chunks[kind] ?? [])) {
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

function headerOf({ token, changeNo, counts, bodyCheck }: Header): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.set(magic)
  header.writeUInt32LE(formatVersion, versionAt)
  header.write(token, tokenAt, tokenBytes, 'hex')
  header.writeBigUInt64LE(BigInt(changeNo), changeAt)
  for (const [kind, count] of counts.entries()) header.writeUInt32LE(count, countsAt + kind * 4)
  header.writeUInt32LE(bodyCheck, bodyCheckAt)
  header.writeUInt32LE(crc32(header.subarray(0, headerCheckAt)), headerCheckAt)
  return header
}

async function readHeader(source: Source): Promise<Header | undefined> {
  if (source.sizeBytes < headerBytes) return undefined
  const header = Buffer.alloc(headerBytes)
  await source.read(0, header)
  const isWhole = header.readUInt32LE(headerCheckAt) === crc32(header.subarray(0, headerCheckAt))
  const isKnown = header.readUInt32LE(versionAt) === formatVersion
  if (!isWhole || !isKnown || !header.subarray(0, magic.length).equals(magic)) return undefined
  const counts = Array.from({ length: mostKinds }, (_, kind) => header.readUInt32LE(countsAt + kind * 4))
  const forms = counts.reduce((sum, count) => sum + count, 0)
  if (source.sizeBytes !== headerBytes + forms * formBytes) return undefined
  return {
    token: header.toString('hex', tokenAt, tokenAt + tokenBytes),
    changeNo: Number(header.readBigUInt64LE(changeAt)),
    counts,
    bodyCheck: header.readUInt32LE(bodyCheckAt),
  }
}

/** The chunks of all kinds, each with how many forms of it there were. */
function* blocksOf(counts: readonly number[], chunksOf: (kind: number) => readonly number[]) {
  for (const [kind, total] of counts.entries()) {
    for (let from = 0; from < total; from += chunkForms) {
      const chunk = chunksOf(kind)[from / chunkForms] ?? 0
      yield { chunk, count: Math.min(chunkForms, total - from) }
    }
  }
}

const asBytes = ({ buffer, byteOffset, byteLength }: Int32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)
/** A copy, aligned as numbers have to be. */
const asNumbers = (bytes: Uint8Array) => new Int32Array(Uint8Array.from(bytes).buffer)

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))
