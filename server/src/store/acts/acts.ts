/** What a person does to pictures and classes: asked for, taken back, done again, each once for every key. */
import { createHash } from 'node:crypto'
import type { Act, ActPage, ActRequest, ActStep, ActSummary, EmptyTrash } from '@gleaner/shared/acts'
import { AppError } from '@gleaner/shared/errors'
import type { ActionKind } from '../actions.ts'
import { pageSize, readCursor, writeCursor } from '../cursor.ts'
import type { DatasetParts } from '../parts.ts'
import { inTransaction, leavingSync } from '../transaction.ts'
import type { Page } from '../types.ts'
import type { About, ActLog, ActRow } from './act-log.ts'
import type { Begin } from './begin.ts'
import type { ClassBook } from './class-book.ts'
import type { ClassFolders } from './class-folders.ts'
import type { Pictures } from './pictures.ts'
import type { Runner } from './runner.ts'
import { smallAct } from './runner.ts'
import { toSummary } from './titles.ts'

/** Decisions about copies, which know themselves how they are taken back. */
export interface Decisions {
  readonly isUndoable: (actId: number) => boolean
  /** @param commit - called in the transaction that does it */
  readonly undo: (actId: number, commit: () => void) => Promise<unknown>
  readonly redo: (actId: number, commit: () => void) => Promise<unknown>
}

/** Told of each act as it goes on, and of what went wrong. */
export interface ActListener {
  readonly changed: (act: ActSummary) => void
  /** @param error - the disk may be to blame */
  readonly trouble: (error: unknown) => void
}

/** What a person does to pictures and classes, as the rest of the server sees it. */
export interface Acts {
  /**
   * Does what is asked for, once for each key. Up to 200 pictures it is done when it is answered; more go on by themselves.
   *
   * @param by - who asks, as the log shows it
   * @throws AppError `PROTOCOL_NOT_FOUND`, `CLASS_EXISTS`, `CLASS_NAME_INVALID`, `CLASS_PARENT_INVALID`, `ACT_KEY_USED`
   */
  readonly ask: (request: ActRequest, by: string) => Promise<ActSummary>
  /** @throws AppError `ACT_NOT_UNDONE`, `ACT_UNDER_WAY` when the latest act has not come to its end, `ACT_KEY_USED` */
  readonly undo: (step: ActStep) => Promise<ActSummary>
  /** @throws AppError `ACT_NOT_REDONE`, `ACT_KEY_USED` */
  readonly redo: (step: ActStep) => Promise<ActSummary>
  /** What was done until then stays. @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly cancel: (actId: number) => ActSummary
  /** For good. @throws AppError as {@link Acts.ask} */
  readonly emptyTrash: (request: EmptyTrash, by: string) => Promise<ActSummary>
  /** Newest first: all, or those that changed a picture. */
  readonly page: (page: Page, imageId?: string) => ActPage
  readonly listen: (listener: ActListener) => () => void
  /** Takes up what the last process left under way. To be called once, after the recovery. */
  readonly resume: () => void
  /** Stops between two slices; the next start goes on. */
  readonly stop: () => Promise<void>
  /** When nothing is under way. */
  readonly idle: () => Promise<void>
}

export interface ActsParts {
  readonly log: ActLog
  readonly pictures: Pictures
  readonly book: ClassBook
  readonly folders: ClassFolders
  readonly begin: Begin
  readonly runner: Runner
  readonly decisions: Decisions
  readonly listeners: Set<ActListener>
  /** Says where an act is by now. */
  readonly tell: (id: number) => void
}

const standing: ReadonlySet<string> = new Set(['done', 'cancelled', 'failed'])

/** The kind of action that allows candidates to do what the step does to them. */
function actionOf({ kind }: ActRow, step: 'undo' | 'redo'): ActionKind {
  const takesAway = (kind === 'trash' || kind === 'delete-class') === (step === 'redo')
  const isAboutPlace = kind === 'trash' || kind === 'delete-class' || kind === 'restore'
  return isAboutPlace && takesAway ? 'remove' : 'take_back'
}

export function createActs(
  { db, gate, failpoint }: Pick<DatasetParts, 'db' | 'gate' | 'failpoint'>,
  parts: ActsParts,
): Acts {
  const { log, pictures, book, folders, begin, runner, decisions, listeners, tell } = parts
  /** Asked for, and not logged yet. */
  const asked = new Map<string, Promise<number>>()

  const summary = (id: number) => toSummary(log.known(id))

  /** @param work - logs what is asked for, with the key, or finds out that it cannot be. @returns the act */
  const once = async (
    { key, ...body }: { readonly key: string },
    work: (remember: (id: number) => void) => Promise<number>,
  ): Promise<ActSummary> => {
    const bodyDigest = createHash('sha256').update(JSON.stringify(body)).digest('hex')
    const name = `${key} ${bodyDigest}`
    const held = log.request(key)
    if (held && held.bodyDigest !== bodyDigest) throw new AppError('ACT_KEY_USED', { key })
    const id =
      held?.actId ??
      (await (asked.get(name) ??
        (() => {
          const mine = work(id => log.addRequest(key, bodyDigest, id)).finally(() => asked.delete(name))
          asked.set(name, mine)
          return mine
        })()))
    if (isSmall(id)) await runner.ended(id)
    return summary(id)
  }

  const isSmall = (id: number) => log.known(id).total <= smallAct

  const isUndoable = ({ id, kind }: ActRow) => kind !== 'decide' || decisions.isUndoable(id)

  const undoTarget = (): { readonly row?: ActRow; readonly isWaitedFor: boolean } => {
    const row = log.standing(isUndoable)
    const latest = log.underWay().at(-1)
    return { ...(row && { row }), isWaitedFor: latest !== undefined && latest.id > (row?.id ?? 0) }
  }

  const toUndo = (actId: number | undefined): ActRow => {
    if (actId === undefined) {
      const { row, isWaitedFor } = undoTarget()
      if (isWaitedFor) throw new AppError('ACT_UNDER_WAY')
      if (!row) throw new AppError('ACT_NOT_UNDONE')
      return row
    }
    const row = log.find(actId)
    if (row && !standing.has(row.state) && row.state !== 'undone')
      throw new AppError('ACT_UNDER_WAY', { actId })
    if (!row || !log.isStanding(actId) || !isUndoable(row)) throw new AppError('ACT_NOT_UNDONE', { actId })
    return row
  }

  const toRedo = (actId: number | undefined): ActRow => {
    const row = actId === undefined ? log.toRedo() : log.find(actId)
    if (!row || !log.mayRedo(row.id)) throw new AppError('ACT_NOT_REDONE', { ...(actId && { actId }) })
    return row
  }

  /**
   * A class that an act made goes when the act has been taken back; see `ClassDeeds.after`. Meanwhile it may have had to
   * give its name up. Inside a transaction.
   */
  const makeAgain = ({ madeClassId = 0, to, label = to, classes = [] }: About): void => {
    if (label !== undefined) {
      book.makeFree(label, madeClassId)
      book.set(madeClassId, { label })
    }
    for (const { classId, after } of classes) {
      const { label: _, isDeleted: __, synonyms, ...facts } = after
      book.set(classId, { isDeleted: false })
      book.set(
        classId,
        book.changeOf(classId, { ...facts, ...(synonyms && { synonyms: [...synonyms] }) }).after,
      )
    }
  }

  /** Classes are given back, or get again, what an act changed. Inside a transaction. */
  const stepClasses = (row: ActRow, step: 'undo' | 'redo'): void => {
    const about = log.aboutOf(row)
    if (about.madeClassId !== undefined && step === 'redo') makeAgain(about)
    if (row.kind !== 'rename-class' && row.kind !== 'describe-class') return
    const code = step === 'undo' ? 'ACT_NOT_UNDONE' : 'ACT_NOT_REDONE'
    for (const { classId, before, after } of about.classes ?? []) {
      const [from, to] = step === 'undo' ? [after, before] : [before, after]
      const held = book.known(classId)
      const other = to.label === undefined ? undefined : book.byLabel(to.label)
      const isFree = !other || other.id === classId || other.isDeleted
      if (!book.is(held, from) || !isFree) throw new AppError(code, { actId: row.id, classId })
      if (to.label === undefined) book.set(classId, to)
      else book.rename(classId, to.label, folders.isTaken)
    }
  }

  const step = async (
    row: ActRow,
    how: 'undo' | 'redo',
    remember: (id: number) => void,
  ): Promise<boolean> => {
    const total = pictures.countChanges(row.id, how === 'undo')
    const isSmallStep = total <= smallAct
    const commit = () =>
      inTransaction(db, () => {
        log.step(row.id, how === 'undo' ? 'undoing' : 'redoing', actionOf(row, how), total)
        stepClasses(row, how)
        remember(row.id)
      })
    // What is done before it is answered becomes durable with what it does.
    if (row.kind === 'rename-class') {
      // Alone: a folder that is being renamed already has another name than the index says.
      await gate.alone(async () => commit())
      failpoint('rename:noted')
    } else if (isSmallStep) leavingSync(db, commit)
    else commit()
    return isSmallStep
  }

  const decide = async ({ id }: ActRow, how: 'undo' | 'redo', remember: (id: number) => void) => {
    await decisions[how](id, () => remember(id))
    tell(id)
  }

  const stepOnce = (request: ActStep, how: 'undo' | 'redo') =>
    once({ ...request, how } as ActStep, remember =>
      runner.inLine(async () => {
        const row = how === 'undo' ? toUndo(request.actId) : toRedo(request.actId)
        if (row.kind === 'decide') await decide(row, how, remember)
        else if (await step(row, how, remember)) await runner.now(row.id)
        else void runner.enqueue(row.id, false)
        return row.id
      }),
    )

  const logged = (id: number, act: Pick<Act, 'kind'>): void => {
    if (act.kind === 'rename-class') failpoint('rename:noted')
    if (log.known(id).state === 'running') void runner.enqueue(id, isSmall(id))
    else tell(id)
  }

  return {
    ask: ({ key, act }, by) =>
      once({ key, act } as ActRequest, async remember => {
        const id = await begin.act(act, by, remember)
        logged(id, act)
        return id
      }),
    emptyTrash: (request, by) =>
      once({ ...request, empties: true } as EmptyTrash, async remember => {
        const id = await begin.emptying(request.of, by, remember)
        void runner.enqueue(id, isSmall(id))
        return id
      }),
    undo: request => stepOnce(request, 'undo'),
    redo: request => stepOnce(request, 'redo'),
    cancel: actId => {
      log.known(actId)
      inTransaction(db, () => log.cancel(actId))
      return summary(actId)
    },
    page: (page, imageId) => {
      const [before = Number.MAX_SAFE_INTEGER] = readCursor(page.cursor, 1) ?? []
      const limit = pageSize(page.limit)
      const rows =
        imageId === undefined
          ? log.page(before, limit)
          : pictures.actsOf(imageId, before, limit).map(id => log.known(id))
      const last = rows.length === limit ? rows.at(-1) : undefined
      const { row, isWaitedFor } = undoTarget()
      return {
        acts: rows.map(toSummary),
        cursor: last ? writeCursor(last.id) : null,
        undoId: isWaitedFor ? null : (row?.id ?? null),
        redoId: log.toRedo()?.id ?? null,
      }
    },
    listen: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    resume: () => {
      for (const { id } of log.underWay()) void runner.enqueue(id, isSmall(id))
    },
    stop: runner.stop,
    idle: runner.idle,
  }
}
