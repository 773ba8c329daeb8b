/** The log of acts: all SQL about the tables `act` and `act_request`. */
import type { ActKind, ActState } from '@gleaner/shared/acts'
import { AppError } from '@gleaner/shared/errors'
import type { ActionKind, ActionStore } from '../actions.ts'
import type { Database } from '../database.ts'
import { packSeqs, unpackSeqs } from './selection.ts'

/** A class as an act found it, or left it: only what the act is about. */
export interface ClassPart {
  readonly label?: string
  readonly color?: string | null
  readonly goal?: number | null
  readonly description?: string
  readonly synonyms?: readonly string[]
  readonly parentId?: number | null
  readonly isDeleted?: boolean
}

export interface ClassChange {
  readonly classId: number
  readonly before: ClassPart
  readonly after: ClassPart
}

/** What an act is about, with the names that things had: classes may be called something else by now. */
export interface About {
  readonly act: string
  /** Labels of classes that pictures came from; two are enough to say that there are several. */
  readonly from?: readonly string[]
  /** Label of the class they went to, or that was changed. */
  readonly to?: string
  readonly label?: string
  readonly mark?: string
  /** Numbers of classes: pictures are taken from the first, or go to the second. */
  readonly classId?: number
  readonly intoClassId?: number
  /** Made, or brought back, for the pictures that went there. */
  readonly madeClassId?: number
  readonly classes?: readonly ClassChange[]
  /** Of a decision. */
  readonly removed?: number
  /** Of what was done to splits: how many pictures, and where they went. */
  readonly pictures?: number
  readonly split?: string
}

export interface ActRow {
  readonly id: number
  readonly kind: ActKind
  readonly state: ActState
  readonly who: string
  readonly actionId: number
  readonly atMs: number
  readonly about: string
  readonly position: number
  readonly total: number
  readonly done: number
  readonly skipped: number
  readonly changed: number
  readonly isCancelled: 0 | 1
  readonly code: string | null
}

/** Numbers of pictures kept together. */
const partSeqs = 10_000

/** To the table, a class that is made is one about which it is said that it is there. */
const kind = `iif(a.kind = 'describe-class' AND x.about ->> '$.act' = 'create-class', 'create-class', a.kind) AS kind`

const columns = `a.id, ${kind}, a.state, a.who, a.action_id AS actionId, x.at_ms AS atMs, x.about, a.position, a.total,
  a.done, a.skipped, a.changed, a.is_cancelled AS isCancelled, a.code`
const acts = `SELECT ${columns} FROM act a CROSS JOIN action x ON x.id = a.id`

/** Something of what it did is still there to be taken back. Of decisions their own store knows. */
const hasChange = (isApplied: 0 | 1) => `(
  a.kind IN ('rename-class', 'merge-class', 'delete-class', 'describe-class', 'decide')
  OR EXISTS (SELECT 1 FROM act_change c WHERE c.act_id = a.id AND c.is_applied = ${isApplied}))`
const leavesSomething = hasChange(1)
const undoneSomething = hasChange(0)

export const actSql = {
  page: `${acts} WHERE a.id < ? ORDER BY a.id DESC LIMIT ?`,
  standing: `${acts} WHERE a.id < ? AND a.state IN ('done', 'cancelled', 'failed') AND ${leavesSomething}
              ORDER BY a.id DESC LIMIT 20`,
  toRedo: `${acts} WHERE a.redo_no IS NOT NULL AND ${undoneSomething} ORDER BY a.redo_no DESC LIMIT 1`,
} as const

/** @param actions - logs what lets candidates leave an outcome */
export function createActLog(db: Database, actions: Pick<ActionStore, 'begin' | 'describe'>) {
  const insert = db.prepare(
    `INSERT INTO act (id, kind, state, who, action_id, total) VALUES (:id, :kind, :state, :who, :id, :total)`,
  )
  const find = db.prepare<[number], ActRow>(`${acts} WHERE a.id = ?`)
  const addPart = db.prepare<[number, number, Buffer]>(
    'INSERT INTO act_selection (act_id, start, seqs) VALUES (?, ?, ?)',
  )
  const partAt = db.prepare<[number, number], { start: number; seqs: Buffer }>(
    'SELECT start, seqs FROM act_selection WHERE act_id = ? AND start <= ? ORDER BY start DESC LIMIT 1',
  )
  const forgetParts = db.prepare<[number]>('DELETE FROM act_selection WHERE act_id = ?')
  const page = db.prepare<[number, number], ActRow>(actSql.page)
  const standing = db.prepare<[number], ActRow>(actSql.standing)
  const toRedo = db.prepare<[], ActRow>(actSql.toRedo)
  const underWay = db.prepare<[], ActRow>(
    `${acts} WHERE a.state IN ('running', 'undoing', 'redoing') ORDER BY a.id`,
  )
  const isStanding = db
    .prepare<[number], number>(
      `SELECT 1 FROM act a WHERE a.id = ? AND a.state IN ('done', 'cancelled', 'failed') AND ${leavesSomething}`,
    )
    .pluck()
  const mayRedo = db
    .prepare<[number], number>(
      `SELECT 1 FROM act a WHERE a.id = ? AND a.redo_no IS NOT NULL AND ${undoneSomething}`,
    )
    .pluck()
  const forgetRedoOf = db.prepare<[number]>('UPDATE act SET redo_no = NULL WHERE id = ?')
  const forgetRedo = db.prepare('UPDATE act SET redo_no = NULL WHERE redo_no IS NOT NULL')
  const step = db.prepare(
    `UPDATE act SET state = :state, action_id = :actionId, position = 0, total = :total, done = 0, skipped = 0,
                    is_cancelled = 0, code = NULL, redo_no = NULL WHERE id = :id`,
  )
  const advance = db.prepare(
    `UPDATE act SET position = :position, done = done + :done, skipped = skipped + :skipped WHERE id = :id`,
  )
  const finish = db.prepare(
    `UPDATE act SET state = :state, code = :code, is_cancelled = 0, changed = iif(:isFirst, done, changed),
                    redo_no = iif(:state = 'undone' AND NOT EXISTS (SELECT 1 FROM act o WHERE o.id > act.action_id),
                                  action_id, NULL)
      WHERE id = :id`,
  )
  const extend = db.prepare<[number, number]>('UPDATE act SET total = total + ? WHERE id = ?')
  const cancel = db.prepare<[number]>(
    `UPDATE act SET is_cancelled = 1 WHERE id = ? AND state IN ('running', 'undoing', 'redoing')`,
  )
  const isCancelled = db.prepare<[number], number>('SELECT is_cancelled FROM act WHERE id = ?').pluck()
  const request = db.prepare<[string], { bodyDigest: string; actId: number }>(
    'SELECT body_digest AS bodyDigest, act_id AS actId FROM act_request WHERE key = ?',
  )
  const addRequest = db.prepare<[string, string, number]>(
    'INSERT INTO act_request (key, body_digest, act_id) VALUES (?, ?, ?)',
  )

  const known = (id: number): ActRow => {
    const row = find.get(id)
    if (!row) throw new AppError('PROTOCOL_NOT_FOUND', { actId: id })
    return row
  }
  const log = (kind: ActionKind, about: About | { readonly actId: number }): number => {
    const id = actions.begin(kind, about)
    if (id === null) throw new AppError('PROTOCOL_INTERNAL', { action: kind })
    return id
  }

  const addParts = (id: number, seqs: readonly number[], from: number): void => {
    for (let at = 0; at < seqs.length; at += partSeqs) {
      addPart.run(id, from + at, packSeqs(seqs.slice(at, at + partSeqs)))
    }
  }

  return {
    /** @throws AppError `PROTOCOL_NOT_FOUND` */
    known,
    find: (id: number) => find.get(id),
    aboutOf: ({ about }: Pick<ActRow, 'about'>) => JSON.parse(about) as About,
    describe: (id: number, about: About) => actions.describe(id, about),
    /** Numbers of pictures from a position on; there may be more after the last of them. */
    selectionAt: (id: number, position: number, limit: number): number[] => {
      const part = partAt.get(id, position)
      return part ? unpackSeqs(part.seqs, position - part.start, limit) : []
    },
    page: (before: number, limit: number) => page.all(before, limit),
    /** The latest of those that could be undone. */
    standing: (wanted: (row: ActRow) => boolean): ActRow | undefined => {
      let rows = standing.all(Number.MAX_SAFE_INTEGER)
      for (;;) {
        const found = rows.find(wanted)
        const last = rows.at(-1)
        if (found || !last) return found
        rows = standing.all(last.id)
      }
    },
    /** The one that was undone last. */
    toRedo: (): ActRow | undefined => toRedo.get(),
    isStanding: (id: number) => isStanding.get(id) !== undefined,
    mayRedo: (id: number) => mayRedo.get(id) !== undefined,
    underWay: () => underWay.all(),
    /**
     * Logs an act; what was undone before cannot be redone any more. Inside a transaction.
     *
     * @param logged - the action, when that was logged already
     * @returns its number
     */
    begin: (act: {
      readonly kind: ActKind
      readonly state: ActState
      readonly who: string
      readonly action: ActionKind
      readonly about: About
      /** Numbers of the pictures it is about. */
      readonly seqs?: readonly number[]
    }): number => {
      forgetRedo.run()
      const { state, who, seqs = [] } = act
      const kind = act.kind === 'create-class' ? 'describe-class' : act.kind
      const id = log(act.action, act.about)
      insert.run({ id, kind, state, who, total: seqs.length })
      addParts(id, seqs, 0)
      return id
    },
    /** Logs a decision that is done already, by the action it is. Inside a transaction. */
    decided: (id: number, who: string): void => {
      forgetRedo.run()
      insert.run({ id, kind: 'decide', state: 'done', who, total: 0 })
    },
    /** Begins to undo or redo. Inside a transaction. @returns the number of the action that does it */
    step: (id: number, state: 'undoing' | 'redoing', action: ActionKind, total: number): number => {
      const actionId = log(action, { actId: id })
      step.run({ id, state, actionId, total })
      return actionId
    },
    advance: (id: number, to: { position: number; done: number; skipped: number }): void =>
      void advance.run({ id, ...to }),
    /** More pictures it is about. */
    extend: (id: number, seqs: readonly number[]): void => {
      addParts(id, seqs, known(id).total)
      extend.run(seqs.length, id)
    },
    finish: (id: number, state: ActState, isFirst: boolean, code: string | null = null): void => {
      finish.run({ id, state, code, isFirst: isFirst ? 1 : 0 })
      if (isFirst) forgetParts.run(id)
    },
    /** A decision was taken back, or made again. */
    setState: (id: number, state: 'done' | 'undone', actionId: number): void => {
      step.run({ id, state, actionId, total: 0 })
      finish.run({ id, state, code: null, isFirst: 0 })
    },
    /** It cannot be redone any more. */
    forgetRedo: (id: number) => void forgetRedoOf.run(id),
    cancel: (id: number) => cancel.run(id).changes > 0,
    isCancelled: (id: number) => isCancelled.get(id) === 1,
    request: (key: string) => request.get(key),
    addRequest: (key: string, bodyDigest: string, actId: number): void =>
      void addRequest.run(key, bodyDigest, actId),
  }
}
export type ActLog = ReturnType<typeof createActLog>
