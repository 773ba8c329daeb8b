/** Measures of how good a picture is for training, and what is called a problem by them. */

import type { Static } from 'typebox'
import { Type } from 'typebox'

/** Grows whenever pictures may get other scores than before: then all of them are measured anew. */
export const qualityVersion = 1

/**
 * What is measured of every picture, each 0 to 100: `sharpness` of its sharpest parts, `brightness`
 * midway between its darkest and its brightest parts, `information` (how much differs within it), `colorfulness` (0 is
 * greyscale), `emptiness` (share without structure), `text` (share covered by lines of text), `watermark` (how likely a mark
 * is laid over it; no more than a hint), `screenshot` (how like a screen it looks). docs/quality.md says how sure each is.
 */
export const qualityMeasures = [
  'sharpness',
  'brightness',
  'information',
  'colorfulness',
  'emptiness',
  'text',
  'watermark',
  'screenshot',
] as const
export type QualityMeasure = (typeof qualityMeasures)[number]

export const QualityScores = Type.Object(
  Object.fromEntries(
    qualityMeasures.map(measure => [measure, Type.Integer({ minimum: 0, maximum: 100 })]),
  ) as { [M in QualityMeasure]: ReturnType<typeof Type.Integer> },
  { additionalProperties: false },
)
export type QualityScores = Static<typeof QualityScores>
