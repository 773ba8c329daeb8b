/** Parquet files, written row group by row group: memory is that of one group. */
import type { KeyValue, SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'

export interface ParquetColumn {
  readonly name: string
  /** Elements of the schema, the column itself first. */
  readonly schema: readonly SchemaElement[]
  /** Set where compressing takes time and saves nothing, and where smallest and largest values would be whole pictures. */
  readonly isOpaque?: true
}

export type ParquetRow = Readonly<Record<string, unknown>>

export interface ParquetShape {
  readonly columns: readonly ParquetColumn[]
  readonly metadata: KeyValue[]
  /** A row group is closed before it has more rows or bytes. */
  readonly mostRows: number
  readonly mostBytes: number
  readonly sizeOf: (row: ParquetRow) => number
}

/** Rows of which the library makes pages of a mebibyte each, with some room for headers. */
const roomBytes = 64 << 10

/** @returns the file, a chunk a row group and one more for the directory at its end; each is good until the next is asked for */
export async function* parquetOf(
  rows: AsyncIterable<ParquetRow>,
  shape: ParquetShape,
): AsyncGenerator<Uint8Array> {
  const { columns, metadata, mostRows, mostBytes, sizeOf } = shape
  const bytes = new ByteWriter()
  const root: SchemaElement = { name: 'root', num_children: columns.length }
  const schema = [root, ...columns.flatMap(column => column.schema)]
  const file = new ParquetWriter({ writer: bytes, schema, kvMetadata: metadata, createdBy: 'gleaner' })
  const group: ParquetRow[] = []
  let groupBytes = 0
  const close = (): Uint8Array => {
    makeRoom(bytes, groupBytes + roomBytes)
    const columnData = columns.map(({ name, isOpaque }) => ({
      name,
      data: group.map(row => row[name]),
      ...(isOpaque ? ({ codec: 'UNCOMPRESSED', encoding: 'PLAIN', statistics: false } as const) : {}),
    }))
    file.write({ columnData, rowGroupSize: Math.max(1, group.length) })
    group.length = 0
    groupBytes = 0
    return taken(bytes)
  }
  for await (const row of rows) {
    const size = sizeOf(row)
    if (group.length >= mostRows || (group.length > 0 && groupBytes + size > mostBytes)) yield close()
    group.push(row)
    groupBytes += size
  }
  if (group.length > 0) yield close()
  file.finish()
  yield taken(bytes)
}

/** A buffer that holds a whole group from the start is not copied while it grows. */
function makeRoom(bytes: ByteWriter, sizeBytes: number): void {
  const before = bytes.getBytes()
  if (before.length + sizeBytes <= bytes.buffer.byteLength) return
  bytes.buffer = new ArrayBuffer(before.length + sizeBytes)
  bytes.view = new DataView(bytes.buffer)
  new Uint8Array(bytes.buffer).set(before)
}

/** What was written since the last time. Its memory is used again: making it anew takes longer than filling it. */
function taken(bytes: ByteWriter): Uint8Array {
  const written = bytes.getBytes()
  bytes.index = 0
  return written
}
