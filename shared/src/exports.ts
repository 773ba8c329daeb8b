/** Writing a version in a form that trainers load: what is asked for, what is found before, what was proved after. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { splitNames } from './splits.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })

export const exportFormats = [
  'class-folders',
  'csv',
  'jsonl',
  'flickr-tool',
  'coco',
  'yolo',
  'voc',
  'ground-truth',
  'vertex',
  'hf-parquet',
  'hf-folder',
  'webdataset',
  'tfrecord',
  'tfds',
  'mnist-idx',
  'cifar-binary',
  'numpy',
  'links',
] as const
export type ExportFormat = (typeof exportFormats)[number]

export const pixelFits = ['inside', 'cover', 'pad', 'stretch'] as const
export type PixelFit = (typeof pixelFits)[number]

/** How pictures are made for an export. */
export const ExportRender = Type.Object(
  {
    /** Longest side (`inside`) or side of the square, in pixels; `null`: as it lies under `images/`, without encoding it again. */
    sidePx: Nullable(Type.Integer({ minimum: 8, maximum: 8192 })),
    fit: Type.Enum([...pixelFits]),
    /** What fills up `pad`: a colour, or the picture itself mirrored at its edges. */
    padding: Type.Union([Type.String({ pattern: '^#[0-9a-f]{6}$' }), Type.Literal('mirror')]),
    isGrey: Type.Boolean(),
    format: Type.Enum(['jpeg', 'png', 'webp']),
    /** Of JPEG and WebP. */
    quality: Type.Integer({ minimum: 40, maximum: 100 }),
    /** Whether the crop of a picture is cut out where it has one. */
    useCrops: Type.Boolean(),
  },
  closed,
)
export type ExportRender = Static<typeof ExportRender>
export const defaultExportRender: ExportRender = {
  sidePx: null,
  fit: 'inside',
  padding: '#ffffff',
  isGrey: false,
  format: 'jpeg',
  quality: 92,
  useCrops: true,
}

export const ExportBalance = Type.Object(
  {
    /** At most so many train pictures of a class, chosen by the trial rank. */
    cap: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Writes `oversample.csv`: how often each train picture is to be drawn so that classes are equal. */
    oversampleList: Type.Optional(Type.Boolean()),
    /** Writes `class_weights.json`. */
    classWeights: Type.Optional(Type.Boolean()),
    /** A class that counts as background, and the share of train it is held to. */
    background: Type.Optional(
      Type.Object(
        { label: Type.String(), share: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }) },
        closed,
      ),
    ),
  },
  closed,
)
export type ExportBalance = Static<typeof ExportBalance>

export const exportContainers = ['folder', 'tar', 'tgz', 'zip'] as const
export type ExportContainer = (typeof exportContainers)[number]

/** `options` are those of the format, see {@link ExportFormatInfo}; absent ones have defaults. */
export const ExportRequest = Type.Object(
  {
    versionId: Type.Integer({ minimum: 1 }),
    format: Type.Enum([...exportFormats]),
    /** Folder (or archive) under `exports/`; made from version and format when absent. */
    name: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,79}$' })),
    container: Type.Optional(Type.Enum([...exportContainers])),
    render: Type.Optional(Type.Partial(ExportRender, closed)),
    balance: Type.Optional(ExportBalance),
    /** Only these splits; all when absent. Pictures in no split are in none of them, but in an export without splits. */
    splits: Type.Optional(Type.Array(Type.Enum([...splitNames]), { minItems: 1, uniqueItems: true })),
    /** Of train only the trial subset of this share. */
    trial: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
    /** Labels of classes that are left out. */
    leaveOut: Type.Optional(Type.Array(Type.String(), { minItems: 1, uniqueItems: true })),
    /** Whether pictures are left out whose files went when the trash was emptied; they stop an export otherwise. */
    leaveOutGone: Type.Optional(Type.Boolean()),
    /** Folder names for classes, by label, where the usual ones do not suit a consumer. */
    classNames: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 120 }))),
    /** Whether the proof decodes every picture and counts copies across splits anew. Nothing that is written depends on it. */
    recount: Type.Optional(Type.Boolean()),
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  closed,
)
export type ExportRequest = Static<typeof ExportRequest>

/** A request with the fix of a finding laid over it: what the fix does not name stays. */
export function withFix(request: ExportRequest, fix: Partial<ExportRequest>): ExportRequest {
  const merged: ExportRequest = { ...request, ...fix }
  if (fix.render) merged.render = { ...request.render, ...fix.render }
  if (fix.balance) merged.balance = { ...request.balance, ...fix.balance }
  if (fix.classNames) merged.classNames = { ...request.classNames, ...fix.classNames }
  // Another format has other options.
  if (fix.options && !fix.format) merged.options = { ...request.options, ...fix.options }
  return merged
}

/** `refused`: cannot be written so. `lost`: would be written, and a consumer would lose something. `note`: good to know. */
export const findingWeights = ['refused', 'lost', 'note'] as const
export const Finding = Type.Object(
  {
    /** Permanent, `EXPORT_…`, see the catalogue. */
    code: Type.String(),
    weight: Type.Enum([...findingWeights]),
    /** Pictures (or classes) it is about. */
    count: Count,
    say: Type.String(),
    hint: Type.String(),
    examples: Type.Array(Type.String(), { maxItems: 5 }),
    /** What to lay over the request so that it is no longer so; `null` when no such thing is known. */
    fix: Nullable(Type.Partial(ExportRequest, closed)),
  },
  closed,
)
export type Finding = Static<typeof Finding>

/** What would be written, and what would be lost or refused. Without `refused` findings it can be written. */
export const Preflight = Type.Object(
  {
    findings: Type.Array(Finding),
    images: Count,
    classes: Type.Array(Type.Object({ label: Type.String(), name: Type.String(), images: Count }, closed)),
    splits: Type.Record(Type.String(), Count),
    /** A guess. */
    sizeBytes: Count,
    /** Pictures that have to be encoded again. */
    encoded: Count,
  },
  closed,
)
export type Preflight = Static<typeof Preflight>

export const exportStates = ['rendering', 'writing', 'proving', 'done', 'cancelled', 'failed'] as const
export type ExportState = (typeof exportStates)[number]

export const ExportSummary = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    /** `null` when the version was deleted since. */
    versionId: Nullable(Type.Integer({ minimum: 1 })),
    versionName: Type.String(),
    format: Type.Enum([...exportFormats]),
    container: Type.Enum([...exportContainers]),
    name: Type.String(),
    state: Type.Enum([...exportStates]),
    /** Work, in parts as large as writing one picture. */
    done: Count,
    total: Count,
    /** `null` while it cannot be told. */
    secondsLeft: Nullable(Count),
    startedAtMs: Type.Integer(),
    endedAtMs: Nullable(Type.Integer()),
    sizeBytes: Count,
    /** Path below the dataset's folder once it is there. */
    path: Nullable(Type.String()),
    /** What was read back from the files and compared; `null` before. */
    proof: Nullable(
      Type.Object(
        {
          images: Count,
          files: Count,
          classes: Count,
          digestsCompared: Count,
          pairsAcrossSplits: Nullable(Count),
        },
        closed,
      ),
    ),
    findings: Type.Array(Finding),
    /** Why it failed; a code of the catalogue, and what it was about. */
    code: Nullable(Type.String()),
    facts: Nullable(Type.String()),
  },
  closed,
)
export type ExportSummary = Static<typeof ExportSummary>
export const ExportList = Type.Object({ exports: Type.Array(ExportSummary) }, closed)
export type ExportList = Static<typeof ExportList>

/** A format as forms and command line show it. */
export const ExportFormatInfo = Type.Object(
  {
    format: Type.Enum([...exportFormats]),
    title: Type.String(),
    /** Who reads it. */
    readBy: Type.String(),
    containers: Type.Array(Type.Enum([...exportContainers])),
    /** JSON schema of its options: an object of strings, numbers, booleans and enums, each with a title and a default. */
    options: Type.Unknown(),
  },
  closed,
)
export type ExportFormatInfo = Static<typeof ExportFormatInfo>
export const ExportFormats = Type.Object({ formats: Type.Array(ExportFormatInfo) }, closed)
export type ExportFormats = Static<typeof ExportFormats>
