/** Reading groups, conflicts, tombstones and what was decided, page by page. */
import type { DuplicateCounts } from '@gleaner/shared/dataset'
import type {
  ComparedImage,
  ConflictPage,
  DoneAct,
  DuplicateAct,
  DuplicatePair,
  GroupDetail,
  GroupPage,
  GroupSummary,
  LabelConflict,
} from '@gleaner/shared/duplicates'
import { parseHttpUrl } from '@gleaner/shared/url'
import type { ConflictRow, ConflictStore } from './conflicts.ts'
import { pageSize, readCursor, writeCursor } from './cursor.ts'
import type { Database } from './database.ts'
import type { GroupFilter, Tombstone, TombstonePage } from './duplicate-types.ts'
import type { Moved } from './moves.ts'
import type { AsideStore } from './set-aside.ts'
import type { ImageId, Page } from './types.ts'

interface GroupRow extends Omit<GroupSummary, 'isAcrossClasses'> {
  readonly isAcrossClasses: 0 | 1
}

interface ComparedRow {
  readonly seq: number
  readonly id: ImageId
  readonly class_id: number
  readonly label: string
  readonly width_px: number
  readonly height_px: number
  readonly title: string | null
  readonly is_thumbnail: 0 | 1
  readonly stored_at_ms: number
  readonly size_bytes: number
  readonly original_width_px: number
  readonly original_height_px: number
  readonly original_format: string
  readonly original_bytes: number
  readonly url: string | null
}

interface PairRow extends Omit<DuplicatePair, 'placement' | 'level'> {
  readonly level: DuplicatePair['level'] | null
  readonly placement: string | null
}

/** What was decided, as the log of actions has it. */
export interface ActRow {
  readonly id: number
  readonly about: string
  readonly atMs: number
}

const groupColumns = `
  g.id, g.kind, g.state, (SELECT k.id FROM image k WHERE k.seq = g.keeper_seq) AS keeperId,
  (SELECT count(*) FROM group_member m WHERE m.group_id = g.id) AS size,
  (SELECT min(i.class_id) <> max(i.class_id) FROM group_member m CROSS JOIN image i ON i.seq = m.image_seq
    WHERE m.group_id = g.id) AS isAcrossClasses`

export function groupListSql({ kind, classId }: GroupFilter): string {
  const ofKind = kind === undefined ? '' : 'AND g.kind = :kind'
  const ofClass =
    classId === undefined
      ? ''
      : `AND EXISTS (SELECT 1 FROM group_member m CROSS JOIN image i ON i.seq = m.image_seq
                      WHERE m.group_id = g.id AND i.class_id = :classId)`
  return `SELECT ${groupColumns} FROM look_group g WHERE g.state = :state ${ofKind} AND g.id > :after ${ofClass}
           ORDER BY g.id LIMIT :limit`
}

// The address is that of the candidate that brought the file.
const compared = (more: string, from: string) => `
  SELECT ${more} i.seq, i.id, i.class_id, k.label, i.width_px, i.height_px, i.title, i.is_thumbnail, i.stored_at_ms, i.size_bytes,
         i.original_width_px, i.original_height_px, i.original_format, i.original_bytes,
         (SELECT s.url FROM candidate c CROSS JOIN source s ON s.candidate_id = c.id AND s.position = c.source_index
           WHERE c.image_id = i.id AND c.state IN ('stored', 'upgraded')
           ORDER BY c.state = 'upgraded' DESC, c.updated_at_ms DESC LIMIT 1) AS url
    FROM ${from} CROSS JOIN class k ON k.id = i.class_id`

export const duplicateListSql = {
  members: `${compared('m.reasons,', 'group_member m CROSS JOIN image i ON i.seq = m.image_seq')} WHERE m.group_id = ?`,
  one: `${compared('', 'image i')} WHERE i.seq = ?`,
  pairs: `
    SELECT a.id AS a, b.id AS b, p.level, p.kind, p.distance_bits AS distanceBits, p.difference, p.placement
      FROM group_member m CROSS JOIN near_pair p ON p.seq_a = m.image_seq AND p.kind IS NOT NULL
     CROSS JOIN group_member o ON o.image_seq = p.seq_b AND o.group_id = m.group_id
     CROSS JOIN image a ON a.seq = p.seq_a CROSS JOIN image b ON b.seq = p.seq_b
     WHERE m.group_id = ?`,
  lastActs: `SELECT a.id, x.about, x.at_ms AS atMs FROM act a CROSS JOIN action x ON x.id = a.id
              WHERE a.kind = 'decide' AND a.state = 'done' ORDER BY a.id DESC LIMIT 50`,
  isMoved: `SELECT 1 FROM image WHERE id = :imageId AND state = 'stored' AND class_id = :to`,
  tombstones: `
    SELECT i.seq, i.id AS imageId, i.class_id AS classId, i.title,
           (SELECT count(*) FROM candidate c WHERE c.image_id = i.id AND c.state = 'blocked') AS candidates
      FROM image i WHERE i.state <> 'stored' AND i.state = 'removed' AND i.seq < ? ORDER BY i.seq DESC LIMIT ?`,
} as const

export function createDuplicateList(
  db: Database,
  { conflicts, asides }: { readonly conflicts: ConflictStore; readonly asides: AsideStore },
) {
  const prepareGroups = (filter: GroupFilter) =>
    db.prepare<[Record<string, unknown>], GroupRow>(groupListSql(filter))
  const ofGroups = [
    prepareGroups({}),
    prepareGroups({ kind: 'copies' }),
    prepareGroups({ classId: 1 }),
    prepareGroups({ kind: 'copies', classId: 1 }),
  ]
  const group = db.prepare<[number], GroupRow & { keeperSeq: number }>(
    `SELECT ${groupColumns}, g.keeper_seq AS keeperSeq FROM look_group g WHERE g.id = ?`,
  )
  const members = db.prepare<[number], ComparedRow & { reasons: string }>(duplicateListSql.members)
  const one = db.prepare<[number], ComparedRow>(duplicateListSql.one)
  const pairs = db.prepare<[number], PairRow>(duplicateListSql.pairs)
  const tally = db.prepare<[], { kind: string; state: string; n: number }>(
    'SELECT kind, state, n FROM review_tally',
  )
  const lastActs = db.prepare<[], ActRow>(duplicateListSql.lastActs)
  const isMoved = db.prepare<{ imageId: string; to: number }, number>(duplicateListSql.isMoved).pluck()
  const act = db.prepare<[number], ActRow>(
    `SELECT a.id, x.about, x.at_ms AS atMs FROM act a CROSS JOIN action x ON x.id = a.id
      WHERE a.id = ? AND a.kind = 'decide' AND a.state = 'done'`,
  )
  const tombstones = db.prepare<[number, number], Tombstone>(duplicateListSql.tombstones)

  const counts = (): DuplicateCounts => {
    const found = { groups: 0, bursts: 0, kept: 0, conflicts: 0 }
    for (const { kind, state, n } of tally.all()) {
      if (state === 'kept') found.kept += n
      else if (kind === 'copies') found.groups += n
      else if (kind === 'burst') found.bursts += n
      else found.conflicts += n
    }
    return found
  }

  /** What a person can still take back: what it took away, or moved, is where it was put. */
  const isUndoable = ({ id, about }: ActRow): boolean => {
    const { removed, moved } = JSON.parse(about) as { removed: number; moved?: Moved }
    if (moved) return isMoved.get({ imageId: moved.imageId, to: moved.to }) !== undefined
    return removed === 0 || asides.isAnyLeft(id)
  }

  const lastAct = (): DoneAct | null => {
    const row = lastActs.all().find(isUndoable)
    return row ? toDone(row) : null
  }

  const conflict = ({ seq, foundAtMs }: ConflictRow): LabelConflict[] => {
    const row = one.get(seq)
    return row ? [{ id: seq, image: toCompared(row), offers: conflicts.offers(seq), foundAtMs }] : []
  }

  return {
    counts,
    overview: () => ({ ...counts(), lastAct: lastAct() }),
    /** A decision that can be taken back. */
    act: (id: number) => {
      const row = act.get(id)
      return row && isUndoable(row) ? row : undefined
    },
    groups: (filter: GroupFilter, page: Page): GroupPage => {
      const [after = 0] = readCursor(page.cursor, 1) ?? []
      const limit = pageSize(page.limit)
      const { kind, classId, state = 'open' } = filter
      const statement = ofGroups[(kind === undefined ? 0 : 1) + (classId === undefined ? 0 : 2)]
      const rows = statement?.all({ after, limit, state, kind, classId }) ?? []
      const last = rows.length === limit ? rows.at(-1) : undefined
      return { groups: rows.map(toGroup), cursor: last ? writeCursor(last.id) : null }
    },
    group: (groupId: number): (GroupDetail & { readonly keeperSeq: number }) | undefined => {
      const row = group.get(groupId)
      if (!row) return undefined
      const all = members.all(groupId).map(({ reasons, ...member }) => ({
        ...toCompared(member),
        reasons: JSON.parse(reasons) as string[],
      }))
      const isKeeper = ({ id }: ComparedImage) => id === row.keeperId
      all.sort((a, b) => Number(isKeeper(b)) - Number(isKeeper(a)))
      const { keeperSeq } = row
      return { ...toGroup(row), members: all, pairs: pairs.all(groupId).map(toPair), keeperSeq }
    },
    conflicts: (page: Page): ConflictPage => {
      const [after = 0] = readCursor(page.cursor, 1) ?? []
      const limit = pageSize(page.limit)
      const rows = conflicts.page(after, limit)
      const last = rows.length === limit ? rows.at(-1) : undefined
      return { conflicts: rows.flatMap(conflict), cursor: last ? writeCursor(last.seq) : null }
    },
    tombstones: (page: Page): TombstonePage => {
      const [before = Number.MAX_SAFE_INTEGER] = readCursor(page.cursor, 1) ?? []
      const limit = pageSize(page.limit)
      const rows = tombstones.all(before, limit)
      const last = rows.length === limit ? rows.at(-1) : undefined
      return { tombstones: rows, cursor: last ? writeCursor(last.seq) : null }
    },
  }
}

export function toDone({ id, about, atMs }: ActRow): DoneAct {
  const { act, removed } = JSON.parse(about) as { act: DuplicateAct; removed: number }
  return { id, act, removed, atMs }
}

const toGroup = ({ id, kind, state, size, keeperId, isAcrossClasses }: GroupRow): GroupSummary => ({
  ...{ id, kind, state, size, keeperId },
  isAcrossClasses: isAcrossClasses === 1,
})

const toPair = ({ placement, level, ...pair }: PairRow): DuplicatePair => ({
  ...pair,
  level: level ?? 'look',
  placement: placement === null ? null : (JSON.parse(placement) as number[]),
})

function toCompared(row: ComparedRow): ComparedImage {
  return {
    id: row.id,
    classId: row.class_id,
    classLabel: row.label,
    width: row.width_px,
    height: row.height_px,
    title: row.title,
    isThumbnail: row.is_thumbnail === 1,
    storedAtMs: row.stored_at_ms,
    sizeBytes: row.size_bytes,
    original: {
      width: row.original_width_px,
      height: row.original_height_px,
      format: row.original_format,
      sizeBytes: row.original_bytes,
    },
    host: parseHttpUrl(row.url)?.host ?? null,
  }
}
