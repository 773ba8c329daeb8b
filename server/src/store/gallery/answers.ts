/** Answers questions about pictures from memory, in step with the index it reads. */
import type { GalleryPage } from '@gleaner/shared/gallery'
import { readCursor, writeCursor } from '../cursor.ts'
import type { Database } from '../database.ts'
import { facetOf, histogramOf } from './facets.ts'
import { createFollower } from './follow.ts'
import { createLists } from './lists.ts'
import { createMemory } from './memory.ts'
import { createOrders } from './orders.ts'
import { createPageRows } from './page-rows.ts'
import { statsOf } from './picture-stats.ts'
import type { Answer, Ask, QuestionName } from './questions.ts'
import { createRowSource } from './row-source.ts'

type Handlers = { readonly [Name in QuestionName]: (ask: Ask<Name>) => Answer<Name> }

/** Pages deeper than this are cut from a list of all that the filter takes. */
const shallow = 1_000

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
 */
export function createAnswers(db: Database, epoch: string): Answers {
  const source = createRowSource(db)
  const rows = createPageRows(db)
  const memory = createMemory()
  const orders = createOrders(memory)
  const lists = createLists(memory, orders, source.members)
  const follower = createFollower(source, memory)
  const revision = () => `${epoch}.${follower.changeNo()}`

  const placeOf = ({ filter, order, window, limit }: Ask<'page'>): number => {
    if ('offset' in window) return window.offset
    const list = lists.list(filter, order)
    if ('around' in window) {
      const seq = rows.seqOf(window.around)
      const place = seq === undefined ? -1 : list.indexOf(seq)
      return Math.max(0, place - Math.floor(limit / 2))
    }
    const [seq = 0, key = 0] = readCursor(window.cursor, 2) ?? []
    return orders.placeAfter(order, list, seq, key)
  }

  const page = (ask: Ask<'page'>): GalleryPage => {
    const { filter, order, limit } = ask
    const { total } = lists.take(filter)
    const offset = Math.min(placeOf(ask), total)
    const end = Math.min(offset + limit, total)
    const list = end <= shallow ? lists.first(filter, order, end) : lists.list(filter, order)
    const seqs = list.subarray(offset, end)
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
    facet: ({ filter, facet, limit }) => facetOf(memory, facet, lists.take(filter), limit),
    histogram: ({ filter, measure, steps }) => histogramOf(memory, measure, lists.take(filter).mask, steps),
    aspects: ({ filter, order }) => {
      const { aspectByte } = memory.columns.of()
      return {
        bytes: Uint8Array.from(lists.list(filter, order), seq => aspectByte[seq] ?? 0),
        revision: revision(),
      }
    },
    seqs: ({ filter, except }) => {
      const excepted = new Set(rows.seqsOf(except))
      const all = lists.first(filter, { by: 'stored', isDescending: false }, lists.take(filter).total)
      return excepted.size === 0 ? all.slice() : all.filter(seq => !excepted.has(seq))
    },
    stats: () => statsOf(memory, lists),
    count: ({ filter }) => lists.take(filter).total,
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
