/** Bringing pictures in from elsewhere: what is asked for, and how it fares. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ClassLabel, DatasetName } from './dataset.ts'
import { StateCounts } from './outcome.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })

export const importFormats = [
  'class-folders',
  'table',
  'coco',
  'yolo',
  'voc',
  'open-images',
  'visual-genome',
  'imagenet',
  'hf-folder',
  'hf-parquet',
  'webdataset',
  'tfrecord',
  'gleaner',
] as const
export type ImportFormat = (typeof importFormats)[number]

const Names = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 10_000 })

/**
 * One's own classes and what they are called elsewhere: a list of names, or lists by format (`open-images`,
 * `visual-genome`, `imagenet`, …). Whatever the map does not name is left out.
 */
export const ClassMap = Type.Record(
  Type.String({ minLength: 1, maxLength: 64 }),
  Type.Union([Names, Type.Partial(Type.Record(Type.Enum([...importFormats]), Names), closed)]),
)
export type ClassMap = Static<typeof ClassMap>

/** The same for names that differ only in case and in what is between words. */
export const classNameKey = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()

/** Names of files a person had the server keep: 32 lower-case hex digits. */
export const UploadId = Type.String({ pattern: '^[0-9a-f]{32}$' })

export const ImportRequest = Type.Object(
  {
    /** Absolute path of a folder, archive, list or description on the server's own machine. */
    path: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
    /** Instead of a path: what was uploaded before. */
    upload: Type.Optional(UploadId),
    /** Found out when absent. */
    format: Type.Optional(Type.Enum([...importFormats])),
    /** Name of the dataset; made when there is none of that name. */
    dataset: DatasetName,
    /** Class of what names none. */
    class: Type.Optional(ClassLabel),
    map: Type.Optional(ClassMap),
    /** What becomes of splits the source names: held to them (`pin`), or forgotten. `pin` when absent. */
    splits: Type.Optional(Type.Enum(['pin', 'ignore'])),
    /** Whether pictures that are named by an address alone are fetched. A list of addresses is asked for to be fetched. */
    fetch: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type ImportRequest = Static<typeof ImportRequest>

/** What is to be looked through before it is imported. */
export const ImportLook = Type.Pick(ImportRequest, ['path', 'upload', 'format'], closed)
export type ImportLook = Static<typeof ImportLook>

/** Which classes a source names. */
export const ImportSeen = Type.Object(
  {
    /** `null` where that took too long to find out. */
    format: Nullable(Type.Enum([...importFormats])),
    /** Pictures that were looked at, and those of them that name no class. */
    pictures: Count,
    unnamed: Count,
    /** Whether all of it was looked at, and all names are told. */
    isWhole: Type.Boolean(),
    /** Named most first: how many pictures are of the class, and how many boxes; `also` is what the set calls it by number. */
    names: Type.Array(
      Type.Object(
        { name: Type.String(), also: Nullable(Type.String()), pictures: Count, boxes: Count },
        closed,
      ),
    ),
  },
  closed,
)
export type ImportSeen = Static<typeof ImportSeen>

/** `reading`: nothing was taken yet, and nothing is unless all of it is sound. */
export const importStates = ['reading', 'taking', 'done', 'failed', 'cancelled'] as const
export type ImportState = (typeof importStates)[number]

/** Why something the source names was not taken. What it was taken for and turned out to be is told by outcomes. */
export const importSkips = [
  'no-class',
  'not-mapped',
  'link',
  'file-missing',
  'file-too-large',
  'file-changed',
  'no-picture',
  'without-picture',
  'no-archive',
  'no-address',
  'address-not-asked-for',
  'box-outside',
  'box-turned',
] as const
export type ImportSkip = (typeof importSkips)[number]

export const ImportSummary = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    /** As it was given. */
    source: Type.String(),
    /** `null` while it is being found out. */
    format: Nullable(Type.Enum([...importFormats])),
    state: Type.Enum([...importStates]),
    /** Pictures taken, of how many. */
    done: Count,
    total: Count,
    /** New in the dataset; known before, in whatever state; refused by their address. */
    accepted: Count,
    known: Count,
    refused: Count,
    skipped: Type.Partial(
      Type.Object(
        Object.fromEntries(importSkips.map(reason => [reason, Count])) as {
          [R in ImportSkip]: typeof Count
        },
        closed,
      ),
    ),
    /** How what was taken fares. */
    counts: StateCounts,
    /** Whether it was taken back; `partly` while it is. */
    undone: Type.Enum(['no', 'partly', 'all']),
    /** Pictures whose boxes or split could not be kept, because a copy of them is held. */
    notesLeft: Count,
    by: Type.String(),
    startedAtMs: Type.Integer(),
    endedAtMs: Nullable(Type.Integer()),
    /** Why it failed: a code of the catalogue, and what it was about. */
    code: Nullable(Type.String()),
    facts: Nullable(Type.Record(Type.String(), Type.Unknown())),
  },
  closed,
)
export type ImportSummary = Static<typeof ImportSummary>

/** Newest first. */
export const ImportList = Type.Object({ imports: Type.Array(ImportSummary) }, closed)
export type ImportList = Static<typeof ImportList>

export const ImportStarted = Type.Object({ datasetId: Type.String(), import: ImportSummary }, closed)
export type ImportStarted = Static<typeof ImportStarted>

export const Uploaded = Type.Object({ upload: UploadId, sizeBytes: Count }, closed)
export type Uploaded = Static<typeof Uploaded>
