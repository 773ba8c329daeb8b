/**
 * Facts of very many pictures in flat memory: one number a picture and column, found by the picture's number; and masks,
 * which have a bit a picture. All of it lies in the memory of the loops that sift it.
 */
import { qualityMeasures } from '@gleaner/shared/quality'
import { createSieve } from './sieve.ts'
import { titleParts } from './title-keys.ts'

const kinds = {
  storedAtMs: Float64Array,
  classId: Uint32Array,
  /** Numbers of names in dictionaries, 0 for none. Of engines and queries there may be more: see several-names.ts. */
  host: Uint32Array,
  engine: Uint32Array,
  otherEngine: Uint32Array,
  query: Uint32Array,
  otherQuery: Uint32Array,
  sidePx: Uint32Array,
  aspect: Float32Array,
  bytes: Uint32Array,
  /** Of the filed picture, and of its original where that is kept. */
  fileBytes: Uint32Array,
  keptBytes: Uint32Array,
  /** Index into {@link places}; 0 where there is no such picture. */
  place: Uint8Array,
  mark: Uint8Array,
  /** Index into `gallerySplits`. */
  split: Uint8Array,
  /** Index into {@link origins}. */
  origin: Uint8Array,
  license: Uint8Array,
  isGrouped: Uint8Array,
  /** Width over height of the filed picture: round(128 + 32 × log2), 0 to 255. */
  aspectByte: Uint8Array,
} as const
type Kinds = typeof kinds
type FixedColumns = { readonly [Name in keyof Kinds]: InstanceType<Kinds[Name]> }

/** No score yet. Scores themselves are 0 to 100. */
export const unscored = 255

export interface Columns extends FixedColumns {
  /** One column for each of `qualityMeasures`, in that order. */
  readonly scores: readonly Uint8Array[]
  /** The beginning of the title, in four parts. */
  readonly title: readonly Uint32Array[]
  /** Bits, the first picture lowest. */
  readonly masks: readonly Uint32Array[]
  /** For loops alone, between two of their calls. */
  readonly spareMask: Uint32Array
}

/** Pictures that are sifted together, and again together when one of them has changed. */
export const stretchRows = 32_768
/** How many results of filters are held. */
export const maskCount = 12

const leastRows = 1024
/** Room ahead, as a share of what is held. */
const ahead = 1.125
const leastTableBytes = 65_536

/** Bytes of a row in each column, as they lie one after the other; masks come last. */
const widths: readonly number[] = [
  ...Object.values(kinds).map(({ BYTES_PER_ELEMENT }) => BYTES_PER_ELEMENT),
  ...Array.from({ length: titleParts }, () => 4),
  ...qualityMeasures.map(() => 1),
  ...Array.from({ length: maskCount + 1 }, () => 1 / 8),
]

/** Columns that grow. A view taken from `of` is good until the next growth. */
export function createColumns() {
  const sieve = createSieve()
  let capacity = 0
  let tableBytes = 0
  let tableEnd = 0
  let size = 0
  let columns = viewsOf(sieve.buffer(), 0, [])

  /** Moves every column to its new place, the last one first: places only move up. */
  const layOut = (rows: number, tables: number) => {
    const [before, after] = [placesOf(tableBytes, capacity), placesOf(tables, rows)]
    sieve.reserve(after.at(-1) ?? 0)
    const bytes = new Uint8Array(sieve.buffer())
    for (let column = widths.length - 1; column >= 0; column--) {
      const [from = 0, to = 0, width = 0] = [before[column], after[column], widths[column]]
      bytes.copyWithin(to, from, from + capacity * width)
      bytes.fill(0, to + capacity * width, to + rows * width)
    }
    capacity = rows
    tableBytes = tables
    columns = viewsOf(sieve.buffer(), rows, after)
  }
  layOut(0, leastTableBytes)

  /** @param multiple - of which the address is one */
  const tableAt = (bytes: number): number => {
    const at = tableEnd
    tableEnd = at + Math.ceil(bytes / 16) * 16
    if (tableEnd > tableBytes)
      layOut(capacity, Math.ceil((tableEnd * ahead) / leastTableBytes) * leastTableBytes)
    return at
  }
  const growTo = (rows: number) => layOut(Math.ceil(rows / leastRows) * leastRows, tableBytes)

  return {
    sieve,
    /** All columns; rows from `size` on mean nothing. */
    of: (): Columns => columns,
    /** One more than the greatest number there is. */
    size: () => size,
    /** Makes room for numbers below `rows`, which are known to come. */
    reserve: (rows: number) => {
      if (rows > capacity) growTo(rows)
    },
    /** Makes sure that there is a row of this number. */
    include: (seq: number) => {
      if (seq >= capacity) growTo((seq + 1) * ahead)
      size = Math.max(size, seq + 1)
    },
    /** Tables and counters beside the columns. They may move all columns; they themselves are forgotten together. */
    tables: {
      forget: () => {
        tableEnd = 0
      },
      /** @returns its address */
      put: (table: Uint8Array): number => {
        const at = tableAt(table.length)
        new Uint8Array(sieve.buffer()).set(table, at)
        return at
      },
      /** @returns counters that are 0, good until the next table or growth */
      counters: (length: number): Uint32Array => {
        const at = tableAt(4 * length)
        return new Uint32Array(sieve.buffer(), at, length).fill(0)
      },
    },
  }
}

/** Where each column begins, and the end. */
function placesOf(first: number, rows: number): readonly number[] {
  const places = [first]
  for (const width of widths) places.push((places.at(-1) ?? 0) + rows * width)
  return places
}

function viewsOf(buffer: ArrayBuffer, rows: number, places: readonly number[]): Columns {
  let column = 0
  const next = () => places[column++] ?? 0
  const fixed = Object.fromEntries(
    Object.entries(kinds).map(([name, Kind]) => [name, new Kind(buffer, next(), rows)]),
  )
  const title = Array.from({ length: titleParts }, () => new Uint32Array(buffer, next(), rows))
  const scores = qualityMeasures.map(() => new Uint8Array(buffer, next(), rows))
  const masks = Array.from({ length: maskCount }, () => new Uint32Array(buffer, next(), rows / 32))
  const spareMask = new Uint32Array(buffer, next(), rows / 32)
  return { ...(fixed as unknown as FixedColumns), scores, title, masks, spareMask }
}
