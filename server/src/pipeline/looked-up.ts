/** What looks like a picture, remembered from one question about it to the next. */
import type { QueryForm } from '../look/fingerprint.ts'
import { type LookIndex, nearForms, type Proposal } from '../look/look-index.ts'

/** Pictures put since a question that are told apart; after more of them the question is asked anew. */
const mostRecent = 4_096
/** From so many held forms on, questions wait for each other and are answered in parts. */
const manyForms = 1_000_000
/** Chunks of memory gone through in one turn of the event loop: a few milliseconds. */
const chunksATurn = 16
/** Pictures asked about in one reading of the memory. */
const mostTogether = 16

type Query = readonly QueryForm[]

export interface LookedUp {
  /** To be called when a picture was put into the index. */
  readonly put: (seq: number, forms: Uint8Array) => void
  /**
   * Answers a question before it is asked in earnest. Where many pictures are held, questions of the same time share one
   * reading of the memory, with other work in between.
   */
  readonly lookAhead: (query: Query) => Promise<void>
  /** @returns nearest first. A question asked before, by the same array, costs only what was put since */
  readonly ask: (query: Query) => readonly Proposal[]
}

interface Answer {
  readonly found: readonly Proposal[]
  /** How many pictures had been put when the question was asked. */
  readonly puts: number
}

interface Waiting {
  readonly query: Query
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** @param limits - smaller ones for tests */
export function createLookedUp(index: () => LookIndex, limits = { manyForms, chunksATurn }): LookedUp {
  const answers = new WeakMap<Query, Answer>()
  const recent: { readonly seq: number; readonly forms: Uint8Array }[] = []
  let puts = 0
  const waiting: Waiting[] = []
  let isSearching = false

  const changedSince = (then: number): ReadonlyMap<number, Uint8Array> | undefined =>
    puts - then > recent.length
      ? undefined
      : new Map(recent.slice(recent.length - (puts - then)).map(({ seq, forms }) => [seq, forms]))

  const ask = (query: Query): readonly Proposal[] => {
    const known = answers.get(query)
    const changed = known && changedSince(known.puts)
    const found =
      known && changed
        ? [
            ...known.found.filter(({ seq }) => !changed.has(seq)),
            ...[...changed].flatMap(([seq, forms]) => nearForms(query, seq, forms)),
          ].sort((a, b) => a.distanceBits - b.distanceBits || a.seq - b.seq)
        : (index().within([query])[0] ?? [])
    answers.set(query, { found, puts })
    return found
  }

  const searchOn = async (): Promise<void> => {
    isSearching = true
    while (waiting.length > 0) {
      const together = waiting.splice(0, mostTogether)
      const searched = index()
      // Nothing may be moved to where was looked already; what is put meanwhile is told apart by `recent`.
      const letGo = searched.inside.places.hold()
      try {
        const before = puts
        const search = searched.search(together.map(({ query }) => query))
        for (let steps = 1; !search.step(); steps++) if (steps % limits.chunksATurn === 0) await nextTurn()
        for (const [at, found] of search.found().entries()) {
          const asked = together[at]
          if (asked) answers.set(asked.query, { found, puts: before })
          asked?.done()
        }
      } catch (error) {
        for (const { failed } of together) failed(error)
      } finally {
        letGo()
      }
    }
    isSearching = false
  }

  return {
    put: (seq, forms) => {
      puts += 1
      // A copy: what is handed over is a window on all that a decoder answered, the rendered picture among it.
      recent.push({ seq, forms: Buffer.from(forms) })
      if (recent.length >= 2 * mostRecent) recent.splice(0, mostRecent)
    },
    lookAhead: async query => {
      if (index().forms < limits.manyForms) {
        ask(query)
        return
      }
      const done = new Promise<void>((resolve, failed) => {
        waiting.push({ query, done: resolve, failed })
      })
      // A turn later: those who ask in this one come along.
      if (!isSearching) setImmediate(() => void (isSearching || searchOn()))
      await done
    },
    ask,
  }
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))
