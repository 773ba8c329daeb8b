/** What acts do to whole classes: all SQL about that, and about the table `act_candidate`. */
import type { ClassFacts } from '@gleaner/shared/acts'
import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { folderSlug } from '@gleaner/shared/slug'
import { cleanText } from '@gleaner/shared/text'
import type { Database } from '../database.ts'
import type { ClassChange, ClassPart } from './act-log.ts'

export interface KnownClass {
  readonly id: number
  readonly label: string
  readonly folder: string
  readonly nextFolder: string | null
  readonly goal: number | null
  readonly color: string | null
  readonly description: string
  readonly synonyms: readonly string[]
  readonly parentId: number | null
  readonly isDeleted: boolean
  /** In its folder. */
  readonly images: number
}

type Row = Omit<KnownClass, 'synonyms' | 'isDeleted'> & { synonyms: string; isDeleted: 0 | 1 }

const columns = `id, label, folder, next_folder AS nextFolder, goal, color, description, synonyms,
  parent_id AS parentId, is_deleted AS isDeleted, images`

/** Candidates moved, or let go of, in one transaction. */
const sliceCandidates = 200

export function createClassBook(db: Database) {
  const byId = db.prepare<[number], Row>(`SELECT ${columns} FROM class WHERE id = ?`)
  const byLabel = db.prepare<[string], Row>(`SELECT ${columns} FROM class WHERE label = ?`)
  const below = db.prepare<[number], number>('SELECT id FROM class WHERE parent_id = ?').pluck()
  const folders = db
    .prepare<[], string>(
      'SELECT folder FROM class UNION SELECT next_folder FROM class WHERE next_folder IS NOT NULL',
    )
    .pluck()
  const setAll = db.prepare(
    `UPDATE class SET label = :label, goal = :goal, color = :color, description = :description, synonyms = :synonyms,
                      parent_id = :parentId, is_deleted = :isDeleted WHERE id = :id`,
  )
  const setLabel = db.prepare<[string, number]>('UPDATE class SET label = ? WHERE id = ?')
  const setNext = db.prepare<[string | null, number]>('UPDATE class SET next_folder = ? WHERE id = ?')
  const setFolder = db.prepare<[number]>(
    'UPDATE class SET folder = next_folder, next_folder = NULL WHERE id = ? AND next_folder IS NOT NULL',
  )
  const renaming = db.prepare<[], Row>(`SELECT ${columns} FROM class WHERE next_folder IS NOT NULL`)
  const picturesOf = db
    .prepare<[number, number, number], number>(
      `SELECT seq FROM image WHERE class_id = ? AND state = 'stored' AND seq > ? ORDER BY seq LIMIT ?`,
    )
    .pluck()
  const hasCandidate = db
    .prepare<[number], number>('SELECT 1 FROM candidate WHERE class_id = ? LIMIT 1')
    .pluck()
  const candidatesOf = db
    .prepare<[number, number], number>('SELECT id FROM candidate WHERE class_id = ? LIMIT ?')
    .pluck()
  const queuedOf = db
    .prepare<[number, number], number>(
      `SELECT id FROM candidate WHERE state = 'queued' AND class_id = ? AND image_id IS NULL LIMIT ?`,
    )
    .pluck()
  const setClass = db.prepare<[number, number]>('UPDATE candidate SET class_id = ? WHERE id = ?')
  const note = db.prepare<[number, number]>(
    'INSERT INTO act_candidate (act_id, candidate_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const noted = db
    .prepare<[number, number], number>('SELECT candidate_id FROM act_candidate WHERE act_id = ? LIMIT ?')
    .pluck()
  const forget = db.prepare<[number, number]>(
    'DELETE FROM act_candidate WHERE act_id = ? AND candidate_id = ?',
  )
  const giveBack = db.prepare<{ id: number; from: number; to: number }>(
    'UPDATE candidate SET class_id = :to WHERE id = :id AND class_id = :from',
  )

  const toClass = (row: Row | undefined): KnownClass | undefined =>
    row && { ...row, synonyms: JSON.parse(row.synonyms) as string[], isDeleted: row.isDeleted === 1 }

  /** @throws AppError `PROTOCOL_NOT_FOUND` */
  const known = (classId: number): KnownClass => {
    const found = toClass(byId.get(classId))
    if (!found) throw new AppError('PROTOCOL_NOT_FOUND', { classId })
    return found
  }
  /** @throws AppError `PROTOCOL_NOT_FOUND`, also when it was deleted */
  const shown = (classId: number): KnownClass => {
    const found = known(classId)
    if (found.isDeleted) throw new AppError('PROTOCOL_NOT_FOUND', { classId })
    return found
  }

  const set = (held: KnownClass, part: ClassPart): void => {
    const { synonyms, isDeleted, ...next } = { ...held, ...part }
    setAll.run({ ...next, synonyms: JSON.stringify(synonyms), isDeleted: isDeleted ? 1 : 0 })
  }

  /** A deleted class gives its name up to whoever wants it. @throws AppError `CLASS_EXISTS` */
  const makeFree = (label: string, classId: number): void => {
    const other = toClass(byLabel.get(label))
    if (!other || other.id === classId) return
    if (!other.isDeleted) throw new AppError('CLASS_EXISTS', { label })
    const room = limits.classChars - 24
    setLabel.run(`${[...label].slice(0, room).join('')} (${other.id})`, other.id)
  }

  /** Whether a class is as an act left it, as far as that act went. */
  const is = (held: KnownClass, part: ClassPart): boolean =>
    Object.entries(part).every(
      ([name, value]) => JSON.stringify(held[name as keyof ClassPart]) === JSON.stringify(value),
    )

  return {
    known,
    shown,
    byLabel: (label: string) => toClass(byLabel.get(label)),
    below: (classId: number) => below.all(classId),
    /** @throws AppError `CLASS_NAME_INVALID` */
    clean: (label: string): string => {
      const clean = cleanText(label.normalize('NFC'), limits.classChars)
      if (!clean) throw new AppError('CLASS_NAME_INVALID')
      return clean
    },
    makeFree,
    is,
    /** Inside a transaction. */
    set: (classId: number, part: ClassPart): void => set(known(classId), part),
    /** Gives a class the name, and says what its folder is to be called. Inside a transaction. */
    rename: (classId: number, label: string, isTaken: (folder: string) => boolean): void => {
      const held = known(classId)
      makeFree(label, classId)
      setLabel.run(label, classId)
      const taken = new Set(folders.all())
      taken.delete(held.folder)
      if (held.nextFolder) taken.delete(held.nextFolder)
      let next = folderSlug(label, taken)
      while (next !== held.folder && isTaken(next)) {
        taken.add(next)
        next = folderSlug(label, taken)
      }
      setNext.run(next === held.folder ? null : next, classId)
    },
    /** Classes whose folder is to have another name. */
    renaming: () => renaming.all().flatMap(row => toClass(row) ?? []),
    renamed: (classId: number) => void setFolder.run(classId),
    /** What is asked for as a change, as far as it is one. @throws AppError `CLASS_PARENT_INVALID` */
    changeOf: (classId: number, facts: ClassFacts): ClassChange => {
      const held = shown(classId)
      const { parentId } = facts
      if (parentId !== undefined && parentId !== null) {
        const parent = shown(parentId)
        if (parent.id === classId || parent.parentId !== null || below.all(classId).length > 0) {
          throw new AppError('CLASS_PARENT_INVALID', { classId, parentId })
        }
      }
      const after: ClassPart = facts
      const before = Object.fromEntries(
        Object.keys(after).map(name => [name, held[name as keyof ClassPart]]),
      ) as ClassPart
      return { classId, before, after }
    },
    /** Numbers of pictures in its folder, from the one after `seq` on. */
    picturesOf: (classId: number, seq: number, limit: number) => picturesOf.all(classId, seq, limit),
    /** Takes a class out of the lists when nothing is left in it, or names it. Inside a transaction. */
    dropUnused: (classId: number): void => {
      const held = known(classId)
      const isUsed =
        held.images > 0 || hasCandidate.get(classId) !== undefined || below.all(classId).length > 0
      if (!isUsed) set(held, { isDeleted: true, parentId: null })
    },
    /** Some of its candidates go to another class. Inside a transaction. @returns how many */
    moveCandidates: (act: number, from: number, to: number): number => {
      const ids = candidatesOf.all(from, sliceCandidates)
      for (const id of ids) {
        note.run(act, id)
        setClass.run(to, id)
      }
      return ids.length
    },
    /** Some of those that wait for their turn. */
    queuedOf: (classId: number) => queuedOf.all(classId, sliceCandidates),
    note: (act: number, candidateId: number) => void note.run(act, candidateId),
    /** Some of those an act took along, or let go of; they are forgotten one by one. */
    noted: (act: number) => noted.all(act, sliceCandidates),
    forget: (act: number, candidateId: number) => void forget.run(act, candidateId),
    giveBack: (candidateId: number, from: number, to: number) =>
      void giveBack.run({ id: candidateId, from, to }),
  }
}
export type ClassBook = ReturnType<typeof createClassBook>
