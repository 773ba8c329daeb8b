/** Where thresholds lie on a slider: scores evenly, sizes and shapes by how many times larger they are. */
import { type ProblemRule, problemRules, type QualityProblem } from '@gleaner/shared/quality-problems'

/** Positions of a slider whose scale is not even. */
const positions = 200

const isEven = ({ measure }: ProblemRule) => measure !== 'side' && measure !== 'aspect'

export interface Scale {
  readonly least: number
  readonly most: number
  readonly toValue: (position: number) => number
  readonly toPosition: (value: number) => number
}

export function scaleOf(problem: QualityProblem): Scale {
  const rule: ProblemRule = problemRules[problem]
  const { least, most, step } = rule
  if (isEven(rule)) return { least, most, toValue: position => position, toPosition: value => value }
  const growth = Math.log(most / least)
  return {
    least: 0,
    most: positions,
    toValue: position => {
      const value = least * Math.exp((growth * position) / positions)
      const rounded = Number((Math.round(value / step) * step).toFixed(2))
      return Math.min(most, Math.max(least, rounded))
    },
    toPosition: value => Math.round((positions * Math.log(Math.max(least, value) / least)) / growth),
  }
}

/** How far along the slider a value lies, 0 to 1. */
export const shareOf = ({ least, most, toPosition }: Scale, value: number): number =>
  Math.min(1, Math.max(0, (toPosition(value) - least) / (most - least)))

/** @param counts - pictures of each score, 0 to 100 @returns how many a threshold takes */
export function takenBy(problem: QualityProblem, threshold: number, counts: readonly number[]): number {
  const { takes } = problemRules[problem]
  return counts.reduce((sum, count, score) => {
    const isTaken = takes === 'below' ? score <= threshold : score >= threshold
    return isTaken ? sum + count : sum
  }, 0)
}

/** Whether a problem is told by a score, of which pictures are counted one by one. */
export const hasScore = (problem: QualityProblem): boolean => isEven(problemRules[problem])
