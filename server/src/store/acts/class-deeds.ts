/** What acts about whole classes do besides what they do to pictures. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ActionStore } from '../actions.ts'
import type { ConflictStore } from '../conflicts.ts'
import type { DatasetParts } from '../parts.ts'
import { inTransaction } from '../transaction.ts'
import type { About, ActLog, ActRow, ClassChange } from './act-log.ts'
import type { ClassBook } from './class-book.ts'
import type { ClassFolders } from './class-folders.ts'

interface Deps {
  readonly log: ActLog
  readonly book: ClassBook
  readonly folders: ClassFolders
  readonly queue: Pick<ActionStore, 'letGoOfQueued' | 'queueLetGo'>
  readonly conflicts: Pick<ConflictStore, 'settleMerged' | 'unsettleMerged'>
}

/** Looked for at once, of those that came while the others went. */
const moreRows = 5_000

export function createClassDeeds({ db, gate }: Pick<DatasetParts, 'db' | 'gate'>, deps: Deps) {
  const { log, book, folders, queue, conflicts } = deps
  const isForth = ({ state }: ActRow) => state !== 'undoing'

  /** In slices, each of them alone: whoever files a picture meanwhile would file it under the wrong class. */
  const inSlices = async (isOver: () => boolean, some: () => number): Promise<void> => {
    for (;;) {
      if (isOver()) return
      const count = await gate.alone(async () => inTransaction(db, some))
      if (count === 0) return
      await nextTurn()
    }
  }

  /** Candidates of a class that goes have another class, or do not go on. */
  const takeCandidates = (row: ActRow, { classId = 0, intoClassId }: About, isOver: () => boolean) =>
    inSlices(isOver, () => {
      if (intoClassId !== undefined) return book.moveCandidates(row.id, classId, intoClassId)
      const ids = book.queuedOf(classId)
      for (const id of ids) book.note(row.id, id)
      queue.letGoOfQueued(ids)
      return ids.length
    })

  const giveCandidates = (row: ActRow, { classId = 0, intoClassId }: About, isOver: () => boolean) =>
    inSlices(isOver, () => {
      const ids = book.noted(row.id)
      if (intoClassId === undefined) queue.queueLetGo(ids)
      for (const id of ids) {
        if (intoClassId !== undefined) book.giveBack(id, intoClassId, classId)
        book.forget(row.id, id)
      }
      return ids.length
    })

  /** Classes below one that goes are below the one it becomes part of, where that may be. */
  const goneClasses = ({ classId = 0, intoClassId }: About): ClassChange[] => {
    const into = intoClassId === undefined ? undefined : book.known(intoClassId)
    const parentId = into && into.parentId === null ? into.id : null
    const children = book.below(classId).map(
      (child): ClassChange => ({
        classId: child,
        before: { parentId: classId },
        after: { parentId: child === parentId ? null : parentId },
      }),
    )
    const { parentId: above } = book.known(classId)
    const gone = {
      classId,
      before: { isDeleted: false, parentId: above },
      after: { isDeleted: true, parentId: null },
    }
    return [...children, gone]
  }

  /** Inside a transaction. */
  const setBack = ({ classes = [] }: About): void => {
    for (const { classId, before, after } of classes.toReversed()) {
      if (book.is(book.known(classId), after)) book.set(classId, before)
    }
  }

  /** The largest number among the pictures an act is about: what comes later has a larger one. */
  const lastOf = ({ id }: ActRow): number => {
    let last = 0
    for (let position = 0; ; ) {
      const seqs = log.selectionAt(id, position, Number.MAX_SAFE_INTEGER)
      if (seqs.length === 0) return last
      last = seqs.reduce((most, seq) => Math.max(most, seq), last)
      position += seqs.length
    }
  }

  const isAboutClass = ({ kind }: ActRow) => kind === 'merge-class' || kind === 'delete-class'

  return {
    /** What comes before the pictures. Safe to repeat. */
    before: async (row: ActRow, about: About, isOver: () => boolean): Promise<void> => {
      if (row.kind === 'rename-class') return folders.finish()
      if (!isAboutClass(row)) return
      if (isForth(row)) return takeCandidates(row, about, isOver)
      inTransaction(db, () => setBack(about))
      await giveCandidates(row, about, isOver)
    },
    /** @returns whether pictures came into a class that goes, while others went */
    findMore: (row: ActRow, { classId = 0 }: About): boolean => {
      if (!isAboutClass(row) || row.state !== 'running') return false
      const more = book.picturesOf(classId, lastOf(row), moreRows)
      if (more.length > 0) inTransaction(db, () => log.extend(row.id, more))
      return more.length > 0
    },
    /** What comes after the pictures, in one commit with `finish`. */
    after: async (row: ActRow, about: About, finish: () => void): Promise<void> =>
      inTransaction(db, () => {
        const into = row.kind === 'merge-class' ? about.intoClassId : undefined
        if (isForth(row)) {
          // A picture that could not go keeps its class.
          const mayGo = isAboutClass(row) && book.known(about.classId ?? 0).images === 0
          const classes = mayGo ? goneClasses(about) : []
          for (const { classId, after } of classes) book.set(classId, after)
          if (mayGo) log.describe(row.id, { ...log.aboutOf(log.known(row.id)), classes })
          if (mayGo && into !== undefined) conflicts.settleMerged(about.classId ?? 0, into, row.id)
        } else if (into !== undefined) conflicts.unsettleMerged(about.classId ?? 0, into, row.id)
        else if (about.madeClassId !== undefined) book.dropUnused(about.madeClassId)
        finish()
      }),
    /** Remembers the labels of the classes that pictures come from. */
    nameSources: (row: ActRow, classIds: readonly number[]): void => {
      const from = classIds.slice(0, 2).map(id => book.known(id).label)
      const held = log.aboutOf(log.known(row.id))
      inTransaction(db, () => log.describe(row.id, { ...held, from }))
    },
  }
}
export type ClassDeeds = ReturnType<typeof createClassDeeds>
