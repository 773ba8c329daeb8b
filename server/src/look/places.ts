/** Which held form of which picture lies where in the memory that is searched. */
import { leastSorted, mostUnsorted, shelfCount, shelfOf, sortableOf, stretchesToSort } from './order.ts'
import { chunkForms, type ScanMemory } from './scan.ts'

/** Kinds of held forms: numbers from 0 up to, not including, this one. */
export const mostKinds = 16

/** Place among the {@link Row}s of a kind of the one whose forms are on no shelf. */
const pile = shelfCount
/** Rows of each kind: its shelves, and the pile. */
export const rowsAKind = shelfCount + 1

/** Forms of one kind that lie together. */
export interface Row {
  readonly kind: number
  /** Which shelf it is; nothing for the pile. */
  readonly shelf: number | undefined
  readonly count: number
  /** All full but the last; there may be more than are needed. */
  readonly chunks: readonly number[]
}

/** A place is the number of a chunk times {@link chunkForms}, and the number of a hash in it. */
export interface Places {
  /** Held forms of all kinds. */
  readonly count: () => number
  readonly countOf: (kind: number) => number
  /** {@link rowsAKind} of them, always the same. */
  readonly rowsOf: (kind: number) => readonly Row[]
  /** Whose form it is; 0 for nobody's. */
  readonly seqAt: (place: number) => number
  readonly has: (seq: number) => boolean
  readonly add: (seq: number, kind: number, bits: Uint8Array) => void
  /** Forms of a picture in no particular order; their bits are valid until the next change. */
  readonly formsOf: (seq: number) => Iterable<readonly [kind: number, bits: Uint8Array]>
  /** @returns whether the picture had a form */
  readonly remove: (seq: number) => boolean
  /**
   * While anybody holds them, no form is moved: gaps are nobody's, and filled when the last one lets go.
   *
   * @returns how to let go, once
   */
  readonly hold: () => () => void
  /**
   * Makes room for forms in a row that has none, for their hashes to be written to the memory.
   *
   * @param row - place among those of the kind
   * @returns the chunks
   */
  readonly open: (kind: number, row: number, count: number) => readonly number[]
  /**
   * Says whose the first forms of a chunk are.
   *
   * @param seqs - 0 for nobody's
   */
  readonly own: (chunk: number, seqs: Int32Array) => void
  /** To be called when all are owned: what is nobody's is filled. */
  readonly close: () => void
  /** Numbers of pictures whose forms are the first of a chunk, in order of place. */
  readonly seqsOf: (chunk: number, count: number) => Int32Array
  /** Bytes beside the memory that is searched. */
  readonly sizeBytes: () => number
}

interface Filling extends Row {
  readonly chunks: number[]
  count: number
  /** Its first forms, chunk by chunk, that were put in order. */
  sorted: number
  /** The fewest forms that are put in order. */
  readonly least: number
}

/** Forms of the pile that are moved for each one that is added: it is gone when there are half as many again. */
const movedEach = 2

/**
 * Knows places by numbers in arrays alone: 8 bytes a form, 4 a picture.
 *
 * @param shelveFrom - so many forms of a kind are put on shelves
 */
export function createPlaces(memory: ScanMemory, shelveFrom: number): Places {
  const kinds = Array.from({ length: mostKinds }, (_, kind) =>
    Array.from({ length: rowsAKind }, (_, row): Filling => {
      const [shelf, least] = row === pile ? [undefined, leastSorted.inPile] : [row, leastSorted.onShelf]
      return { kind, shelf, chunks: [], count: 0, sorted: 0, least }
    }),
  )
  /** Kinds whose forms are put on shelves; their piles are moved there bit by bit. */
  const shelved = new Set<number>()
  /** By number of the chunk. */
  const rowsOfChunks: Filling[] = []
  const freeChunks: number[] = []
  /** By place: the picture, and the place plus one of its next form, 0 after the last. */
  let seqs = new Int32Array(0)
  let nexts = new Int32Array(0)
  /** By number of the picture: the place plus one of its first form, 0 for none. */
  let firsts = new Int32Array(0)
  let holders = 0
  const gaps: number[] = []

  const rowOf = (kind: number, row: number): Filling => {
    const found = kinds[kind]?.[row]
    if (!found) throw new RangeError(`${kind} is no kind of form`)
    return found
  }
  const split = (place: number) => [Math.floor(place / chunkForms), place % chunkForms] as const
  const placeIn = ({ chunks }: Row, at: number) =>
    (chunks[Math.floor(at / chunkForms)] ?? 0) * chunkForms + (at % chunkForms)

  const addChunk = (row: Filling) => {
    // A quarter more than asked for: growing copies the numbers beside the hashes.
    const chunk = freeChunks.pop() ?? rowsOfChunks.length
    if (chunk * chunkForms >= seqs.length) {
      const room = Math.ceil((chunk + 1) * 1.25) * chunkForms
      seqs = widened(seqs, room)
      nexts = widened(nexts, room)
    }
    memory.reserve(chunk + 1)
    row.chunks.push(chunk)
    rowsOfChunks[chunk] = row
  }
  const link = (seq: number, place: number) => {
    if (seq >= firsts.length) firsts = widened(firsts, Math.ceil((seq + 1024) * 1.25))
    seqs[place] = seq
    nexts[place] = firsts[seq] ?? 0
    firsts[seq] = place + 1
  }
  /** Lets what led to one place lead to another. */
  const relink = (seq: number, from: number, to: number) => {
    if (firsts[seq] === from + 1) firsts[seq] = to + 1
    for (let at = (firsts[seq] ?? 0) - 1; at >= 0; at = (nexts[at] ?? 0) - 1) {
      if (nexts[at] === from + 1) nexts[at] = to + 1
    }
  }
  const unlink = (seq: number, place: number) => {
    const next = nexts[place] ?? 0
    if (firsts[seq] === place + 1) firsts[seq] = next
    for (let at = (firsts[seq] ?? 0) - 1; at >= 0; at = (nexts[at] ?? 0) - 1) {
      if (nexts[at] === place + 1) nexts[at] = next
    }
  }
  /** Puts what is not in order yet in order, where there is enough of it. Forms are moved. */
  const sort = (row: Filling) => {
    const until = sortableOf(row.count, row.least)
    for (let first = row.sorted - (row.sorted % chunkForms); first < until; first += chunkForms) {
      const chunk = row.chunks[first / chunkForms] ?? 0
      const inOrder = Math.max(0, row.sorted - first)
      const stretches = stretchesToSort(inOrder, Math.min(chunkForms, until - first), row.least)
      for (const { from, end } of stretches) sortStretch(chunk, from, end)
    }
    row.sorted = Math.max(row.sorted, until)
  }
  const sortStretch = (chunk: number, from: number, end: number) => {
    const start = chunk * chunkForms + from
    const owners = seqs.slice(start, start + end - from)
    for (let at = 0; at < owners.length; at++) unlink(owners[at] ?? 0, start + at)
    const order = memory.sort(chunk, from, end)
    for (let at = 0; at < order.length; at++) link(owners[order[at] ?? 0] ?? 0, start + at)
  }
  const sortAll = () => {
    for (const row of kinds.flat()) if (isUnsorted(row)) sort(row)
  }
  const shrink = (row: Filling) => {
    row.count -= 1
    if (row.count < row.sorted - mostUnsorted) row.sorted = sortableOf(row.count, row.least)
  }
  /** Moves the last form of the row to a place that is nobody's. */
  const fill = (place: number) => {
    const row = rowsOfChunks[split(place)[0]]
    if (!row) return
    shrink(row)
    const last = placeIn(row, row.count)
    if (last === place) return
    memory.copy(split(last), split(place))
    rehouse(last, place)
  }
  /** Lets a form be somewhere else, where its bits are already. */
  const rehouse = (from: number, to: number) => {
    const moved = seqs[from] ?? 0
    nexts[to] = nexts[from] ?? 0
    seqs[to] = moved
    relink(moved, from, to)
  }
  /** @returns a place that is nobody's yet */
  const extend = (row: Filling): number => {
    if (row.count === row.chunks.length * chunkForms) addChunk(row)
    row.count += 1
    return placeIn(row, row.count - 1)
  }
  /** Puts the last form of a pile on its shelf. */
  const shelve = (from: Filling) => {
    const last = placeIn(from, from.count - 1)
    const bits = memory.bitsAt(...split(last)).slice()
    const to = rowOf(from.kind, shelfOf(bits))
    const place = extend(to)
    memory.write(...split(place), bits)
    rehouse(last, place)
    shrink(from)
    if (isUnsorted(to)) sort(to)
    if (from.count <= (from.chunks.length - 1) * chunkForms) freeChunks.push(...from.chunks.splice(-1))
  }
  const placeInRow = (place: number) => {
    const [chunk, at] = split(place)
    return (rowsOfChunks[chunk]?.chunks.indexOf(chunk) ?? 0) * chunkForms + at
  }
  /** From the end: so the last form of a row is never itself a gap. */
  const fillAll = (places: readonly number[]) => {
    const inRows = places.map(place => ({ place, at: placeInRow(place) }))
    for (const { place } of inRows.sort((a, b) => b.at - a.at)) fill(place)
  }
  const firstOf = (seq: number) => firsts[seq] ?? 0

  return {
    count: () => kinds.reduce((sum, rows) => sum + sumOf(rows), -gaps.length),
    countOf: kind => sumOf(kinds[kind] ?? []),
    rowsOf: kind => kinds[kind] ?? [],
    seqAt: place => seqs[place] ?? 0,
    has: seq => firstOf(seq) > 0,
    add: (seq, number, bits) => {
      const unshelved = rowOf(number, pile)
      if (unshelved.count >= shelveFrom) shelved.add(number)
      const isShelved = shelved.has(number)
      const row = isShelved ? rowOf(number, shelfOf(bits)) : unshelved
      const place = extend(row)
      memory.write(...split(place), bits)
      link(seq, place)
      if (holders > 0) return
      if (isUnsorted(row)) sort(row)
      for (let moved = 0; isShelved && moved < movedEach && unshelved.count > 0; moved++) shelve(unshelved)
    },
    *formsOf(seq) {
      for (let place = firstOf(seq) - 1; place >= 0; place = (nexts[place] ?? 0) - 1) {
        const [chunk, at] = split(place)
        yield [rowsOfChunks[chunk]?.kind ?? 0, memory.bitsAt(chunk, at)]
      }
    },
    remove: seq => {
      const places: number[] = []
      for (let place = firstOf(seq) - 1; place >= 0; place = (nexts[place] ?? 0) - 1) places.push(place)
      if (places.length === 0) return false
      firsts[seq] = 0
      for (const place of places) seqs[place] = 0
      if (holders > 0) gaps.push(...places)
      else fillAll(places)
      return true
    },
    hold: () => {
      holders += 1
      return () => {
        holders -= 1
        if (holders > 0) return
        fillAll(gaps.splice(0))
        sortAll()
      }
    },
    open: (kind, number, count) => {
      const row = rowOf(kind, number)
      if (number !== pile && count > 0) shelved.add(kind)
      while (row.chunks.length * chunkForms < count) addChunk(row)
      row.count = count
      // They were, when they were written.
      row.sorted = sortableOf(count, row.least)
      return row.chunks
    },
    own: (chunk, owners) => {
      const start = chunk * chunkForms
      for (let at = 0; at < owners.length; at++) {
        const seq = owners[at] ?? 0
        if (seq > 0) link(seq, start + at)
        else gaps.push(start + at)
      }
    },
    close: () => {
      if (holders === 0) fillAll(gaps.splice(0))
    },
    seqsOf: (chunk, count) => seqs.subarray(chunk * chunkForms, chunk * chunkForms + count),
    sizeBytes: () => 4 * (seqs.length + nexts.length + firsts.length),
  }
}

const isUnsorted = ({ count, least, sorted }: Filling) => sortableOf(count, least) > sorted
const sumOf = (rows: readonly Row[]) => rows.reduce((sum, { count }) => sum + count, 0)

function widened(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(length)
  wider.set(from)
  return wider
}
