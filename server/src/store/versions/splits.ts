/** Splits of a dataset: worked out by a process of its own, written in slices, one act of the log each. */
import { AppError } from '@gleaner/shared/errors'
import type { SplitPlan } from '@gleaner/shared/splits'
import type { Database } from '../database.ts'
import type { Desk } from './desk.ts'
import type { SplitLayers } from './split-layers.ts'
import type { Splits } from './types.ts'

export interface SplitParts {
  readonly db: Database
  readonly desk: Desk
  readonly layers: SplitLayers
}

export function createSplits({ db, desk, layers }: SplitParts): Splits {
  const isHeld = db.prepare<[string], number>(`SELECT 1 FROM image WHERE id = ? AND state = 'stored'`).pluck()

  return {
    state: () => desk.ask('state', {}),
    assign: async ({ plan, rebalance = false, dryRun = false }, by) => {
      refuseGreedy(plan)
      return desk.inLine(async ask => {
        const { diff, changes, isPlanNew } = await ask('assign', { plan, isRebalance: rebalance })
        const isNothing = changes.seqs.length === 0 && !isPlanNew
        if (dryRun || isNothing) return diff
        const act = rebalance ? 'rebalance-splits' : 'assign-splits'
        await layers.put(changes, plan, { act }, by)
        return diff
      })
    },
    pin: ({ imageIds, split }, by) =>
      desk.inLine(async ask => {
        const { changes } = await ask('pin', { imageIds, split })
        const about =
          split === null ? ({ act: 'unpin-splits' } as const) : ({ act: 'pin-splits', split } as const)
        if (changes.seqs.length > 0) await layers.put(changes, null, about, by)
        return ask('state', {})
      }),
    together: layers.groups,
    keepTogether: ({ name, imageIds }, by) => {
      const stranger = imageIds.find(imageId => isHeld.get(imageId) === undefined)
      if (stranger !== undefined) throw new AppError('PROTOCOL_NOT_FOUND', { imageId: stranger })
      return layers.keepTogether(name, imageIds, by)
    },
    letApart: (groupId, by) => {
      const name = layers.groupName(groupId)
      if (name === undefined) throw new AppError('PROTOCOL_NOT_FOUND', { groupId })
      layers.letApart(groupId, name, by)
    },
  }
}

/** @throws AppError `SPLIT_PLAN_INVALID` when nothing would be left to learn from */
function refuseGreedy({ sizes }: SplitPlan): void {
  if (sizes.kind !== 'shares' || sizes.validation + sizes.test < 1) return
  throw new AppError('SPLIT_PLAN_INVALID', { validation: sizes.validation, test: sizes.test })
}
