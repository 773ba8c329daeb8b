/** Pictures that belong together: all SQL about the tables `look_group`, `group_member` and `regroup_due`. */
import type { Database } from './database.ts'
import type { Component, JudgedPair, NewGroup } from './duplicate-types.ts'
import { isJudged, type JudgementStore } from './judgements.ts'
import type { LookStore } from './looks.ts'

/** A group as it was when a person decided about it. */
export interface EarlierGroup extends NewGroup {
  readonly id: number
}

interface PairRow {
  readonly a: number
  readonly b: number
  readonly kind: JudgedPair['kind']
  readonly level: JudgedPair['level'] | null
  readonly distanceBits: number
  readonly difference: number | null
  readonly isBurst: 0 | 1
}

const pairsFrom = (own: 'seq_a' | 'seq_b') => `
  SELECT p.seq_a AS a, p.seq_b AS b, p.kind, p.level, p.distance_bits AS distanceBits, p.difference,
         ${isJudged('burst', 'i.id', 'o.id')} AS isBurst
    FROM near_pair p CROSS JOIN image i ON i.seq = p.seq_a CROSS JOIN image o ON o.seq = p.seq_b
   WHERE p.${own} = :seq AND p.kind IS NOT NULL AND NOT ${isJudged('apart', 'i.id', 'o.id')}`

export const groupSql = {
  pairs: `${pairsFrom('seq_a')} UNION ALL ${pairsFrom('seq_b')}`,
  due: 'SELECT image_seq FROM regroup_due ORDER BY image_seq LIMIT CAST(? AS INTEGER)',
} as const

export function createGroupStore(db: Database, looks: LookStore, judgements: JudgementStore) {
  const due = db.prepare<[number], number>(groupSql.due).pluck()
  const isDue = db.prepare<[number], number>('SELECT 1 FROM regroup_due WHERE image_seq = ?').pluck()
  const pairsOf = db.prepare<{ seq: number }, PairRow>(groupSql.pairs)
  const done = db.prepare<{ seqs: string }>(
    'DELETE FROM regroup_due WHERE image_seq IN (SELECT value FROM json_each(:seqs))',
  )
  const touched = db
    .prepare<{ seqs: string }, number>(
      `SELECT DISTINCT m.group_id FROM json_each(:seqs) named CROSS JOIN group_member m ON m.image_seq = named.value`,
    )
    .pluck()
  const kindOf = db.prepare<[number], { kind: string; representative: number }>(
    'SELECT kind, representative_seq AS representative FROM look_group WHERE id = ?',
  )
  const heldId = db
    .prepare<[number], string>(`SELECT id FROM image WHERE seq = ? AND state = 'stored'`)
    .pluck()
  const drop = db.prepare<[number]>('DELETE FROM look_group WHERE id = ?')
  const leave = db.prepare<[number, number]>('DELETE FROM group_member WHERE image_seq = ? AND group_id = ?')
  const clear = db.prepare<[number]>('DELETE FROM group_member WHERE group_id = ?')
  const make = db
    .prepare<Omit<NewGroup, 'members'> & { state: string }, number>(
      `INSERT INTO look_group (kind, state, representative_seq, keeper_seq)
       VALUES (:kind, :state, :representative, :keeper)
       ON CONFLICT (representative_seq, kind) DO UPDATE SET state = excluded.state, keeper_seq = excluded.keeper_seq
       RETURNING id`,
    )
    .pluck()
  const enter = db.prepare<[number, number, string]>(
    'INSERT INTO group_member (image_seq, group_id, reasons) VALUES (?, ?, ?)',
  )

  const asIs = db.prepare<[number], Omit<EarlierGroup, 'members'>>(
    `SELECT id, kind, representative_seq AS representative, keeper_seq AS keeper FROM look_group WHERE id = ?`,
  )
  const membersOf = db.prepare<[number], { seq: number; reasons: string }>(
    'SELECT image_seq AS seq, reasons FROM group_member WHERE group_id = ?',
  )
  const again = db.prepare(
    `INSERT INTO look_group (id, kind, state, representative_seq, keeper_seq)
     VALUES (:id, :kind, :state, :representative, :keeper)`,
  )

  const pairs = (seq: number): JudgedPair[] =>
    pairsOf.all({ seq }).map(({ isBurst, kind, level, ...pair }) => ({
      ...pair,
      kind: isBurst === 1 ? 'burst' : kind,
      level: level ?? 'look',
    }))

  /** Those that lead to pictures that are due come first. */
  const dueFirst = (seq: number, those: readonly JudgedPair[]): readonly JudgedPair[] => {
    const isNext = ({ a, b }: JudgedPair) => isDue.get(a === seq ? b : a) !== undefined
    const next = new Set(those.filter(isNext))
    return [...next, ...those.filter(pair => !next.has(pair))]
  }

  /** Breadth first, so that a bound leaves the farthest out. */
  const component = (start: number, limit: number): Component => {
    const found = new Set([start])
    const known = new Map<string, JudgedPair>()
    let isWhole = true
    for (const seq of found) {
      const all = pairs(seq)
      for (const pair of found.size + all.length > limit ? dueFirst(seq, all) : all) {
        const other = pair.a === seq ? pair.b : pair.a
        if (!found.has(other) && found.size >= limit) {
          isWhole = false
          continue
        }
        found.add(other)
        known.set(`${pair.a} ${pair.b}`, pair)
      }
    }
    const pictures = [...found].flatMap(seq => looks.compared(seq) ?? [])
    const held = new Set(pictures.filter(({ state }) => state === 'stored').map(({ seq }) => seq))
    return {
      pictures: pictures.filter(({ seq }) => held.has(seq)),
      pairs: [...known.values()].filter(({ a, b }) => held.has(a) && held.has(b)),
      isWhole,
    }
  }

  const stateOf = (kind: NewGroup['kind'], ids: readonly string[]) =>
    judgements.isKept(ids, 'together') || (kind === 'burst' && judgements.isKept(ids, 'burst'))
      ? 'kept'
      : 'open'

  const add = ({ members, ...group }: NewGroup): void => {
    const ids = members.flatMap(({ seq }) => heldId.get(seq) ?? [])
    const id = make.get({ ...group, state: stateOf(group.kind, ids) })
    for (const { seq, reasons } of members) enter.run(seq, Number(id), JSON.stringify(reasons))
  }

  /** Inside a transaction. */
  const regroup = (seqs: readonly number[], groups: readonly NewGroup[], isWhole = true): void => {
    const sound = groups.filter(group => isSound(group) && group.members.every(({ seq }) => heldId.get(seq)))
    const all = [...seqs, ...sound.flatMap(({ members }) => members.map(({ seq }) => seq))]
    const stays = new Set(sound.map(({ kind, representative }) => `${kind} ${representative}`))
    const own = new Set(seqs)
    /** In a group of this kind that is left alone. */
    const bound = new Set<string>()
    /** With others than these, which stay. */
    const growing = new Set<string>()
    for (const id of touched.all({ seqs: JSON.stringify(all) })) {
      const held = kindOf.get(id)
      const name = `${held?.kind} ${held?.representative}`
      const members = isWhole ? [] : membersOf.all(id)
      if (members.every(({ seq }) => own.has(seq))) {
        if (stays.has(name)) clear.run(id)
        else drop.run(id)
      } else if (stays.has(name)) {
        growing.add(name)
        for (const { seq } of members) if (own.has(seq)) leave.run(seq, id)
      } else {
        for (const { seq } of members) bound.add(`${held?.kind} ${seq}`)
      }
    }
    for (const each of sound) {
      const group = free(each, bound)
      if (group.members.length > 1 || growing.has(`${group.kind} ${group.representative}`)) add(group)
    }
    done.run({ seqs: JSON.stringify(seqs) })
  }

  return {
    due: (limit: number): readonly number[] => due.all(limit),
    pairs,
    component,
    regroup,
    drop: (groupId: number) => void drop.run(groupId),
    /** All groups that any of these pictures is in, for them to be put back. */
    around: (seqs: readonly number[]): EarlierGroup[] =>
      touched.all({ seqs: JSON.stringify(seqs) }).flatMap(id => {
        const row = asIs.get(id)
        return row ? [{ ...row, members: membersOf.all(id).map(toMember) }] : []
      }),
    /** Makes a group again as it was, under its number, where all its pictures are held. Inside a transaction. */
    putBack: ({ id, ...group }: EarlierGroup): void => {
      const ids = group.members.flatMap(({ seq }) => heldId.get(seq) ?? [])
      if (ids.length !== group.members.length) return
      const seqs = JSON.stringify(group.members.map(({ seq }) => seq))
      for (const other of touched.all({ seqs })) if (kindOf.get(other)?.kind === group.kind) drop.run(other)
      const { members, ...row } = group
      again.run({ ...row, id, state: stateOf(group.kind, ids) })
      for (const { seq, reasons } of members) enter.run(seq, id, JSON.stringify(reasons))
    },
  }
}

function isSound({ members, representative, keeper }: NewGroup): boolean {
  const seqs = new Set(members.map(({ seq }) => seq))
  return seqs.size === members.length && seqs.size >= 2 && seqs.has(representative) && seqs.has(keeper)
}

/** Without those that stay in another group; nobody is left where the representative does. */
function free({ members, ...group }: NewGroup, bound: ReadonlySet<string>): NewGroup {
  const left = members.filter(({ seq }) => !bound.has(`${group.kind} ${seq}`))
  const has = (wanted: number) => left.some(({ seq }) => seq === wanted)
  if (!has(group.representative)) return { ...group, members: [] }
  return { ...group, members: left, keeper: has(group.keeper) ? group.keeper : group.representative }
}

const toMember = ({ seq, reasons }: { readonly seq: number; readonly reasons: string }) => ({
  seq,
  reasons: JSON.parse(reasons) as string[],
})
