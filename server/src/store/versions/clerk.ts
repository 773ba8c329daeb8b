/**
 * The process in which splits and versions are worked out: one task after the other, each on a connection of its own. It
 * only reads the index; what it takes in memory goes with it.
 */
import { isAppError } from '@gleaner/shared/errors'
import { storeError } from '../store-error.ts'
import { createIndexReader, type IndexReader } from './index-reader.ts'
import { openMoment, openReading } from './moment.ts'
import { pinned, splitAnew, splitState } from './split-tasks.ts'
import type { Answer, Ask, FromClerk, TaskName, ToClerk } from './tasks.ts'
import { goneOf, writeVersion } from './write-task.ts'

type Work = { readonly [Name in TaskName]: (reader: IndexReader, ask: Ask<Name>) => Answer<Name> }

const work: Work = { state: splitState, assign: splitAnew, pin: pinned, write: writeVersion, gone: goneOf }

process.on('message', (message: ToClerk) => process.send?.(answered(message)))
// Whoever asks is gone.
process.on('disconnect', () => process.exit())

function answered({ path, name, ask }: ToClerk): FromClerk {
  try {
    // What has gone since is counted again with the next change.
    const db = name === 'gone' ? openReading(path) : openMoment(path)
    try {
      return { answer: work[name](createIndexReader(db), ask as never) } // the name is that of the task
    } finally {
      db.close()
    }
  } catch (error) {
    const known = storeError(error)
    return { failure: isAppError(known) ? { code: known.code, facts: known.facts } : String(known) }
  }
}
