/** Which pictures are learned from and which are asked about afterwards: by group, so that no copy is on both sides. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { ClassLabel } from './dataset.ts'
import { ImageId } from './image.ts'
import { splitNames } from './split-name.ts'

export { type SplitName, splitNames } from './split-name.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })

/** How long a seed may be. */
export const splitSeedChars = 64

/** How much of each class goes to validation and test; the rest is train. */
export const SplitSizes = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('shares'),
      validation: Type.Number({ minimum: 0, maximum: 0.9 }),
      test: Type.Number({ minimum: 0, maximum: 0.9 }),
    },
    closed,
  ),
  /** So many pictures of every class, or as many as it has once one group is left to train. */
  Type.Object(
    {
      kind: Type.Literal('counts'),
      validation: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
      test: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    },
    closed,
  ),
])
export type SplitSizes = Static<typeof SplitSizes>

/** Copies, shots of one scene and groups a person chose always stay together. */
export const SplitPlan = Type.Object(
  {
    /** The same seed, pictures and plan give the same splits on every machine. */
    seed: Type.String({ minLength: 1, maxLength: splitSeedChars }),
    sizes: SplitSizes,
    /** Whether pictures of one landing page stay together. */
    byLandingPage: Type.Boolean(),
    /** Number of folds for cross-validation among train and validation; 0 for none. */
    folds: Type.Union([Type.Literal(0), Type.Integer({ minimum: 2, maximum: 20 })]),
    /** Shares of train that are enough for a trial, each part of every larger one. */
    trials: Type.Array(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), { maxItems: 8 }),
  },
  closed,
)
export type SplitPlan = Static<typeof SplitPlan>

export const defaultSplitPlan: SplitPlan = {
  seed: 'gleaner',
  sizes: { kind: 'shares', validation: 0.1, test: 0.1 },
  byLandingPage: true,
  folds: 0,
  trials: [0.01, 0.1, 0.2],
}

/** How many pictures of a class are in which split; `unassigned` ones are in none, see {@link SplitState}. */
export const ClassSplit = Type.Object(
  {
    classId: Type.Integer({ minimum: 1 }),
    label: ClassLabel,
    train: Count,
    validation: Count,
    test: Count,
    unassigned: Count,
  },
  closed,
)
export type ClassSplit = Static<typeof ClassSplit>

export const SplitState = Type.Object(
  {
    /** `null` until somebody asks for splits. */
    plan: Nullable(SplitPlan),
    classes: Type.Array(ClassSplit),
    groups: Count,
    pinned: Count,
    /** Held pictures that came since splits were last assigned. */
    fresh: Count,
    /** Pictures left out because they are near to pictures of two splits, neither of which may move. */
    bridging: Count,
    /** The first of them, each with pictures of different splits that it belongs together with. */
    bridges: Type.Array(
      Type.Object({ imageId: ImageId, near: Type.Array(ImageId, { maxItems: 4 }) }, closed),
      {
        maxItems: 50,
      },
    ),
  },
  closed,
)
export type SplitState = Static<typeof SplitState>

/** What assigning anew would change, before it is done. `moved` is empty unless a re-balance was asked for. */
export const SplitDiff = Type.Object(
  {
    assigned: Count,
    moved: Count,
    byMove: Type.Array(
      Type.Object(
        {
          from: Nullable(Type.Enum([...splitNames])),
          to: Nullable(Type.Enum([...splitNames])),
          count: Count,
        },
        closed,
      ),
    ),
    after: Type.Array(ClassSplit),
  },
  closed,
)
export type SplitDiff = Static<typeof SplitDiff>

/** Splits pictures that are in none; with `rebalance` everything but pinned pictures is assigned anew. */
export const AssignSplits = Type.Object(
  { plan: SplitPlan, rebalance: Type.Optional(Type.Boolean()), dryRun: Type.Optional(Type.Boolean()) },
  closed,
)
export type AssignSplits = Static<typeof AssignSplits>

/** Holds pictures, and with them their groups, to a split; `null` lets them go again. */
export const PinSplit = Type.Object(
  {
    imageIds: Type.Array(ImageId, { minItems: 1, maxItems: 10_000, uniqueItems: true }),
    split: Nullable(Type.Enum([...splitNames])),
  },
  closed,
)
export type PinSplit = Static<typeof PinSplit>

/** Pictures that a person wants on one side, whatever they look like (one series, one person, one place). */
export const KeepTogether = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    imageIds: Type.Array(ImageId, { minItems: 2, maxItems: 10_000, uniqueItems: true }),
  },
  closed,
)
export type KeepTogether = Static<typeof KeepTogether>

/** One of them that stands. Pictures that are not held any more are named, and count for nothing. */
export const ChosenGroup = Type.Object(
  { id: Type.Integer({ minimum: 1 }), name: Type.String(), imageIds: Type.Array(ImageId) },
  closed,
)
export type ChosenGroup = Static<typeof ChosenGroup>
export const ChosenGroups = Type.Object({ groups: Type.Array(ChosenGroup) }, closed)
export type ChosenGroups = Static<typeof ChosenGroups>

/**
 * How many pairs of near-duplicates have their halves in different splits: what a reader of the numbers of a model needs
 * to know. `withEarlier` counts pictures that were train in an earlier version and are test now, themselves or a copy.
 */
export const LeakCertificate = Type.Object(
  {
    /** Pairs at this distance (bits of 256) or below, confirmed by their pixels, are counted. */
    distanceBits: Type.Integer({ minimum: 0, maximum: 256 }),
    pairs: Count,
    byClass: Type.Array(Type.Object({ label: ClassLabel, pairs: Count }, closed)),
    /** The first of them, for a person to look at. */
    examples: Type.Array(Type.Object({ a: ImageId, b: ImageId, distanceBits: Count }, closed), {
      maxItems: 20,
    }),
    withEarlier: Type.Array(
      Type.Object(
        {
          versionId: Type.Integer({ minimum: 1 }),
          name: Type.String(),
          trainInTest: Count,
          testInTrain: Count,
        },
        closed,
      ),
    ),
  },
  closed,
)
export type LeakCertificate = Static<typeof LeakCertificate>
