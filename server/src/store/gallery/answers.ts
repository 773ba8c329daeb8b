/** Answers questions about pictures from memory, in step with the index it reads. */
import type { GalleryPage } from '@gleaner/shared/gallery'
import { readCursor, writeCursor } from '../cursor.ts'
import type { Database } from '../database.ts'
import { eachBit } from './bits.ts'
import { facetOf } from './facets.ts'
import { createFollower } from './follow.ts'
import { createHistograms } from './histograms.ts'
import { createLists } from './lists.ts'
import { createMemory } from './memory.ts'
import { createOrders } from './orders.ts'
import { createPageRows } from './page-rows.ts'
import { statsOf } from './picture-stats.ts'
import type { Answer, Ask, QuestionName } from './questions.ts'
import { createRowSource } from './row-source.ts'
import { createTaken } from './taken.ts'

type Handlers = { readonly [Name in QuestionName]: (ask: Ask<Name>) => Answer<Name> }

export interface Answers {
  /** Reads on. @returns whether everything has been read */
  readonly readSlice: () => boolean
  /**
   * Answers after reading what has been committed; only when everything has been read.
   *
   * @throws AppError `PROTOCOL_INVALID` for a cursor that cannot be read
   */
  readonly answer: <Name extends QuestionName>(name: Name, ask: Ask<Name>) => Answer<Name>
}

/**
 * @param db - a connection of its own, for reading alone
 * @param epoch - another one for each life of the memory
 * @param placeRows - places of splits read in one turn; for tests, which have few
 */
export function createAnswers(db: Database, epoch: string, placeRows?: number): Answers {
  const source = createRowSource(db)
  const rows = createPageRows(db)
  const memory = createMemory()
  const orders = createOrders(memory)
  const take = createTaken(memory, source.members)
  const lists = createLists(take, orders)
  const histograms = createHistograms(memory)
  const follower = createFollower(source, memory, placeRows)
  const revision = () => `${epoch}.${follower.changeNo()}`

  const placeOf = ({ filter, order, window, limit }: Ask<'page'>): number => {
    if ('offset' in window) return window.offset
    if ('around' in window) {
      const seq = rows.seqOf(window.around)
      const place = seq === undefined ? undefined : lists.placeOf(filter, order, seq)
      return Math.max(0, (place ?? 0) - Math.floor(limit / 2))
    }
    const [seq = 0, key = 0] = readCursor(window.cursor, 2) ?? []
    return lists.placeAfter(filter, order, seq, key)
  }

  const page = (ask: Ask<'page'>): GalleryPage => {
    const { filter, order, limit } = ask
    const { total } = take(filter)
    const offset = Math.min(placeOf(ask), total)
    const end = Math.min(offset + limit, total)
    const seqs = lists.part(filter, order, offset, end - offset)
    const last = seqs.at(-1)
    return {
      images: rows.of(seqs, seq => ({ host: memory.hostOf(seq), engine: memory.engineOf(seq) })),
      offset,
      total,
      revision: revision(),
      cursor: last === undefined || end >= total ? null : writeCursor(last, orders.keyOf(order, last)),
    }
  }

  const handlers: Handlers = {
    page,
    facet: ({ filter, facet, limit }) => facetOf(memory, facet, take(filter), limit),
    histogram: ({ filter, measure, steps }) => histograms.of(measure, take(filter), steps),
    aspects: ({ filter, order }) => {
      const { aspectByte } = memory.columns.of()
      const bytes = new Uint8Array(take(filter).total)
      let count = 0
      lists.each(filter, order, seq => {
        bytes[count++] = aspectByte[seq] ?? 0
      })
      return { bytes, revision: revision() }
    },
    seqs: ({ filter, except }) => {
      const excepted = new Set(rows.seqsOf(except))
      const { mask, total } = take(filter)
      const seqs = new Uint32Array(total)
      let count = 0
      eachBit(mask, seq => {
        if (!excepted.has(seq)) seqs[count++] = seq
      })
      return seqs.slice(0, count)
    },
    stats: () => statsOf(memory, take, histograms),
    count: ({ filter }) => take(filter).total,
  }
  return {
    readSlice: follower.readSlice,
    answer: (name, ask) => {
      // In one snapshot: what is listed is what was counted.
      return source.together(() => {
        follower.catchUp()
        return handlers[name](ask)
      })
    },
  }
}
