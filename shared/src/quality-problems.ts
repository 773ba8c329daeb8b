/** What is called a problem of a picture: one measure, and from where on. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import type { GalleryFilter, GalleryOrder } from './gallery.ts'
import { type QualityMeasure, qualityMeasures } from './quality.ts'

const closed = { additionalProperties: false } as const

/** What problems are told by: a score, the shortest side of the original in pixels, or its width over its height. */
export type ProblemMeasure = QualityMeasure | 'side' | 'aspect'

export interface ProblemRule {
  readonly measure: ProblemMeasure
  /** Pictures at the threshold, and on this side of it, have the problem. */
  readonly takes: 'below' | 'above'
  /** Where a threshold may lie, and by how much it is moved at once. */
  readonly least: number
  readonly most: number
  readonly step: number
  /** As docs/quality.md gives reasons for. */
  readonly usual: number
}

const score = { least: 0, most: 100, step: 1 } as const
const side = { measure: 'side', least: 16, most: 10_000, step: 1 } as const
const aspect = { measure: 'aspect', least: 0.05, most: 20, step: 0.05 } as const

/** Every problem that is looked for, by name. */
export const problemRules = {
  blurry: { ...score, measure: 'sharpness', takes: 'below', usual: 32 },
  dark: { ...score, measure: 'brightness', takes: 'below', usual: 17 },
  bright: { ...score, measure: 'brightness', takes: 'above', usual: 86 },
  'low-information': { ...score, measure: 'information', takes: 'below', usual: 22 },
  greyscale: { ...score, measure: 'colorfulness', takes: 'below', usual: 10 },
  'near-empty': { ...score, measure: 'emptiness', takes: 'above', usual: 88 },
  text: { ...score, measure: 'text', takes: 'above', usual: 12 },
  watermark: { ...score, measure: 'watermark', takes: 'above', usual: 80 },
  screenshot: { ...score, measure: 'screenshot', takes: 'above', usual: 75 },
  small: { ...side, takes: 'below', usual: 100 },
  large: { ...side, takes: 'above', usual: 5000 },
  wide: { ...aspect, takes: 'above', usual: 3 },
  tall: { ...aspect, takes: 'below', usual: 0.35 },
} as const satisfies Readonly<Record<string, ProblemRule>>

export type QualityProblem = keyof typeof problemRules
export const qualityProblems = Object.keys(problemRules) as QualityProblem[]
export const isQualityProblem = (text: string): text is QualityProblem => Object.hasOwn(problemRules, text)

const undecided: GalleryFilter = { marks: ['none', 'unsure'] }

/**
 * The pictures that have a problem, but those a person kept: they have been decided about. A picture that has not been
 * measured has no problem that is told by a score.
 */
export function problemFilter(problem: QualityProblem, threshold: number): GalleryFilter {
  const { measure, takes } = problemRules[problem]
  const range = takes === 'below' ? { max: threshold } : { min: threshold }
  if (measure === 'side') return { ...undecided, sidePx: range }
  if (measure === 'aspect') return { ...undecided, aspect: range }
  return { ...undecided, scores: { [measure]: range } }
}

/** Worst first. */
export function worstFirst(problem: QualityProblem): GalleryOrder {
  const { measure, takes } = problemRules[problem]
  return { by: measure, isDescending: takes === 'above' }
}

const Threshold = Type.Number({ minimum: 0, maximum: 10_000 })

export const QualityOverview = Type.Object(
  {
    /** In the order of how many pictures they take, most first. */
    problems: Type.Array(
      Type.Object(
        {
          problem: Type.Enum(qualityProblems),
          measure: Type.Enum([...qualityMeasures, 'side', 'aspect']),
          takes: Type.Enum(['below', 'above']),
          threshold: Threshold,
          usual: Threshold,
          /** Held pictures that have it and that nobody kept. */
          count: Type.Integer({ minimum: 0 }),
        },
        closed,
      ),
    ),
    /** Held pictures. */
    images: Type.Integer({ minimum: 0 }),
    /** Of these, how many have scores; the others are measured when nothing else is to be done. */
    measured: Type.Integer({ minimum: 0 }),
  },
  closed,
)
export type QualityOverview = Static<typeof QualityOverview>

/** Thresholds that are changed; `null` brings the usual one back. */
export const ThresholdChange = Type.Object(
  {
    thresholds: Type.Object(
      Object.fromEntries(
        qualityProblems.map(problem => {
          const { least, most } = problemRules[problem]
          const within = Type.Number({ minimum: least, maximum: most })
          return [problem, Type.Optional(Type.Union([within, Type.Null()]))]
        }),
      ) as { [P in QualityProblem]: Type.TOptional<Type.TUnion<[Type.TNumber, Type.TNull]>> },
      { ...closed, minProperties: 1 },
    ),
  },
  closed,
)
export type ThresholdChange = Static<typeof ThresholdChange>
