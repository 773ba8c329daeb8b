/** Which held form of which picture lies where in the memory that is searched. */
import { chunkForms, type ScanMemory } from './scan.ts'

/** Kinds of held forms: numbers from 0 up to, not including, this one. */
export const mostKinds = 16

/** A place is the number of a chunk times {@link chunkForms}, and the number of a hash in it. */
export interface Places {
  /** Held forms of all kinds. */
  readonly count: () => number
  readonly countOf: (kind: number) => number
  /** The chunks of a kind, all full but the last. */
  readonly chunksOf: (kind: number) => readonly number[]
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
   * Makes room for forms of a kind that has none, for their hashes to be written to the memory.
   *
   * @returns the chunks
   */
  readonly open: (kind: number, count: number) => readonly number[]
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

interface Kind {
  readonly number: number
  readonly chunks: number[]
  count: number
  /** Its first forms, chunk by chunk, that were put in order. */
  sorted: number
}

/** Forms of the last chunk of a kind that it is put in order at: often enough for few to be out of it. */
const sortedAt = [chunkForms / 4, chunkForms / 2, chunkForms] as const

/** Of forms that were in order so many may go and others come before it is made anew. */
const mostUnsorted = chunkForms / 8

/** How many of so many forms of a kind are put in order. */
function sortedOf(count: number): number {
  const whole = count - (count % chunkForms)
  return whole + (sortedAt.findLast(each => each <= count - whole) ?? 0)
}

/** Knows places by numbers in arrays alone: 8 bytes a form, 4 a picture. */
export function createPlaces(memory: ScanMemory): Places {
  const kinds = Array.from(
    { length: mostKinds },
    (_, number): Kind => ({ number, chunks: [], count: 0, sorted: 0 }),
  )
  /** By number of the chunk. */
  const kindsOfChunks: Kind[] = []
  /** By place: the picture, and the place plus one of its next form, 0 after the last. */
  let seqs = new Int32Array(0)
  let nexts = new Int32Array(0)
  /** By number of the picture: the place plus one of its first form, 0 for none. */
  let firsts = new Int32Array(0)
  let holders = 0
  const gaps: number[] = []

  const kindOf = (kind: number): Kind => {
    const found = kinds[kind]
    if (!found) throw new RangeError(`${kind} is no kind of form`)
    return found
  }
  const split = (place: number) => [Math.floor(place / chunkForms), place % chunkForms] as const
  const placeIn = ({ chunks }: Kind, at: number) =>
    (chunks[Math.floor(at / chunkForms)] ?? 0) * chunkForms + (at % chunkForms)

  const addChunk = (kind: Kind) => {
    // A quarter more than asked for: growing copies the numbers beside the hashes.
    const chunk = kindsOfChunks.length
    if (chunk * chunkForms >= seqs.length) {
      const room = Math.ceil((chunk + 1) * 1.25) * chunkForms
      seqs = widened(seqs, room)
      nexts = widened(nexts, room)
    }
    memory.reserve(chunk + 1)
    kind.chunks.push(chunk)
    kindsOfChunks.push(kind)
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
  const sort = (kind: Kind) => {
    const until = sortedOf(kind.count)
    for (let from = kind.sorted - (kind.sorted % chunkForms); from < until; from += chunkForms) {
      const chunk = kind.chunks[from / chunkForms] ?? 0
      const owners = seqs.slice(chunk * chunkForms, chunk * chunkForms + Math.min(chunkForms, until - from))
      for (const [at, seq] of owners.entries()) unlink(seq, chunk * chunkForms + at)
      const order = memory.sort(chunk, owners.length)
      for (const [at, before] of order.entries()) link(owners[before] ?? 0, chunk * chunkForms + at)
    }
    kind.sorted = Math.max(kind.sorted, until)
  }
  const sortAll = () => {
    for (const kind of kinds) if (sortedOf(kind.count) > kind.sorted) sort(kind)
  }
  /** Moves the last form of the kind to a place that is nobody's. */
  const fill = (place: number) => {
    const kind = kindsOfChunks[split(place)[0]]
    if (!kind) return
    kind.count -= 1
    if (kind.count < kind.sorted - mostUnsorted) kind.sorted = sortedOf(kind.count)
    const last = placeIn(kind, kind.count)
    if (last === place) return
    const moved = seqs[last] ?? 0
    memory.copy(split(last), split(place))
    nexts[place] = nexts[last] ?? 0
    seqs[place] = moved
    relink(moved, last, place)
  }
  /** From the end: so the last form of a kind is never itself a gap. */
  const fillAll = (places: readonly number[]) => {
    for (const place of places.toSorted((a, b) => b - a)) fill(place)
  }
  const firstOf = (seq: number) => firsts[seq] ?? 0

  return {
    count: () => kinds.reduce((sum, { count }) => sum + count, -gaps.length),
    countOf: kind => kinds[kind]?.count ?? 0,
    chunksOf: kind => kinds[kind]?.chunks ?? [],
    seqAt: place => seqs[place] ?? 0,
    has: seq => firstOf(seq) > 0,
    add: (seq, number, bits) => {
      const kind = kindOf(number)
      if (kind.count === kind.chunks.length * chunkForms) addChunk(kind)
      const place = placeIn(kind, kind.count)
      kind.count += 1
      memory.write(...split(place), bits)
      link(seq, place)
      if (holders === 0 && sortedOf(kind.count) > kind.sorted) sort(kind)
    },
    *formsOf(seq) {
      for (let place = firstOf(seq) - 1; place >= 0; place = (nexts[place] ?? 0) - 1) {
        const [chunk, at] = split(place)
        yield [kindsOfChunks[chunk]?.number ?? 0, memory.bitsAt(chunk, at)]
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
    open: (number, count) => {
      const kind = kindOf(number)
      while (kind.chunks.length * chunkForms < count) addChunk(kind)
      kind.count = count
      // They were, when they were written.
      kind.sorted = sortedOf(count)
      return kind.chunks
    },
    own: (chunk, owners) => {
      for (const [at, seq] of owners.entries()) {
        const place = chunk * chunkForms + at
        if (seq > 0) link(seq, place)
        else gaps.push(place)
      }
    },
    close: () => {
      if (holders === 0) fillAll(gaps.splice(0))
    },
    seqsOf: (chunk, count) => seqs.subarray(chunk * chunkForms, chunk * chunkForms + count),
    sizeBytes: () => 4 * (seqs.length + nexts.length + firsts.length),
  }
}

function widened(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(length)
  wider.set(from)
  return wider
}
