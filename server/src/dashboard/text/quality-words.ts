/** Problems of pictures, and thresholds, in words. */
import { type ProblemMeasure, problemRules, type QualityProblem } from '@gleaner/shared/quality-problems'
import { formatCount } from './format.ts'

interface Words {
  readonly name: string
  /** What such a picture is like, and how sure it is. */
  readonly about: string
}

export const problemWords: Readonly<Record<QualityProblem, Words>> = {
  blurry: {
    name: 'Blurry',
    about: 'Even the sharpest parts are soft: out of focus or enlarged. A blurred background does not count.',
  },
  dark: { name: 'Too dark', about: 'Even the brightest parts are dark.' },
  bright: { name: 'Too bright', about: 'Even the darkest parts are bright: overexposed, or faded.' },
  'low-information': {
    name: 'Little to see',
    about: 'Hardly anything differs: plain grounds, placeholders.',
  },
  greyscale: { name: 'Without colour', about: 'Black and white, or nearly.' },
  'near-empty': { name: 'Nearly empty', about: 'Almost all of it is a plain ground.' },
  text: { name: 'Covered with text', about: 'Lines of text take a good part of it: pages, posters, memes.' },
  watermark: {
    name: 'Perhaps watermarked',
    about: 'No more than a hint: most marks are missed, and many pictures here have none.',
  },
  screenshot: { name: 'Like a screenshot', about: 'Straight lines and text on grounds of one tone.' },
  small: { name: 'Small', about: 'The original is small.' },
  large: { name: 'Very large', about: 'The original is far larger than others.' },
  wide: { name: 'Very wide', about: 'A strip: much wider than high.' },
  tall: { name: 'Very tall', about: 'A strip: much higher than wide.' },
}

const measureNames: Readonly<Record<ProblemMeasure, string>> = {
  sharpness: 'Sharpness',
  brightness: 'Brightness',
  information: 'Information',
  colorfulness: 'Colourfulness',
  emptiness: 'Emptiness',
  text: 'Text',
  watermark: 'Watermark',
  screenshot: 'Likeness to a screenshot',
  side: 'Shortest side',
  aspect: 'Width over height',
}

/** `32`, `100 px`, `3 : 1`, `1 : 2.9`. */
export function thresholdValue(measure: ProblemMeasure, value: number): string {
  if (measure === 'side') return `${formatCount(value)} px`
  if (measure !== 'aspect') return formatCount(value)
  const rounded = (ratio: number) => Math.round(ratio * 100) / 100
  return value >= 1 ? `${rounded(value)} : 1` : `1 : ${rounded(1 / value)}`
}

/** `Sharpness 32 or less`. */
export function thresholdWords(problem: QualityProblem, value: number): string {
  const { measure, takes } = problemRules[problem]
  return `${measureNames[measure]} ${thresholdValue(measure, value)} or ${takes === 'below' ? 'less' : 'more'}`
}

export const measureName = (problem: QualityProblem): string => measureNames[problemRules[problem].measure]
