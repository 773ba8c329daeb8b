/** Puts the parts of splits and versions together. */
import { join } from 'node:path'
import type { Decisions } from '../acts/acts.ts'
import { type DatasetParts, databaseName } from '../parts.ts'
import { createBoxes } from './boxes.ts'
import { createDesk } from './desk.ts'
import { createSplitLayers } from './split-layers.ts'
import { createSplits } from './splits.ts'
import { createVersionFiles } from './version-files.ts'
import { createVersions } from './versions.ts'

export function openVersions(parts: DatasetParts) {
  const { db, folder, now, failpoint, settings, classes } = parts
  const desk = createDesk(join(folder, databaseName))
  const layers = createSplitLayers(parts)
  const files = createVersionFiles(folder, failpoint)
  const { versions, sweep } = createVersions({ db, folder, now, failpoint, desk, files, settings })
  return {
    versions,
    splits: createSplits({ db, desk, layers }),
    boxes: createBoxes(db, { now, ensureClass: classes.ensure }),
    /** Acts about splits among decisions about copies: each knows its own. */
    among: (others: Decisions): Decisions => {
      const { isMine, ...mine } = layers.decisions
      return {
        isUndoable: actId => (isMine(actId) ? mine.isUndoable(actId) : others.isUndoable(actId)),
        undo: async (actId, commit) =>
          isMine(actId) ? mine.undo(actId, commit) : others.undo(actId, commit),
        redo: async (actId, commit) =>
          isMine(actId) ? mine.redo(actId, commit) : others.redo(actId, commit),
      }
    },
    /** Ends what the last process left half done. @returns how many files nobody knew */
    recover: async (): Promise<number> => {
      await layers.dropUnfinished()
      return sweep()
    },
    close: desk.close,
  }
}
