/** What a person decides about pictures that were offered for another class. */
import type { ConflictDecision, DoneAct } from '@gleaner/shared/duplicates'
import { AppError } from '@gleaner/shared/errors'
import type { createAsideFiles } from './aside-files.ts'
import type { ConflictStore } from './conflicts.ts'
import type { createDecisionLog, Deciding } from './decision-log.ts'
import type { createGroupStore } from './groups.ts'
import type { HeldImage } from './images.ts'
import type { createMoves } from './moves.ts'
import type { DatasetParts } from './parts.ts'
import { inTransaction } from './transaction.ts'

export function createConflictDecisions(
  { db, now, images, asides, locked }: DatasetParts,
  deps: {
    readonly conflicts: ConflictStore
    readonly groups: ReturnType<typeof createGroupStore>
    readonly files: ReturnType<typeof createAsideFiles>
    readonly moves: ReturnType<typeof createMoves>
    readonly acts: ReturnType<typeof createDecisionLog>
    /** Keeps others from taking out as unclaimed what is about to be set aside. */
    readonly asideKey: (imageId: string) => string[]
  },
) {
  const { conflicts, groups, files, moves, acts, asideKey } = deps

  const conflicting = (conflictId: number): HeldImage => {
    const found = conflicts.find(conflictId)
    const known = found && images.bySeq(found.seq)
    const held = known && images.byId(known.id)
    if (held?.state !== 'stored') throw new AppError('PROTOCOL_NOT_FOUND', { conflictId })
    return held
  }

  const file = (conflictId: number, classId: number, how: Deciding): Promise<DoneAct> => {
    const { id } = conflicting(conflictId)
    return locked([id], async () => {
      const held = conflicting(conflictId)
      const about = { imageId: held.id, conflictId, classId, removed: 0 }
      if (classId === held.classId) {
        return inTransaction(db, () => {
          const act = acts.begin('file', about, how)
          conflicts.settle(held.seq, act.id)
          return act
        })
      }
      if (!conflicts.offers(held.seq).some(offer => offer.classId === classId)) {
        throw new AppError('DUPLICATES_CHANGED', { conflictId })
      }
      return files.move(held, moves.folderOf(classId), () => {
        const moved = moves.move(held, classId)
        const act = acts.begin('file', { ...about, moved }, how)
        conflicts.settle(held.seq, act.id)
        conflicts.settleFormer(held.seq, held.classId, act.id, now())
        return act
      })
    })
  }

  const removeConflicting = (conflictId: number, how: Deciding): Promise<DoneAct> => {
    const { id } = conflicting(conflictId)
    return locked([id, ...asideKey(id)], () => {
      const held = conflicting(conflictId)
      return files.takeAway([held], () => {
        conflicting(conflictId)
        images.rememberUrls(held)
        const about = { imageId: held.id, conflictId, groups: groups.around([held.seq]), removed: 1 }
        const act = acts.begin('remove', about, how)
        asides.setAside(held, undefined, act.id)
        return act
      })
    })
  }

  return {
    /** @throws AppError `PROTOCOL_NOT_FOUND`, `DUPLICATES_CHANGED` where it is not what the person saw */
    decide: (conflictId: number, decision: ConflictDecision, how: Deciding): Promise<DoneAct> =>
      decision.act === 'file' ? file(conflictId, decision.classId, how) : removeConflicting(conflictId, how),
  }
}
