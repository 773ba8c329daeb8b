/** Copies of held pictures: what a person decides about groups, conflicts and tombstones. */
import type { ConflictDecision, DoneAct, GroupDecision } from '@gleaner/shared/duplicates'
import { AppError, isAppError } from '@gleaner/shared/errors'
import { createAsideFiles } from './aside-files.ts'
import { createComeBack } from './come-back.ts'
import { createConflictDecisions } from './conflict-decisions.ts'
import { createConflictStore } from './conflicts.ts'
import { createDecisionLog, type Deciding, dashboard } from './decision-log.ts'
import { createDuplicateList, toDone } from './duplicate-list.ts'
import type { Duplicates } from './duplicate-types.ts'
import { createGroupStore } from './groups.ts'
import type { HeldImage } from './images.ts'
import { createMoves } from './moves.ts'
import type { DatasetParts } from './parts.ts'
import type { Remover } from './removal.ts'
import { inPassingTransaction, inTransaction } from './transaction.ts'
import type { ImageId } from './types.ts'

export interface DuplicatesOptions {
  readonly tidy: Remover['tidy']
  readonly requeueImage: Remover['requeueImage']
}

export function createDuplicates(parts: DatasetParts, { tidy, requeueImage }: DuplicatesOptions) {
  const { db, now, images, actions, judgements, asides, locked } = parts
  const conflicts = createConflictStore(db)
  const list = createDuplicateList(db, { conflicts, asides })
  const groups = createGroupStore(db, images.fingerprints, judgements)
  const files = createAsideFiles(parts)
  const moves = createMoves(db)
  const acts = createDecisionLog(parts)
  const comeBack = createComeBack(parts)
  const setKept = db.prepare<[number]>(`UPDATE look_group SET state = 'kept' WHERE id = ?`)

  /** @throws AppError `PROTOCOL_NOT_FOUND`, `DUPLICATES_CHANGED` unless the group is what the person saw */
  const seen = (groupId: number, memberIds: readonly string[]) => {
    const group = list.group(groupId)
    if (!group) throw new AppError('PROTOCOL_NOT_FOUND', { groupId })
    const held = new Set(group.members.map(({ id }) => id))
    if (held.size !== memberIds.length || !memberIds.every(id => held.has(id))) {
      throw new AppError('DUPLICATES_CHANGED', { groupId })
    }
    return group
  }

  const heldOrChanged = (imageId: string): HeldImage => {
    const held = images.byId(imageId)
    if (held?.state !== 'stored') throw new AppError('DUPLICATES_CHANGED', { imageId })
    return held
  }

  const around = (held: readonly HeldImage[]) => groups.around(held.map(({ seq }) => seq))

  /** Keeps others from taking out as unclaimed what is about to be set aside: a file has its lock by its digest. */
  const asideKey = (imageId: string): string[] => {
    const held = images.byId(imageId)
    return held ? [files.asideDigest(held).slice(0, 20)] : []
  }

  const conflictDecisions = createConflictDecisions(parts, {
    conflicts,
    groups,
    files,
    moves,
    acts,
    asideKey,
  })

  /** These stay; all others of the group give way to one of them. */
  const keep = (
    groupId: number,
    { keepIds, memberIds }: Extract<GroupDecision, { act: 'keep' }>,
    how: Deciding,
  ) =>
    locked([...memberIds, ...memberIds.flatMap(asideKey)], async () => {
      const { keeperId } = seen(groupId, memberIds)
      const stay = new Set(keepIds)
      const chosen = stay.has(keeperId) ? keeperId : keepIds[0]
      if (chosen === undefined || !keepIds.every(id => memberIds.includes(id))) {
        throw new AppError('DUPLICATES_CHANGED', { groupId })
      }
      const leaving = memberIds.filter(id => !stay.has(id)).map(heldOrChanged)
      await files.check(heldOrChanged(chosen))
      return files.takeAway(leaving, () => {
        seen(groupId, memberIds)
        const keeper = heldOrChanged(chosen)
        const about = { groups: around(leaving), groupId, keepIds, memberIds, removed: leaving.length }
        const act = acts.begin('keep', about, how)
        for (const held of leaving) {
          asides.setAside(heldOrChanged(held.id), keeper, act.id)
          conflicts.settleAsOf(keeper.seq, held.seq, act.id)
          // Who chose between copies of two classes has been asked.
          if (held.classId !== keeper.classId) conflicts.settleFormer(keeper.seq, held.classId, act.id, now())
        }
        if (keepIds.length === 1) judgements.choose(chosen, act.id)
        else judgements.judge('together', keepIds, act.id)
        return act
      })
    })

  /** What is said of a group without touching its pictures. */
  const judge = (
    groupId: number,
    decision: Exclude<GroupDecision, { act: 'keep' }>,
    how: Deciding,
  ): DoneAct =>
    inTransaction(db, () => {
      const { act, memberIds } = decision
      seen(groupId, memberIds)
      const pivot = act === 'not-duplicates' ? (decision.imageId ?? null) : null
      if (pivot !== null && !memberIds.includes(pivot)) throw new AppError('DUPLICATES_CHANGED', { groupId })
      const earlier = around(memberIds.map(heldOrChanged)).filter(({ id }) => id === groupId)
      const about = { groups: earlier, groupId, memberIds, removed: 0, ...(pivot && { imageId: pivot }) }
      const done = acts.begin(act, about, how)
      const verdict = act === 'keep-all' ? 'together' : act === 'burst' ? 'burst' : 'apart'
      judgements.judge(verdict, memberIds, done.id, pivot)
      if (act === 'keep-all') setKept.run(groupId)
      else groups.drop(groupId)
      return done
    })

  /** A picture whose file turns out to be missing is tried anew, as at a start: else nobody could decide about it. */
  const withFiles = async (work: () => Promise<DoneAct>): Promise<DoneAct> => {
    try {
      return await work()
    } catch (error) {
      const { lost, version } = isAppError(error) ? error.facts : {}
      if (typeof lost === 'string' && typeof version === 'number') {
        await requeueImage(lost, 'The file was found missing or damaged.', version)
      }
      throw error
    }
  }

  /** @throws AppError `DUPLICATES_NOT_UNDONE` */
  const undoable = (actId: number) => {
    const act = list.act(actId)
    if (!act) throw new AppError('DUPLICATES_NOT_UNDONE', { actId })
    return act
  }

  const takeBack = (actId: number, there: readonly HeldImage[], commit: () => void) => {
    const act = undoable(actId)
    const done = toDone(act)
    const { groups: earlier = [] } = acts.aboutOf(act)
    const rows = asides.ofAction(actId)
    const action = acts.takeBack(actId)
    const away = there.filter(({ seq }) => {
      const row = rows.find(one => one.seq === seq)
      return !row || !comeBack(row, action)
    })
    if (rows.length > 0 && away.length === there.length)
      throw new AppError('DUPLICATES_NOT_UNDONE', { actId })
    const awaySeqs = new Set(away.map(({ seq }) => seq))
    for (const row of rows) if (!awaySeqs.has(row.seq)) asides.bringBackPairs(row)
    judgements.takeBack(actId)
    conflicts.unsettle(actId)
    for (const { into } of rows) if (into !== null) conflicts.withdrawOf(into)
    for (const group of earlier) groups.putBack(group)
    commit()
    return { result: done, stayAway: away }
  }

  const undo = async (actId: number, commit: () => void = () => {}): Promise<DoneAct> => {
    const { moved } = acts.aboutOf(undoable(actId))
    const asideOf = () => asides.ofAction(actId).flatMap(({ seq }) => images.ofSeq(seq) ?? [])
    const ids = asideOf().map(({ id }) => id)
    const keys = [...ids, ...ids.flatMap(asideKey), ...(moved ? [moved.imageId] : [])]
    const done = await locked(keys, async () => {
      // Another hand may have taken it back while this one waited: then its files are no longer to be touched.
      undoable(actId)
      if (!moved) {
        const aside = asideOf()
        let lost: readonly HeldImage[] = []
        return files
          .putBack(aside, there => {
            lost = there.length === 0 ? aside : []
            return takeBack(actId, there, commit)
          })
          .catch(error => {
            // Nothing is there to come back, and will not be.
            inTransaction(db, () => {
              for (const { seq } of lost) asides.endOf(seq)
            })
            throw error
          })
      }
      const held = images.byId(moved.imageId)
      if (held?.state !== 'stored' || held.classId !== moved.to) {
        throw new AppError('DUPLICATES_NOT_UNDONE', { actId })
      }
      return files.move(held, moves.folderOf(moved.from), () => {
        conflicts.goesBack(held.seq, { from: moved.to, to: moved.from, action: actId }, now())
        const { result } = takeBack(actId, [], commit)
        moves.moveBack(held, moved)
        return result
      })
    })
    await tidy()
    return done
  }

  /** Files nobody can want back any more. */
  const tidyUp = async () => {
    if (parts.unclaimed.isAnything()) await tidy()
  }

  const decideGroup = async (groupId: number, decision: GroupDecision, how: Deciding): Promise<DoneAct> =>
    decision.act === 'keep' ? withFiles(() => keep(groupId, decision, how)) : judge(groupId, decision, how)

  const decideConflict = (conflictId: number, decision: ConflictDecision, how: Deciding): Promise<DoneAct> =>
    withFiles(() => conflictDecisions.decide(conflictId, decision, how))

  const notCopy = (candidateId: number, how: Deciding): DoneAct =>
    inTransaction(db, () => {
      const about = { candidateId, removed: 0 }
      return acts.notCopy(candidateId, () => acts.begin('not-duplicates', about, how))
    })

  /** Decides once more what was taken back, where things are as they were then. */
  const redo = async (actId: number, commit: () => void): Promise<DoneAct> => {
    const asked = parts.actLog.mayRedo(actId) ? acts.askedOf(actId) : undefined
    if (!asked) throw new AppError('ACT_NOT_REDONE', { actId })
    const how = { by: dashboard, again: actId, commit }
    try {
      if (asked.about === 'candidate') return notCopy(asked.candidateId, how)
      if (asked.about === 'conflict') return await decideConflict(asked.conflictId, asked.decision, how)
      return await decideGroup(asked.groupId, asked.decision, how)
    } catch (error) {
      if (!isAppError(error) || (error.code !== 'DUPLICATES_CHANGED' && error.code !== 'PROTOCOL_NOT_FOUND'))
        throw error
      inTransaction(db, () => parts.actLog.forgetRedo(actId))
      throw new AppError('ACT_NOT_REDONE', { actId }, { cause: error })
    }
  }

  const duplicates: Duplicates = {
    ...list,
    group: groupId => {
      const group = list.group(groupId)
      if (!group) return undefined
      const { keeperSeq: _, ...detail } = group
      return detail
    },
    decide: async (groupId, decision, by = dashboard) => {
      const done = await decideGroup(groupId, decision, { by })
      await tidyUp()
      return done
    },
    decideConflict: async (conflictId, decision, by = dashboard) => {
      const done = await decideConflict(conflictId, decision, { by })
      await tidyUp()
      return done
    },
    undo,
    notDuplicate: async (candidateId, by = dashboard) => notCopy(candidateId, { by }),
    isApart: (imageId, other) =>
      judgements.isApart(imageId, 'imageId' in other ? other.imageId : other.digest.slice(0, 20)),
    isUngrouped: () => groups.due(1).length > 0,
    due: groups.due,
    component: groups.component,
    // Nobody is told of it before it lasts: what is due, and that it was done, are of one commit.
    regroup: (seqs, made, isWhole) => inPassingTransaction(db, () => groups.regroup(seqs, made, isWhole)),
    addPair: (imageId, pair) => inTransaction(db, () => images.addPair(imageId, pair)),
    compared: images.fingerprints.compared,
    withoutFingerprint: images.fingerprints.without,
    completeLook: (imageId: ImageId, originalDigest, look) =>
      inTransaction(db, () => images.fingerprints.complete(imageId, originalDigest, look) !== undefined),
    revive: imageId =>
      inTransaction(db, () => {
        const known = images.byId(imageId)
        // One in the trash goes for good first: it is to be had anew.
        if (known?.state === 'deleting') asides.endOf(known.seq)
        const held = images.byId(imageId)
        if (held?.state !== 'removed') throw new AppError('PROTOCOL_NOT_FOUND', { imageId })
        const queued = actions.revive(imageId)
        images.forgetRemoved(held)
        return queued
      }),
  }
  const decisions = { isUndoable: (actId: number) => list.act(actId) !== undefined, undo, redo }
  return { duplicates, decisions }
}
