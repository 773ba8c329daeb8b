/** Puts the parts of acts together. */
import { createConflictStore } from '../conflicts.ts'
import type { Database } from '../database.ts'
import type { DatasetParts } from '../parts.ts'
import type { Remover } from '../removal.ts'
import { type ActListener, type Acts, createActs, type Decisions } from './acts.ts'
import { createBegin } from './begin.ts'
import { createClassBook } from './class-book.ts'
import { createClassDeeds } from './class-deeds.ts'
import { createClassFolders } from './class-folders.ts'
import { createPictures } from './pictures.ts'
import { createRunner } from './runner.ts'
import { createSelect, type SeqsOf } from './select.ts'
import { createSlices } from './slices.ts'
import { toSummary } from './titles.ts'

export interface ActsDeps extends Pick<Remover, 'requeueImage' | 'tidy'> {
  readonly decisions: Decisions
  readonly seqsOf: SeqsOf
}

export function openActs(parts: DatasetParts, { requeueImage, tidy, decisions, seqsOf }: ActsDeps): Acts {
  const { db, actLog: log, asides } = parts
  const pictures = createPictures(db)
  const book = createClassBook(db)
  const folders = createClassFolders(parts)
  const listeners = new Set<ActListener>()
  const tell = (id: number): void => {
    if (listeners.size === 0 || !isOpen(db)) return
    const row = log.find(id)
    if (row) for (const listener of listeners) listener.changed(toSummary(row))
  }
  const runner = createRunner({
    ...{ db, logSync: parts.logSync, room: parts.log.room, log, pictures, requeueImage, tidy, tell },
    slices: createSlices({ ...parts, pictures, log }),
    classes: createClassDeeds(parts, {
      log,
      book,
      folders,
      queue: parts.actions,
      conflicts: createConflictStore(db),
    }),
    end: seqs => {
      const rows = seqs.flatMap(seq => asides.ofSeq(seq) ?? [])
      // One that others wait for takes them along.
      for (const { seq } of rows) asides.endOf(seq)
      return rows.length
    },
    trouble: error => {
      for (const listener of listeners) listener.trouble(error)
    },
  })
  const begin = createBegin(parts, { log, pictures, book, folders, select: createSelect(pictures, seqsOf) })
  return createActs(parts, { log, pictures, book, folders, begin, runner, decisions, listeners, tell })
}

const isOpen = ({ open }: Database) => open
