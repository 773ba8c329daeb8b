/** Sets whose pictures lie in a few large files: what the process that takes them apart is asked, and what it answers. */
import type { Static } from 'typebox'
import { Type } from 'typebox'

export const packedForms = ['hf-parquet', 'tfrecord'] as const
export type PackedForm = (typeof packedForms)[number]

export interface PackedFile {
  /** Below the set, with `/`. */
  readonly path: string
  /** Absolute path. */
  readonly place: string
}

/** Small files beside the large ones, by their names: what numbers of classes mean stands there. */
export type Texts = ReadonlyMap<string, string>

export interface UnpackAsk {
  readonly form: PackedForm
  readonly files: readonly PackedFile[]
  /** Of each folder a file lies in: names and content. */
  readonly texts: readonly (readonly [folder: string, files: readonly (readonly [string, string])[]])[]
  /** Empty; pictures are written there under numbers. */
  readonly folder: string
  /** Most bytes of a picture. */
  readonly mostBytes: number
}

export type ToUnpacker = { readonly ask: UnpackAsk } | { readonly goOn: true }

const closed = { additionalProperties: false } as const
const Word = Type.String({ maxLength: 8192 })
const Lost = Type.Enum(['without-picture', 'file-too-large'])
const Split = Type.Enum(['train', 'validation', 'test'])

/** What is said of a picture; nothing of it is believed yet. */
export const Told = Type.Object(
  {
    labels: Type.Array(Word, { maxItems: 1000 }),
    split: Type.Union([Split, Type.Null()]),
    boxes: Type.Array(
      Type.Object(
        {
          label: Word,
          ...{ x: Type.Number(), y: Type.Number(), width: Type.Number(), height: Type.Number() },
          unit: Type.Enum(['px', 'share']),
        },
        closed,
      ),
      { maxItems: 100_000 },
    ),
    size: Type.Union([Type.Object({ width: Type.Number(), height: Type.Number() }, closed), Type.Null()]),
    about: Type.Partial(
      Type.Object(
        {
          ...{ title: Word, sourceUrl: Word, landingUrl: Word, license: Word, licenseUrl: Word },
          ...{ engine: Word, query: Word, digest: Word },
        },
        closed,
      ),
    ),
  },
  closed,
)
export type Told = Static<typeof Told>

export const FromUnpacker = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('picture'),
      number: Type.Integer({ minimum: 0 }),
      sizeBytes: Type.Integer(),
      told: Told,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('problem'),
      file: Word,
      number: Type.Integer(),
      say: Type.String({ maxLength: 200 }),
      lost: Lost,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('done') }, closed),
  Type.Object(
    {
      kind: Type.Literal('failed'),
      why: Type.Enum(['damaged', 'too-large', 'disk']),
      reason: Type.String({ maxLength: 200 }),
    },
    closed,
  ),
])
export type FromUnpacker = Static<typeof FromUnpacker>

/** How many pictures may be on their way at once. */
export const mostUnanswered = 32

/** A picture as it lay in its file. */
export interface PackedPicture extends Told {
  readonly bytes: Uint8Array
}

/** Something that is no picture, where one should be. */
export interface PackedProblem {
  readonly say: string
  readonly lost: Static<typeof Lost>
}

export type PackedReader = (file: PackedFile, texts: Texts) => AsyncGenerator<PackedPicture | PackedProblem>

/** More than is taken into memory at once. */
export class TooLarge extends Error {}
