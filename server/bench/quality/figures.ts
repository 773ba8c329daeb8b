/** What each measure has to tell apart, and how well it does. */
import type { QualityScores } from '@gleaner/shared/quality'

export interface Scored {
  readonly kind: string
  readonly source: string
  readonly scores: QualityScores
}

export interface Task {
  readonly problem: string
  readonly measure: keyof QualityScores
  /** Whether pictures with the problem have the larger scores. */
  readonly isAbove: boolean
  readonly bad: readonly string[]
  /** What must not be taken for it; photos as they are come first. */
  readonly good: readonly string[]
}

const photos = ['photo', 'on-white', 'on-black'] as const

export const tasks: readonly Task[] = [
  {
    problem: 'blurry',
    measure: 'sharpness',
    isAbove: false,
    bad: ['gaussian-1.5', 'gaussian-2.5', 'gaussian-4', 'enlarged-3', 'enlarged-5', 'motion-7', 'motion-13'],
    good: [...photos, 'shallow', 'clip-art', 'dark-0.3'],
  },
  { problem: 'dark', measure: 'brightness', isAbove: false, bad: ['dark-0.3', 'dark-0.15'], good: photos },
  {
    problem: 'bright',
    measure: 'brightness',
    isAbove: true,
    bad: ['bright-1.8', 'bright-2.5', 'faded'],
    good: photos,
  },
  {
    problem: 'low-information',
    measure: 'information',
    isAbove: false,
    bad: ['nothing', 'tiny-on-white'],
    good: [...photos, 'shallow', 'clip-art'],
  },
  {
    problem: 'greyscale',
    measure: 'colorfulness',
    isAbove: false,
    bad: ['grey'],
    good: [...photos, 'muted'],
  },
  {
    problem: 'near-empty',
    measure: 'emptiness',
    isAbove: true,
    bad: ['nothing', 'tiny-on-white'],
    good: photos,
  },
  {
    problem: 'text',
    measure: 'text',
    isAbove: true,
    bad: ['print', 'written', 'captioned'],
    good: [...photos, 'shallow', 'clip-art'],
  },
  {
    problem: 'watermark',
    measure: 'watermark',
    isAbove: true,
    bad: ['tiled', 'marked'],
    good: [...photos, 'shallow', 'captioned', 'clip-art'],
  },
  {
    problem: 'screenshot',
    measure: 'screenshot',
    isAbove: true,
    bad: ['screen'],
    good: [...photos, 'shallow', 'clip-art', 'nothing', 'tiny-on-white', 'written', 'captioned'],
  },
]

export interface Figure {
  readonly problem: string
  readonly bad: string
  readonly pictures: number
  /** How often a bad picture has the worse score of a bad one and a good one; 0.5 is chance. */
  readonly auc: number
  /** Share of the bad that are found where 1 % of the good are taken for bad. */
  readonly recall: number
  /** The threshold of that. */
  readonly threshold: number
  /** Middle scores of the bad and of the good. */
  readonly middle: readonly [bad: number, good: number]
}

const falseAlarms = 0.01

export function figuresOf(scored: readonly Scored[]): Figure[] {
  const of = (kinds: readonly string[], { measure, isAbove }: Task) =>
    scored
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ scores }) => (isAbove ? 1 : -1) * scores[measure])
  return tasks.flatMap(task => {
    const good = of(task.good, task).sort((a, b) => a - b)
    return task.bad.map(kind => {
      const bad = of([kind], task).sort((a, b) => a - b)
      const sign = task.isAbove ? 1 : -1
      const limit = good[Math.min(good.length - 1, Math.ceil(good.length * (1 - falseAlarms)))] ?? 0
      return {
        problem: task.problem,
        bad: kind,
        pictures: bad.length,
        auc: separation(bad, good),
        recall: bad.filter(value => value > limit).length / bad.length,
        threshold: sign * limit + sign,
        middle: [sign * middleOf(bad), sign * middleOf(good)],
      }
    })
  })
}

const middleOf = (sorted: readonly number[]) => sorted[Math.floor(sorted.length / 2)] ?? 0

function separation(bad: readonly number[], good: readonly number[]): number {
  let won = 0
  for (const value of bad) {
    for (const other of good) won += value > other ? 1 : value === other ? 0.5 : 0
  }
  return won / (bad.length * good.length)
}
