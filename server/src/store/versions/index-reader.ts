/** Reads of an index what splits are made of, as columns; places are in the order of the ids of held pictures. */
import { createHash } from 'node:crypto'
import { defaultSplitPlan, type SplitName, type SplitPlan } from '@gleaner/shared/splits'
import { parseHttpUrl, urlKey } from '@gleaner/shared/url'
import { codeOf } from '../../splits/codes.ts'
import { fractionsOf } from '../../splits/fractions.ts'
import { at, type Graph, graphOf } from '../../splits/graph.ts'
import type { Places } from '../../splits/settle.ts'
import type { Database } from '../database.ts'
import { isJudged } from '../judgements.ts'
import { growing } from './growing.ts'

export interface ClassRow {
  readonly id: number
  readonly label: string
  readonly folder: string
  readonly description: string
  readonly synonyms: string
  readonly parentId: number | null
}

/** Held pictures, by place. */
export interface Held {
  readonly count: number
  readonly seqs: Int32Array
  /** Index into {@link Held.classes}. */
  readonly classOf: Int32Array
  /** Marked as kept in review. */
  readonly isKept: Uint8Array
  readonly chance: { readonly split: Float64Array; readonly fold: Float64Array; readonly trial: Float64Array }
  /** In the order of their labels by code point: all but those that are gone and not even named by boxes. */
  readonly classes: readonly ClassRow[]
  /** Place of the picture with a number; -1 when it is not held. */
  readonly placeOf: (seq: number) => number
}

export interface Near {
  readonly a: Int32Array
  readonly b: Int32Array
  readonly distanceBits: Int32Array
}

export const readerSql = {
  held: `SELECT seq, id, class_id AS classId, mark = 'kept' AS isKept FROM image WHERE state = 'stored' ORDER BY id`,
  pairs: `SELECT p.seq_a, p.seq_b, p.distance_bits
            FROM near_pair p CROSS JOIN image a ON a.seq = p.seq_a CROSS JOIN image b ON b.seq = p.seq_b
           WHERE p.kind IS NOT NULL AND NOT ${isJudged('apart', 'a.id', 'b.id')}`,
  // One page a picture, that of the first candidate it came by: a page that shows pictures of many others would
  // otherwise hold all of theirs together.
  pages: `SELECT i.seq, c.landing_url FROM image i CROSS JOIN candidate c ON c.image_id = i.id
           WHERE i.state = 'stored' AND c.state IN ('stored', 'upgraded') AND c.landing_url IS NOT NULL
           ORDER BY i.seq, c.id`,
  chosen: `SELECT i.seq, m.group_id FROM chosen_group g CROSS JOIN chosen_member m ON m.group_id = g.id
            CROSS JOIN image i ON i.id = m.image_id WHERE g.is_in_force = 1`,
  layers: 'SELECT id, plan FROM split_layer WHERE is_in_force = 1 ORDER BY id',
  places: `SELECT i.seq, p.split, p.is_pinned FROM split_place p CROSS JOIN image i ON i.id = p.image_id
            WHERE p.layer_id = ?`,
  classes: `SELECT id, label, folder, description, synonyms, parent_id AS parentId FROM class
             WHERE is_deleted = 0 OR images > 0 OR id IN (SELECT class_id FROM image_box)`,
} as const

export function createIndexReader(db: Database) {
  const each = <Row extends readonly unknown[]>(
    sql: string,
    take: (...row: Row) => void,
    ...bound: readonly unknown[]
  ): void => {
    for (const row of db
      .prepare(sql)
      .raw()
      .iterate(...bound)) {
      take(...(row as Row))
    }
  }

  const held = (seed: string): Held => {
    const classes = db.prepare<[], ClassRow>(readerSql.classes).all()
    classes.sort((a, b) => Buffer.compare(Buffer.from(a.label), Buffer.from(b.label)))
    const indexOf = new Map(classes.map(({ id }, index) => [id, index]))
    const count = Number(db.prepare(`SELECT count(*) FROM image WHERE state = 'stored'`).pluck().get())
    const lastSeq = Number(db.prepare('SELECT coalesce(max(seq), 0) FROM image').pluck().get())
    const places = new Int32Array(lastSeq + 1).fill(-1)
    const [seqs, classOf, isKept] = [new Int32Array(count), new Int32Array(count), new Uint8Array(count)]
    const chance = {
      split: new Float64Array(count),
      fold: new Float64Array(count),
      trial: new Float64Array(count),
    }
    let place = 0
    each<[number, string, number, 0 | 1]>(readerSql.held, (seq, id, classId, isKeptNow) => {
      const { split, fold, trial } = fractionsOf(seed, id)
      seqs[place] = seq
      places[seq] = place
      classOf[place] = indexOf.get(classId) ?? 0
      isKept[place] = isKeptNow
      chance.split[place] = split
      chance.fold[place] = fold
      chance.trial[place] = trial
      place += 1
    })
    return { count, seqs, classOf, isKept, chance, classes, placeOf: seq => places[seq] ?? -1 }
  }

  const near = ({ placeOf }: Held): Near => {
    const columns = { a: growing(), b: growing(), distanceBits: growing() }
    each<[number, number, number]>(readerSql.pairs, (one, other, bits) => {
      const [a, b] = [placeOf(one), placeOf(other)]
      if (a < 0 || b < 0) return
      columns.a.push(a)
      columns.b.push(b)
      columns.distanceBits.push(bits)
    })
    const { a, b, distanceBits } = columns
    return { a: a.all(), b: b.all(), distanceBits: distanceBits.all() }
  }

  const graph = ({ count, placeOf }: Held, { a, b }: Near, byLandingPage: boolean): Graph => {
    const [from, to] = [growing(a), growing(b)]
    let hubs = 0
    const link = (seq: number, hub: number) => {
      if (placeOf(seq) < 0) return
      from.push(placeOf(seq))
      to.push(count + hub)
    }
    const chosen = new Map<number, number>()
    each<[number, number]>(readerSql.chosen, (seq, group) => {
      link(seq, numbered(chosen, group))
    })
    hubs = chosen.size
    if (byLandingPage) {
      const pages = new Map<number, number>()
      let last = 0
      each<[number, string]>(readerSql.pages, (seq, url) => {
        if (seq === last) return
        last = seq
        const page = parseHttpUrl(url)
        if (page) link(seq, hubs + numbered(pages, numberOf(urlKey(page))))
      })
      hubs += pages.size
    }
    return graphOf(count, hubs, { from: from.all(), to: to.all() })
  }

  /** Places and plan as they are in force. */
  const standing = (held: Held): { readonly plan: SplitPlan | null; readonly places: Places } => {
    const places = { split: new Uint8Array(held.count), isPinned: new Uint8Array(held.count) }
    let plan: SplitPlan | null = null
    for (const layer of db.prepare<[], { id: number; plan: string | null }>(readerSql.layers).all()) {
      if (layer.plan !== null) plan = JSON.parse(layer.plan) as SplitPlan
      each<[number, SplitName | null, 0 | 1]>(
        readerSql.places,
        (seq, split, isPinned) => {
          const place = held.placeOf(seq)
          if (place < 0) return
          places.split[place] = codeOf(split)
          places.isPinned[place] = isPinned
        },
        layer.id,
      )
    }
    return { plan, places }
  }

  const planInForce = (): SplitPlan | null => {
    const plan = db
      .prepare<[], string>(
        'SELECT plan FROM split_layer WHERE is_in_force = 1 AND plan IS NOT NULL ORDER BY id DESC LIMIT 1',
      )
      .pluck()
      .get()
    return plan === undefined ? null : (JSON.parse(plan) as SplitPlan)
  }

  const idOf = db.prepare<[number], string>('SELECT id FROM image WHERE seq = ?').pluck()
  return {
    db,
    each,
    standing,
    idAt: (held: Held, place: number): string => idOf.get(at(held.seqs, place)) ?? '',
    /** @param plan - by which it is looked at; the one in force, or the usual one, when none is given */
    read: (plan: SplitPlan = planInForce() ?? defaultSplitPlan) => {
      const all = held(plan.seed)
      const pairs = near(all)
      return { held: all, near: pairs, graph: graph(all, pairs, plan.byLandingPage), ...standing(all) }
    },
  }
}
export type IndexReader = ReturnType<typeof createIndexReader>
export type ReadIndex = ReturnType<IndexReader['read']>

function numbered(known: Map<number, number>, key: number): number {
  const held = known.get(key)
  if (held !== undefined) return held
  known.set(key, known.size)
  return known.size - 1
}

/** 48 bits of a digest: two pages in a million that are taken for one stay together, which harms nobody. */
const numberOf = (text: string) => createHash('sha256').update(text).digest().readUIntBE(0, 6)
