/** The first step of an act: which pictures and classes it is about, written down before anything is done. */
import type { Act, ClassFacts } from '@gleaner/shared/acts'
import { AppError } from '@gleaner/shared/errors'
import type { Selection } from '@gleaner/shared/gallery'
import type { ActionKind } from '../actions.ts'
import type { DatasetParts } from '../parts.ts'
import { inTransaction, leavingSync } from '../transaction.ts'
import type { About, ActLog, ClassChange } from './act-log.ts'
import type { ClassBook } from './class-book.ts'
import type { ClassFolders } from './class-folders.ts'
import type { Pictures } from './pictures.ts'
import { smallAct } from './runner.ts'
import type { Select } from './select.ts'

interface Deps {
  readonly log: ActLog
  readonly pictures: Pictures
  readonly book: ClassBook
  readonly folders: ClassFolders
  readonly select: Select
}

type Remember = (id: number) => void

const actionOf: Readonly<Record<Act['kind'], ActionKind>> = {
  mark: 'decide',
  move: 'decide',
  trash: 'remove',
  restore: 'take_back',
  'create-class': 'decide',
  'rename-class': 'decide',
  'merge-class': 'decide',
  'delete-class': 'remove',
  'describe-class': 'decide',
}

export function createBegin(
  { db, classes, gate }: Pick<DatasetParts, 'db' | 'classes' | 'gate'>,
  deps: Deps,
) {
  const { log, pictures, book, folders, select } = deps

  /** What is done before it is answered becomes durable with what it does. */
  const commit = (seqs: readonly number[], work: () => number): number =>
    seqs.length > 0 && seqs.length <= smallAct
      ? leavingSync(db, () => inTransaction(db, work))
      : inTransaction(db, work)

  /** Labels of the classes that pictures are in; of many it is found out on the way. */
  const sourcesOf = (seqs: readonly number[]): Pick<About, 'from'> => {
    if (seqs.length > smallAct) return {}
    const ids = new Set(seqs.flatMap(seq => pictures.bySeq(seq)?.classId ?? []))
    return { from: [...ids].slice(0, 2).map(id => book.known(id).label) }
  }

  const selected = async (of: Selection): Promise<readonly number[]> => {
    const seqs = await select.resolve(of)
    if ('imageIds' in of && seqs.length === 0) throw new AppError('PROTOCOL_NOT_FOUND', { images: 0 })
    return seqs
  }

  /** The class of this label, made or brought back when there is none. Inside a transaction. */
  const target = (label: string): Pick<About, 'intoClassId' | 'to' | 'madeClassId'> => {
    const clean = book.clean(label)
    const held = book.byLabel(clean)
    const { id } = classes.ensure(clean)
    return { intoClassId: id, to: clean, ...((!held || held.isDeleted) && { madeClassId: id }) }
  }

  const ofPictures = async (
    act: Extract<Act, { of: Selection }>,
    who: string,
    remember: Remember,
  ): Promise<number> => {
    const { kind } = act
    if (kind === 'move') book.clean(act.label)
    const found = await selected(act.of)
    const seqs = kind === 'trash' || kind === 'restore' ? await select.byFolder(found) : found
    return commit(seqs, () => {
      const what =
        kind === 'move'
          ? { ...target(act.label), ...sourcesOf(seqs) }
          : kind === 'mark'
            ? { mark: act.mark }
            : kind === 'trash'
              ? sourcesOf(seqs)
              : {}
      const about: About = { act: kind, ...what }
      const id = log.begin({ kind, state: 'running', who, action: actionOf[kind], about, seqs })
      remember(id)
      return id
    })
  }

  const renamed = (classId: number, clean: string, who: string, remember: Remember): number =>
    inTransaction(db, () => {
      const before = book.shown(classId).label
      book.rename(classId, clean, folders.isTaken)
      const change = { classId, before: { label: before }, after: { label: clean } }
      const about: About = { act: 'rename-class', classId, label: before, to: clean, classes: [change] }
      const kind = 'rename-class'
      const id = log.begin({ kind, state: 'running', who, action: actionOf[kind], about })
      remember(id)
      return id
    })

  /** Alone: a folder that is being renamed already has another name than the index says. */
  const rename = (classId: number, clean: string, who: string, remember: Remember): Promise<number> =>
    gate.alone(async () => renamed(classId, clean, who, remember))

  /** One that was deleted comes back, as what is said about it now. Taken back, it goes while nothing is in it. */
  const create = (
    { label, facts = {} }: Extract<Act, { kind: 'create-class' }>,
    who: string,
    remember: Remember,
  ): number =>
    inTransaction(db, () => {
      const { intoClassId: classId = 0, to = '', madeClassId } = target(label)
      if (madeClassId === undefined) throw new AppError('CLASS_EXISTS', { label: to })
      const { before, after } = book.changeOf(classId, facts)
      book.set(classId, after)
      const change: ClassChange = {
        classId,
        before: { ...before, isDeleted: true },
        after: { ...after, label: to, isDeleted: false },
      }
      const about: About = { act: 'create-class', classId, label: to, madeClassId, classes: [change] }
      const kind = 'create-class'
      const id = log.begin({ kind, state: 'done', who, action: actionOf[kind], about })
      remember(id)
      return id
    })

  const describe = (classId: number, facts: ClassFacts, who: string, remember: Remember): number =>
    inTransaction(db, () => {
      const change = book.changeOf(classId, facts)
      book.set(classId, change.after)
      const about: About = {
        act: 'describe-class',
        classId,
        label: book.known(classId).label,
        classes: [change],
      }
      const kind = 'describe-class'
      const id = log.begin({ kind, state: 'done', who, action: actionOf[kind], about })
      remember(id)
      return id
    })

  /** All that is in a class; merged, also what of it lies in the trash. */
  const ofClass = async (
    act: Extract<Act, { kind: 'merge-class' | 'delete-class' }>,
    who: string,
    remember: Remember,
  ): Promise<number> => {
    const { kind, classId } = act
    const { label } = book.shown(classId)
    const into = kind === 'merge-class' ? book.shown(act.intoClassId) : undefined
    if (into?.id === classId) throw new AppError('PROTOCOL_INVALID', { at: '/act/intoClassId' })
    const held = await select.resolve({ filter: { classIds: [classId] } })
    const away = into ? await select.resolve({ filter: { classIds: [classId], place: 'trash' } }) : []
    const all = [...held, ...away]
    const seqs = into ? all : await select.byFolder(all)
    const about: About = { act: kind, classId, label, ...(into && { intoClassId: into.id, to: into.label }) }
    return inTransaction(db, () => {
      const id = log.begin({ kind, state: 'running', who, action: actionOf[kind], about, seqs })
      remember(id)
      return id
    })
  }

  return {
    /** @returns the number of the act, which is on the disk, or will be with what it does */
    act: async (act: Act, who: string, remember: Remember): Promise<number> => {
      switch (act.kind) {
        case 'create-class':
          return create(act, who, remember)
        case 'rename-class':
          return rename(act.classId, book.clean(act.label), who, remember)
        case 'describe-class':
          return describe(act.classId, act.facts, who, remember)
        case 'merge-class':
        case 'delete-class':
          return ofClass(act, who, remember)
        default:
          return ofPictures(act, who, remember)
      }
    },
    /** @param of - all of the trash, when it is not said */
    emptying: async (of: Selection | undefined, who: string, remember: Remember): Promise<number> => {
      const seqs = await select.resolve(of ?? { filter: { place: 'trash' } })
      return commit(seqs, () => {
        const about: About = { act: 'empty-trash' }
        const kind = 'empty-trash'
        const id = log.begin({ kind, state: 'running', who, action: 'decide', about, seqs })
        remember(id)
        return id
      })
    },
  }
}
export type Begin = ReturnType<typeof createBegin>
