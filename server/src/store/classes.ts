/** All SQL about the table `class` and the counters. */
import type { ClassSummary } from '@gleaner/shared/dataset'
import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import type { CandidateState, StateCounts } from '@gleaner/shared/outcome'
import { noCounts } from '@gleaner/shared/outcome'
import { folderSlug } from '@gleaner/shared/slug'
import { cleanText } from '@gleaner/shared/text'
import type { Database } from './database.ts'
import type { ClassRef, Clock } from './types.ts'

interface ClassRow {
  readonly id: number
  readonly label: string
  readonly folder: string
  readonly images: number
  readonly goal: number | null
  readonly color: string | null
  readonly description: string
  readonly synonyms: string
  readonly parentId: number | null
}

interface TallyRow {
  readonly class_id: number
  readonly state: CandidateState
  readonly code: string
  readonly n: number
}

export function createClassStore(db: Database, now: Clock) {
  const byLabel = db.prepare<[string], ClassRef>('SELECT id, label, folder FROM class WHERE label = ?')
  const byId = db.prepare<[number], ClassRef>('SELECT id, label, folder FROM class WHERE id = ?')
  const folders = db
    .prepare<[], string>(
      'SELECT folder FROM class UNION SELECT next_folder FROM class WHERE next_folder IS NOT NULL',
    )
    .pluck()
  const bringBack = db.prepare<[number]>('UPDATE class SET is_deleted = 0 WHERE id = ? AND is_deleted = 1')
  const insert = db.prepare<[string, string, number, number], ClassRef>(
    `INSERT INTO class (label, folder, created_at_ms, last_used_at_ms) VALUES (?, ?, ?, ?)
     RETURNING id, label, folder`,
  )
  const touch = db.prepare<[number, number]>('UPDATE class SET last_used_at_ms = ? WHERE id = ?')
  const setGoal = db.prepare<[number | null, number]>('UPDATE class SET goal = ? WHERE id = ?')
  const all = db.prepare<[], ClassRow>(
    `SELECT id, label, folder, images, goal, color, description, synonyms, parent_id AS parentId
       FROM class WHERE is_deleted = 0 ORDER BY last_used_at_ms DESC, id DESC`,
  )
  const tally = db.prepare<[], TallyRow>('SELECT class_id, state, code, n FROM tally')

  const ensure = (label: string): ClassRef => {
    const clean = cleanText(label.normalize('NFC'), limits.classChars)
    if (!clean) throw new AppError('CLASS_NAME_INVALID')
    const found = byLabel.get(clean)
    if (found) {
      bringBack.run(found.id)
      return found
    }
    const nowMs = now()
    const made = insert.get(clean, folderSlug(clean, new Set(folders.all())), nowMs, nowMs)
    if (!made) throw new AppError('STORE_DAMAGED', { table: 'class' })
    return made
  }

  const counts = (): StateCounts => {
    const sum = noCounts()
    for (const { state, n } of tally.all()) sum[state] += n
    return sum
  }

  const summaries = (): ClassSummary[] => {
    const byClass = new Map<number, StateCounts>()
    for (const { class_id: id, state, n } of tally.all()) {
      const sum = byClass.get(id) ?? noCounts()
      sum[state] += n
      byClass.set(id, sum)
    }
    return all.all().map(row => ({
      ...row,
      synonyms: JSON.parse(row.synonyms) as string[],
      counts: byClass.get(row.id) ?? noCounts(),
    }))
  }

  const reasons = (classId?: number) => {
    const sums = new Map<string, { state: CandidateState; code: string | null; count: number }>()
    for (const { class_id: id, state, code, n } of tally.all()) {
      if (classId !== undefined && id !== classId) continue
      const key = `${state} ${code}`
      const sum = sums.get(key) ?? { state, code: code || null, count: 0 }
      sum.count += n
      sums.set(key, sum)
    }
    return { reasons: [...sums.values()].sort((a, b) => b.count - a.count) }
  }

  return {
    ensure,
    byId: (id: number) => byId.get(id),
    touch: (id: number) => void touch.run(now(), id),
    setGoal: (id: number, goal: number | null) => {
      if (setGoal.run(goal, id).changes === 0) throw new AppError('PROTOCOL_NOT_FOUND', { classId: id })
    },
    counts,
    summaries,
    reasons,
    /** Counts everything anew, should the counters ever have come apart from what they count. */
    recount: () => void db.exec(recount),
  }
}
const recount = `
  DELETE FROM tally;
  INSERT INTO tally SELECT class_id, state, coalesce(code, ''), count(*) FROM candidate GROUP BY 1, 2, 3;
  DELETE FROM host;
  INSERT INTO host SELECT host, count(*) FROM candidate WHERE state = 'queued' GROUP BY host;
  UPDATE class SET images = (SELECT count(*) FROM image i WHERE i.class_id = class.id AND i.state = 'stored');
  UPDATE review_tally SET n = CASE kind WHEN 'conflict' THEN iif(state = 'open', (SELECT count(*) FROM label_conflict), 0)
    ELSE (SELECT count(*) FROM look_group g WHERE g.kind = review_tally.kind AND g.state = review_tally.state) END;`

export type ClassStore = ReturnType<typeof createClassStore>
