/** Groups of pictures that are copies of one another, label conflicts, and what a person decides about both. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ClassLabel, DuplicateCounts } from './dataset.ts'
import { ImageId, ImageSummary } from './image.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })

/** By what two pictures were found to be the same, surest first. */
export const duplicateLevels = ['url', 'bytes', 'pixels', 'look'] as const
export type DuplicateLevel = (typeof duplicateLevels)[number]

/**
 * How one picture differs from the other: `same` in size, format or compression only; `edited` in tone, colour or by
 * something put over it; `crop` shows a part; `border` and `caption` have bars or a line of text around it; `mirror`
 * and `turn` as they say; `burst` is another shot of almost the same scene.
 */
export const pairKinds = ['same', 'edited', 'crop', 'border', 'caption', 'mirror', 'turn', 'burst'] as const
export type PairKind = (typeof pairKinds)[number]

/**
 * Where picture `b` lies on picture `a`, both measured in their own width and height (0 to 1 from left and top): six
 * numbers as CSS orders them, `x = m0·u + m2·v + m4`, `y = m1·u + m3·v + m5` for the point `(u, v)` of `b`.
 */
export const Placement = Type.Array(Type.Number(), { minItems: 6, maxItems: 6 })
export type Placement = readonly number[]

/** Two pictures of a group that were compared pixel by pixel and found to belong together. */
export const DuplicatePair = Type.Object(
  {
    a: ImageId,
    b: ImageId,
    level: Type.Enum([...duplicateLevels]),
    kind: Type.Enum([...pairKinds]),
    /** Of 256 bits, between the forms that matched; `null` where no look was compared. */
    distanceBits: Nullable(Type.Integer({ minimum: 0, maximum: 256 })),
    /** What is left between the pixels once aligned, 0 (nothing) to 1; `null` where no pixels were compared. */
    difference: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
    /** `null` where it is not known; both then fill the same frame. */
    placement: Nullable(Placement),
  },
  closed,
)
export type DuplicatePair = Static<typeof DuplicatePair>

/** A held picture with what one needs in order to choose between copies. */
export const ComparedImage = Type.Object(
  {
    ...ImageSummary.properties,
    classLabel: ClassLabel,
    /** Of the rendered picture. */
    sizeBytes: Type.Integer({ minimum: 0 }),
    original: Type.Object(
      { width: Type.Integer(), height: Type.Integer(), format: Type.String(), sizeBytes: Type.Integer() },
      closed,
    ),
    /** Where the picture came from; `null` where that is not known. */
    host: Nullable(Type.String()),
  },
  closed,
)
export type ComparedImage = Static<typeof ComparedImage>

export const GroupMember = Type.Object(
  {
    ...ComparedImage.properties,
    /** Sentences: for the proposed keeper why it is the best, for the others what speaks against each. */
    reasons: Type.Array(Type.String()),
  },
  closed,
)
export type GroupMember = Static<typeof GroupMember>

/** What holds a group together: copies of one picture, or separate shots of almost the same scene. */
export const groupKinds = ['copies', 'burst'] as const
export type GroupKind = (typeof groupKinds)[number]

/** `open` waits for a person; `kept` stays together as it is, because a person said so. */
export const groupStates = ['open', 'kept'] as const
export type GroupState = (typeof groupStates)[number]

export const GroupSummary = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    kind: Type.Enum([...groupKinds]),
    state: Type.Enum([...groupStates]),
    /** Pictures in it. */
    size: Type.Integer({ minimum: 2 }),
    /** The picture proposed to be kept. */
    keeperId: ImageId,
    /** Whether its pictures lie in more than one class. */
    isAcrossClasses: Type.Boolean(),
  },
  closed,
)
export type GroupSummary = Static<typeof GroupSummary>

/** In order of making, oldest first. `cursor` asks for the page after; `null` when this was the last. */
export const GroupPage = Type.Object(
  { groups: Type.Array(GroupSummary), cursor: Nullable(Type.String()) },
  closed,
)
export type GroupPage = Static<typeof GroupPage>

export const GroupDetail = Type.Object(
  {
    ...GroupSummary.properties,
    /** The proposed keeper first. */
    members: Type.Array(GroupMember),
    pairs: Type.Array(DuplicatePair),
  },
  closed,
)
export type GroupDetail = Static<typeof GroupDetail>

/** Members as the person saw them; a group that is not the same any more is not touched (`DUPLICATES_CHANGED`). */
const memberIds = Type.Array(ImageId, { minItems: 2, maxItems: 10_000, uniqueItems: true })

/** What a person decides about a group. */
export const GroupDecision = Type.Union([
  /** These stay, all others of the group are removed. */
  Type.Object(
    {
      act: Type.Literal('keep'),
      keepIds: Type.Array(ImageId, { minItems: 1, uniqueItems: true }),
      memberIds,
    },
    closed,
  ),
  /** They are copies, and all of them stay: together in splits. */
  Type.Object({ act: Type.Literal('keep-all'), memberIds }, closed),
  /** No two of them are copies of each other, or, with `imageId`, this one is a copy of none. Never asked again. */
  Type.Object({ act: Type.Literal('not-duplicates'), imageId: Type.Optional(ImageId), memberIds }, closed),
  /** Separate shots of almost the same scene: all stay, together in splits. */
  Type.Object({ act: Type.Literal('burst'), memberIds }, closed),
])
export type GroupDecision = Static<typeof GroupDecision>

// ── Label conflicts ─────────────────────────────────────────────────────────────────────────────────────────────

/** The same picture found for another class than the one it is in. */
export const ConflictOffer = Type.Object(
  {
    classId: Type.Integer(),
    classLabel: ClassLabel,
    /** Candidates that offered it for this class. */
    candidates: Type.Integer({ minimum: 1 }),
    level: Type.Enum([...duplicateLevels]),
    distanceBits: Nullable(Type.Integer({ minimum: 0, maximum: 256 })),
    /** Of the first of them. */
    title: Nullable(Type.String()),
    host: Nullable(Type.String()),
    engine: Nullable(Type.String()),
    query: Nullable(Type.String()),
  },
  closed,
)
export type ConflictOffer = Static<typeof ConflictOffer>

export const LabelConflict = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    /** The picture as it is held, in the class it is in. */
    image: ComparedImage,
    offers: Type.Array(ConflictOffer, { minItems: 1 }),
    foundAtMs: Type.Integer(),
  },
  closed,
)
export type LabelConflict = Static<typeof LabelConflict>

export const ConflictPage = Type.Object(
  { conflicts: Type.Array(LabelConflict), cursor: Nullable(Type.String()) },
  closed,
)
export type ConflictPage = Static<typeof ConflictPage>

/** What a person decides about a picture found for several classes. */
export const ConflictDecision = Type.Union([
  /** It belongs to this class: the one it is in, or an offered one, to which it moves. */
  Type.Object({ act: Type.Literal('file'), classId: Type.Integer() }, closed),
  /** It belongs to none and goes. */
  Type.Object({ act: Type.Literal('remove') }, closed),
])
export type ConflictDecision = Static<typeof ConflictDecision>

// ── What was done, and how much is left ─────────────────────────────────────────────────────────────────────────

export const duplicateActs = ['keep', 'keep-all', 'not-duplicates', 'burst', 'file', 'remove'] as const
export type DuplicateAct = (typeof duplicateActs)[number]

/** A decision that was carried out and can be taken back as one. */
export const DoneAct = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    act: Type.Enum([...duplicateActs]),
    /** Pictures it removed. */
    removed: Count,
    atMs: Type.Integer(),
  },
  closed,
)
export type DoneAct = Static<typeof DoneAct>

export const UndoAct = Type.Object({ actId: Type.Integer({ minimum: 1 }) }, closed)
export type UndoAct = Static<typeof UndoAct>

export const DuplicateOverview = Type.Object(
  {
    ...DuplicateCounts.properties,
    /** What an undo would take back; `null` when there is nothing. */
    lastAct: Nullable(DoneAct),
  },
  closed,
)
export type DuplicateOverview = Static<typeof DuplicateOverview>
