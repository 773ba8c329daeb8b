/** What a person does to pictures and classes: one log, undone and redone in order, to any depth. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ClassLabel } from './dataset.ts'
import { reviewMarks, Selection } from './gallery.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })
const ClassId = Type.Integer({ minimum: 1 })

/** What may be said about a class; what is absent stays as it is. */
export const ClassFacts = Type.Object(
  {
    /** `#rrggbb`; `null` lets the dashboard choose. */
    color: Type.Optional(Nullable(Type.String({ pattern: '^#[0-9a-f]{6}$' }))),
    goal: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 }))),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    synonyms: Type.Optional(Type.Array(ClassLabel, { maxItems: 50, uniqueItems: true })),
    /** The superclass; one level only: a class with classes below it has none above. */
    parentId: Type.Optional(Nullable(ClassId)),
  },
  closed,
)
export type ClassFacts = Static<typeof ClassFacts>

/**
 * `create-class` makes a class before anything is in it. `mark` says what a review found. `move` files pictures under another class (made by `label` when there is none).
 * `trash` takes them out of their class folder, `restore` puts them back where they were. The others are about whole
 * classes; `delete-class` takes its pictures to the trash, `merge-class` moves them and then deletes it.
 */
export const Act = Type.Union([
  Type.Object({ kind: Type.Literal('mark'), mark: Type.Enum([...reviewMarks]), of: Selection }, closed),
  Type.Object({ kind: Type.Literal('move'), label: ClassLabel, of: Selection }, closed),
  Type.Object({ kind: Type.Literal('trash'), of: Selection }, closed),
  Type.Object({ kind: Type.Literal('restore'), of: Selection }, closed),
  Type.Object(
    { kind: Type.Literal('create-class'), label: ClassLabel, facts: Type.Optional(ClassFacts) },
    closed,
  ),
  Type.Object({ kind: Type.Literal('rename-class'), classId: ClassId, label: ClassLabel }, closed),
  Type.Object({ kind: Type.Literal('merge-class'), classId: ClassId, intoClassId: ClassId }, closed),
  Type.Object({ kind: Type.Literal('delete-class'), classId: ClassId }, closed),
  Type.Object({ kind: Type.Literal('describe-class'), classId: ClassId, facts: ClassFacts }, closed),
])
export type Act = Static<typeof Act>
export const actKinds = [
  'mark',
  'move',
  'trash',
  'restore',
  'create-class',
  'rename-class',
  'merge-class',
  'delete-class',
  'describe-class',
  'empty-trash',
  'decide',
] as const
/** Besides what can be asked for as an {@link Act}: `empty-trash` is final, as is an import that was taken back, which is of the same kind; `decide` is about copies (`duplicates.ts`). */
export type ActKind = (typeof actKinds)[number]

/** `key` is made by who asks, once for each act: asked again after a lost answer, it is not done twice. */
export const ActRequest = Type.Object({ key: Type.String({ pattern: '^[0-9a-f]{32}$' }), act: Act }, closed)
export type ActRequest = Static<typeof ActRequest>

/**
 * `running` until all of it is done; `cancelled` when it was stopped before: what was done until then stays and can be
 * undone. `undoing` and `redoing` go on like `running`.
 */
export const actStates = ['running', 'done', 'cancelled', 'failed', 'undoing', 'undone', 'redoing'] as const
export type ActState = (typeof actStates)[number]

export const ActSummary = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    kind: Type.Enum([...actKinds]),
    state: Type.Enum([...actStates]),
    /** In words, as the log shows it: `Moved 12 pictures from hammer to mallet`. */
    title: Type.String(),
    /** Who did it: the name of a paired client, `dashboard` or `command line`. */
    by: Type.String(),
    atMs: Type.Integer(),
    /** Pictures it is about, how many of them are done, and how many were left alone because they had changed. */
    total: Count,
    done: Count,
    skipped: Count,
    /** Why it failed; a code of the catalogue. */
    code: Nullable(Type.String()),
  },
  closed,
)
export type ActSummary = Static<typeof ActSummary>

/** Newest first. */
export const ActPage = Type.Object(
  {
    acts: Type.Array(ActSummary),
    cursor: Nullable(Type.String()),
    /** What undo would take back, and redo would do again; `null` where there is nothing. */
    undoId: Nullable(Type.Integer()),
    redoId: Nullable(Type.Integer()),
  },
  closed,
)
export type ActPage = Static<typeof ActPage>

/** With `actId` that act, wherever it stands; without one the latest that stands, or the one undone last. */
export const ActStep = Type.Object(
  {
    key: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    actId: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
)
export type ActStep = Static<typeof ActStep>

/** Empties the trash for good; without `of` all of it. Removed pictures still do not come back by themselves. */
export const EmptyTrash = Type.Object(
  { key: Type.String({ pattern: '^[0-9a-f]{32}$' }), of: Type.Optional(Selection) },
  closed,
)
export type EmptyTrash = Static<typeof EmptyTrash>
