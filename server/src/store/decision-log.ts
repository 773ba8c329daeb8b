/** What was decided about copies, as acts of the log, and copies that are said to be none. */
import type { ConflictDecision, DoneAct, DuplicateAct, GroupDecision } from '@gleaner/shared/duplicates'
import { AppError } from '@gleaner/shared/errors'
import type { EarlierGroup } from './groups.ts'
import type { Moved } from './moves.ts'
import type { DatasetParts } from './parts.ts'
import type { ImageId } from './types.ts'

/** Who decides, unless somebody else says so. */
export const dashboard = 'dashboard'

export interface Deciding {
  readonly by: string
  /** The act that is done once more. */
  readonly again?: number
  /** Called in the transaction of the decision. */
  readonly commit?: () => void
}

/** What a decision was made about, as it was asked for. */
type Asked =
  | { readonly about: 'group'; readonly groupId: number; readonly decision: GroupDecision }
  | { readonly about: 'conflict'; readonly conflictId: number; readonly decision: ConflictDecision }
  | { readonly about: 'candidate'; readonly candidateId: number }

interface AboutDecision {
  readonly act: DuplicateAct
  readonly moved?: Moved
  readonly groups?: readonly EarlierGroup[]
  readonly groupId?: number
  readonly conflictId?: number
  readonly classId?: number
  readonly candidateId?: number
  readonly imageId?: string
  readonly keepIds?: string[]
  readonly memberIds?: string[]
}

export function createDecisionLog({ db, actions, actLog, judgements, images }: DatasetParts) {
  const atMs = db.prepare<[number], number>('SELECT at_ms FROM action WHERE id = ?').pluck()
  const mark = db.prepare<[number | null, number]>('UPDATE action SET undone_by = ? WHERE id = ?')
  // The same bytes or pixels are a copy beyond doubt.
  const copy = db.prepare<[number], { imageId: ImageId; digest: string | null; pixelDigest: string | null }>(
    `SELECT c.image_id AS imageId, json_extract(c.facts, '$.digest') AS digest,
            json_extract(c.facts, '$.pixelDigest') AS pixelDigest
       FROM candidate c WHERE c.id = ? AND c.state = 'duplicate' AND c.code IN ('DUPLICATE_LOOK', 'DUPLICATE_OTHER_CLASS')
        AND coalesce(json_extract(c.facts, '$.level'), 'look') = 'look'`,
  )

  const logged = (about: object, { by, again }: Deciding): number => {
    if (again !== undefined) {
      actions.describe(again, about)
      mark.run(null, again)
      actLog.setState(again, 'done', again)
      return again
    }
    const id = actions.begin('decide', about)
    if (id === null) throw new AppError('PROTOCOL_INTERNAL', { about: JSON.stringify(about) })
    actLog.decided(id, by)
    return id
  }

  const askedOf = (about: AboutDecision): Asked | undefined => {
    const { act, groupId, conflictId, classId, candidateId, imageId, keepIds, memberIds } = about
    if (candidateId !== undefined) return { about: 'candidate', candidateId }
    if (conflictId !== undefined) {
      if (act === 'remove') return { about: 'conflict', conflictId, decision: { act } }
      return classId === undefined
        ? undefined
        : { about: 'conflict', conflictId, decision: { act: 'file', classId } }
    }
    if (groupId === undefined || !memberIds) return undefined
    if (act === 'keep') return keepIds && { about: 'group', groupId, decision: { act, keepIds, memberIds } }
    if (act === 'keep-all' || act === 'burst')
      return { about: 'group', groupId, decision: { act, memberIds } }
    if (act !== 'not-duplicates') return undefined
    return { about: 'group', groupId, decision: { act, memberIds, ...(imageId && { imageId }) } }
  }

  return {
    begin: (act: DuplicateAct, about: object, how: Deciding): DoneAct => {
      const removed = 'removed' in about && typeof about.removed === 'number' ? about.removed : 0
      const id = logged({ ...about, act }, how)
      how.commit?.()
      return { id, act, removed, atMs: atMs.get(id) ?? 0 }
    },
    aboutOf: ({ about }: { readonly about: string }) => JSON.parse(about) as AboutDecision,
    /** What is to be asked for once more; nothing where that was not written down. */
    askedOf: (actId: number): Asked | undefined => {
      const row = actLog.find(actId)
      return row && askedOf(JSON.parse(row.about) as AboutDecision)
    },
    takeBack: (actId: number): number => {
      const action = actions.begin('take_back', { actId })
      if (action === null) throw new AppError('PROTOCOL_INTERNAL', { actId })
      mark.run(action, actId)
      actLog.setState(actId, 'undone', action)
      return action
    },
    notCopy: (candidateId: number, log: () => DoneAct): DoneAct => {
      const found = copy.get(candidateId)
      if (!found?.digest) throw new AppError('PROTOCOL_NOT_FOUND', { candidateId })
      const act = log()
      judgements.judge('apart', [found.imageId, found.digest.slice(0, 20)], act.id)
      images.forgetCopy(found.digest, found.pixelDigest)
      actions.requeueCopy(candidateId, act.id)
      return act
    },
  }
}
