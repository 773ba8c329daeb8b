/** What a person said about pictures that look alike: all SQL about the tables `judgement`, `judged` and `chosen_keeper`. */
import type { Database } from './database.ts'

export type Verdict = 'apart' | 'together' | 'burst'

/**
 * Whether a person said so of two pictures, in SQL. By their ids, which hold when a picture is drawn or collected again.
 *
 * @param one - an expression for the id of one of them
 */
export const isJudged = (verdict: Verdict, one: string, other: string) => `EXISTS (
  SELECT 1 FROM judged x
   CROSS JOIN judged y ON y.image_id = ${other} AND y.judgement_id = x.judgement_id
   CROSS JOIN judgement j ON j.id = x.judgement_id AND j.verdict = '${verdict}'
                         AND (j.pivot_id IS NULL OR j.pivot_id = x.image_id OR j.pivot_id = y.image_id)
   WHERE x.image_id = ${one})`

export const judgementSql = {
  isApart: `SELECT ${isJudged('apart', ':one', ':other')}`,
  // One that covers every picture of a group; what joins the group later has not been spoken of.
  isKept: `
    SELECT 1 FROM judged x CROSS JOIN judgement j ON j.id = x.judgement_id AND j.verdict = :verdict AND j.pivot_id IS NULL
     WHERE x.image_id = (SELECT value FROM json_each(:ids) LIMIT 1)
       AND NOT EXISTS (SELECT 1 FROM json_each(:ids) named
                        WHERE NOT EXISTS (SELECT 1 FROM judged y
                                           WHERE y.image_id = named.value AND y.judgement_id = x.judgement_id))
     LIMIT 1`,
} as const

export function createJudgementStore(db: Database) {
  const begin = db
    .prepare<[Verdict, string | null, number], number>(
      'INSERT INTO judgement (verdict, pivot_id, action_id) VALUES (?, ?, ?) RETURNING id',
    )
    .pluck()
  const say = db.prepare<{ judgement: number; ids: string }>(
    `INSERT INTO judged (image_id, judgement_id) SELECT value, :judgement FROM json_each(:ids) WHERE 1
     ON CONFLICT DO NOTHING`,
  )
  const isApart = db.prepare<{ one: string; other: string }, number>(judgementSql.isApart).pluck()
  const isKept = db.prepare<{ ids: string; verdict: Verdict }, number>(judgementSql.isKept).pluck()
  const choose = db.prepare<[string, number]>(
    'INSERT INTO chosen_keeper (image_id, action_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const takeBack = db.prepare<[number]>('DELETE FROM judgement WHERE action_id = ?')
  const takeBackSaid = db.prepare<[number]>(
    'DELETE FROM judged WHERE judgement_id IN (SELECT id FROM judgement WHERE action_id = ?)',
  )
  const unchoose = db.prepare<[number]>('DELETE FROM chosen_keeper WHERE action_id = ?')

  return {
    /** @param pivotId - when only pairs with this one are spoken of */
    judge: (verdict: Verdict, imageIds: readonly string[], action: number, pivotId: string | null = null) => {
      const judgement = begin.get(verdict, pivotId, action)
      if (judgement !== undefined) say.run({ judgement, ids: JSON.stringify(imageIds) })
    },
    isApart: (one: string, other: string) => isApart.get({ one, other }) === 1,
    /** Whether a person said of all of them, together, that they stay as they are. */
    isKept: (imageIds: readonly string[], verdict: Verdict) =>
      isKept.get({ ids: JSON.stringify(imageIds), verdict }) !== undefined,
    choose: (imageId: string, action: number) => void choose.run(imageId, action),
    /** Forgets what was said with an action. */
    takeBack: (action: number) => {
      takeBackSaid.run(action)
      takeBack.run(action)
      unchoose.run(action)
    },
  }
}
export type JudgementStore = ReturnType<typeof createJudgementStore>
