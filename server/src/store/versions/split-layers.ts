/** All SQL that changes splits: layers of places, which count all at once, and groups that a person chose. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChosenGroup, SplitPlan } from '@gleaner/shared/splits'
import { nameOf } from '../../splits/codes.ts'
import type { ActionStore } from '../actions.ts'
import type { ActLog } from '../acts/act-log.ts'
import type { Database } from '../database.ts'
import type { Failpoint } from '../failpoints.ts'
import { closedError } from '../group-commit.ts'
import type { DatasetParts } from '../parts.ts'
import { inPassingTransaction, inTransaction } from '../transaction.ts'
import type { Changes } from './tasks.ts'

/** What a person did to splits, as the log has it. */
export interface AboutSplits {
  readonly act:
    | 'assign-splits'
    | 'rebalance-splits'
    | 'pin-splits'
    | 'unpin-splits'
    | 'keep-together'
    | 'let-apart'
  readonly layerId?: number
  readonly groupId?: number
  /** Pictures it changed. */
  readonly pictures: number
  readonly split?: string
  readonly label?: string
}

const ofSplits: ReadonlySet<string> = new Set<AboutSplits['act']>([
  'assign-splits',
  'rebalance-splits',
  'pin-splits',
  'unpin-splits',
  'keep-together',
  'let-apart',
])

/** Rows written at once; they are made durable all together, when they are to count. */
const sliceRows = 1_000
/** For how long a slice may keep others waiting. */
const sliceMs = 6

export interface LayerParts {
  readonly db: Database
  readonly actions: Pick<ActionStore, 'begin' | 'describe'>
  readonly actLog: ActLog
  readonly log: Pick<DatasetParts['log'], 'room'>
  readonly failpoint: Failpoint
}

export function createSplitLayers({ db, actions, actLog, log: indexLog, failpoint }: LayerParts) {
  const newLayer = db
    .prepare<[string | null], number>('INSERT INTO split_layer (plan) VALUES (?) RETURNING id')
    .pluck()
  const addPlace = db.prepare<[number, string | null, number, number]>(
    `INSERT INTO split_place (layer_id, image_id, split, is_pinned) SELECT ?, id, ?, ? FROM image WHERE seq = ?
     ON CONFLICT DO NOTHING`,
  )
  const enforce = db.prepare<[number, number]>(
    'UPDATE split_layer SET is_in_force = 1, action_id = ? WHERE id = ?',
  )
  const setForce = db.prepare<[0 | 1, number]>('UPDATE split_layer SET is_in_force = ? WHERE id = ?')
  const isLayerIn = db.prepare<[number], 0 | 1>('SELECT is_in_force FROM split_layer WHERE id = ?').pluck()
  const unfinished = db
    .prepare<[], number>('SELECT id FROM split_layer WHERE action_id IS NULL AND id <> 0')
    .pluck()
  const dropPlaces = db.prepare<{ layer: number; rows: number }>(
    `DELETE FROM split_place WHERE layer_id = :layer
        AND image_id IN (SELECT image_id FROM split_place WHERE layer_id = :layer ORDER BY image_id LIMIT :rows)`,
  )
  const dropLayer = db.prepare<[number]>('DELETE FROM split_layer WHERE id = ?')
  const addGroup = db
    .prepare<[string, number], number>(
      'INSERT INTO chosen_group (name, action_id) VALUES (?, ?) RETURNING id',
    )
    .pluck()
  const addMember = db.prepare<[number, string]>(
    'INSERT INTO chosen_member (group_id, image_id) VALUES (?, ?)',
  )
  const setGroup = db.prepare<[0 | 1, number]>('UPDATE chosen_group SET is_in_force = ? WHERE id = ?')
  const groups = db.prepare<[], { id: number; name: string; imageIds: string }>(
    `SELECT g.id, g.name, (SELECT json_group_array(m.image_id) FROM chosen_member m WHERE m.group_id = g.id) AS imageIds
       FROM chosen_group g WHERE g.is_in_force = 1 ORDER BY g.id`,
  )
  const groupIn = db
    .prepare<[number], string>('SELECT name FROM chosen_group WHERE id = ? AND is_in_force = 1')
    .pluck()
  const isGroupIn = db.prepare<[number], 0 | 1>('SELECT is_in_force FROM chosen_group WHERE id = ?').pluck()
  const setUndone = db.prepare<[number | null, number]>('UPDATE action SET undone_by = ? WHERE id = ?')

  /** Inside a transaction. @returns the number of the act */
  const log = (about: AboutSplits, by: string): number => {
    const id = actions.begin('decide', about)
    if (id === null) throw closedError()
    actLog.decided(id, by)
    return id
  }

  const writePlaces = async (layer: number, { seqs, split, isPinned }: Changes): Promise<void> => {
    for (let start = 0; start < seqs.length; ) {
      if (!db.open) throw closedError()
      const beganMs = performance.now()
      inPassingTransaction(db, () => {
        const most = Math.min(seqs.length, start + sliceRows)
        for (; start < most && performance.now() - beganMs < sliceMs; start += 1) {
          addPlace.run(layer, nameOf(split[start] ?? 0), isPinned[start] ?? 0, seqs[start] ?? 0)
        }
      })
      failpoint('splits:slice')
      await (indexLog.room() ?? nextTurn())
    }
  }

  const aboutOf = (actId: number): AboutSplits | undefined => {
    const row = actLog.find(actId)
    const about = row?.kind === 'decide' ? (JSON.parse(row.about) as AboutSplits) : undefined
    return about && ofSplits.has(about.act) ? about : undefined
  }

  /** Whether what an act did is in force. */
  const isStanding = ({ act, layerId, groupId }: AboutSplits): boolean => {
    if (layerId !== undefined) return isLayerIn.get(layerId) === 1
    return groupId !== undefined && isGroupIn.get(groupId) === (act === 'keep-together' ? 1 : 0)
  }

  const setStanding = ({ act, layerId, groupId }: AboutSplits, isStandingNow: boolean): void => {
    if (layerId !== undefined) setForce.run(isStandingNow ? 1 : 0, layerId)
    if (groupId !== undefined) setGroup.run((act === 'keep-together') === isStandingNow ? 1 : 0, groupId)
  }

  return {
    /**
     * Writes places beside everything else, then lets all of them count in one commit.
     *
     * @param plan - by which they were assigned; `null` for pins
     */
    put: async (
      changes: Changes,
      plan: SplitPlan | null,
      about: Omit<AboutSplits, 'layerId' | 'pictures'>,
      by: string,
    ): Promise<void> => {
      const layer = inTransaction(db, () => newLayer.get(plan === null ? null : JSON.stringify(plan)))
      if (layer === undefined) throw closedError()
      await writePlaces(layer, changes)
      if (!db.open) throw closedError()
      inTransaction(db, () => {
        enforce.run(log({ ...about, layerId: layer, pictures: changes.seqs.length }, by), layer)
        failpoint('splits:before-commit')
      })
      failpoint('splits:after-commit')
    },
    /** Takes away what a process that was killed had begun to write. */
    dropUnfinished: async (): Promise<void> => {
      for (const layer of unfinished.all()) {
        while (inPassingTransaction(db, () => dropPlaces.run({ layer, rows: sliceRows })).changes > 0) {
          await nextTurn()
        }
        inTransaction(db, () => dropLayer.run(layer))
      }
    },
    groups: (): ChosenGroup[] =>
      groups
        .all()
        .map(({ imageIds, ...group }) => ({ ...group, imageIds: JSON.parse(imageIds) as string[] })),
    keepTogether: (name: string, imageIds: readonly string[], by: string): ChosenGroup =>
      inTransaction(db, () => {
        const about: AboutSplits = { act: 'keep-together', pictures: imageIds.length, label: name }
        const act = log(about, by)
        const id = addGroup.get(name, act)
        if (id === undefined) throw closedError()
        for (const imageId of imageIds) addMember.run(id, imageId)
        actions.describe(act, { ...about, groupId: id })
        return { id, name, imageIds: [...imageIds].sort() }
      }),
    groupName: (groupId: number) => groupIn.get(groupId),
    letApart: (groupId: number, label: string, by: string): void =>
      inTransaction(db, () => {
        setGroup.run(0, groupId)
        log({ act: 'let-apart', groupId, pictures: 0, label }, by)
      }),
    /** Acts about splits know themselves how they are taken back: by what counts, and what does not. */
    decisions: {
      isMine: (actId: number) => aboutOf(actId) !== undefined,
      isUndoable: (actId: number) => {
        const about = aboutOf(actId)
        return about !== undefined && isStanding(about)
      },
      undo: (actId: number, commit: () => void): void => {
        const about = aboutOf(actId)
        if (!about) return
        inTransaction(db, () => {
          setStanding(about, false)
          const action = actions.begin('take_back', { actId })
          if (action === null) throw closedError()
          setUndone.run(action, actId)
          actLog.setState(actId, 'undone', action)
          commit()
        })
      },
      redo: (actId: number, commit: () => void): void => {
        const about = aboutOf(actId)
        if (!about) return
        inTransaction(db, () => {
          setStanding(about, true)
          setUndone.run(null, actId)
          actLog.setState(actId, 'done', actId)
          commit()
        })
      },
    },
  }
}
export type SplitLayers = ReturnType<typeof createSplitLayers>
