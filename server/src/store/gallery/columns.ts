/** Facts of very many pictures in flat memory: one number a picture and column, found by the picture's number. */
import { qualityMeasures } from '@gleaner/shared/quality'
import { titleParts } from './title-keys.ts'

const kinds = {
  /** Index into {@link places}; 0 where there is no such picture. */
  place: Uint8Array,
  classId: Uint32Array,
  mark: Uint8Array,
  /** Index into {@link origins}. */
  origin: Uint8Array,
  license: Uint8Array,
  isGrouped: Uint8Array,
  /** Numbers of names in dictionaries; of sets of names for engines and queries. */
  host: Uint32Array,
  engines: Uint32Array,
  queries: Uint32Array,
  sidePx: Uint32Array,
  aspect: Float32Array,
  bytes: Uint32Array,
  /** Of the filed picture, and of its original where that is kept. */
  fileBytes: Uint32Array,
  keptBytes: Uint32Array,
  storedAtMs: Float64Array,
  /** Width over height of the filed picture: round(128 + 32 × log2), 0 to 255. */
  aspectByte: Uint8Array,
} as const
type Kinds = typeof kinds
type FixedColumns = { [Name in keyof Kinds]: InstanceType<Kinds[Name]> }

/** No score yet. Scores themselves are 0 to 100. */
export const unscored = 255

export interface Columns extends FixedColumns {
  /** One column for each of `qualityMeasures`, in that order. */
  readonly scores: Uint8Array[]
  /** The beginning of the title, in four parts. */
  readonly title: Uint32Array[]
}

const leastRows = 1024
/** Room ahead, as a share of what is held. */
const ahead = 1.25

/** Columns that grow. A view taken from `of` is good until the next growth. */
export function createColumns() {
  let capacity = 0
  let size = 0
  let columns = allocate(0)

  const growTo = (rows: number) => {
    const larger = allocate(rows)
    for (const name of Object.keys(kinds) as (keyof Kinds)[]) larger[name].set(columns[name])
    for (const [index, scores] of larger.scores.entries()) scores.set(columns.scores[index] ?? [])
    for (const [index, title] of larger.title.entries()) title.set(columns.title[index] ?? [])
    columns = larger
    capacity = rows
  }
  return {
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
      if (seq >= capacity) growTo(Math.max(leastRows, Math.ceil((seq + 1) * ahead)))
      size = Math.max(size, seq + 1)
    },
  }
}

function allocate(rows: number): Columns {
  const fixed = Object.fromEntries(Object.entries(kinds).map(([name, Kind]) => [name, new Kind(rows)]))
  const scores = qualityMeasures.map(() => new Uint8Array(rows).fill(unscored))
  const title = Array.from({ length: titleParts }, () => new Uint32Array(rows))
  return { ...(fixed as FixedColumns), scores, title }
}
