/** The tables of a JPEG file, checked for their form. */

/** Tables by the byte that says their kind and number, each as it stands in the file. */
export type JpegTables = Map<number, Buffer>

const huffmanHeadBytes = 17
const quantizationTableBytes = 65

/** @returns the table at the beginning of a payload; `undefined` when there is none */
type ReadTable = (payload: Buffer) => Buffer | undefined

function readTables(payload: Buffer, into: JpegTables, readTable: ReadTable): boolean {
  for (let rest = payload; rest.length > 0; ) {
    const table = readTable(rest)
    if (!table) return false
    into.set(table[0] ?? 0, table)
    rest = rest.subarray(table.length)
  }
  return true
}

/** @returns whether the payload holds nothing but tables of 64 steps of 8 bits */
export const readQuantization = (payload: Buffer, into: JpegTables): boolean =>
  readTables(payload, into, rest =>
    (rest[0] ?? 255) <= 3 && rest.length >= quantizationTableBytes
      ? rest.subarray(0, quantizationTableBytes)
      : undefined,
  )

/** @returns whether the payload holds nothing but tables in which every symbol has one code */
export const readHuffman = (payload: Buffer, into: JpegTables): boolean =>
  readTables(payload, into, rest => {
    const isNumbered = ((rest[0] ?? 255) & 0xec) === 0
    if (!isNumbered || rest.length < huffmanHeadBytes) return undefined
    const symbols = rest.subarray(1, huffmanHeadBytes).reduce((sum, codes) => sum + codes, 0)
    const table = rest.subarray(0, huffmanHeadBytes + symbols)
    const isWhole = table.length === huffmanHeadBytes + symbols
    return isWhole && new Set(table.subarray(huffmanHeadBytes)).size === symbols ? table : undefined
  })
