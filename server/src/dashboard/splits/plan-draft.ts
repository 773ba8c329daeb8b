/** A split plan as it is typed, and back: everything a form can get wrong is told field by field. */
import { type SplitPlan, splitSeedChars } from '@gleaner/shared/splits'

export type SizeKind = SplitPlan['sizes']['kind']

/** What the form holds: text where a person types. */
export interface PlanDraft {
  readonly kind: SizeKind
  /** Percent, or pictures a class. */
  readonly validation: string
  readonly test: string
  readonly seed: string
  readonly byLandingPage: boolean
  readonly folds: string
  /** Percent, with commas between. */
  readonly trials: string
}
export type PlanErrors = Partial<Record<keyof PlanDraft, string>>

const percent = (share: number): string => `${Number((share * 100).toFixed(4))}`
const share = (text: string): number => Number((Number(text) / 100).toFixed(6))

export function toPlanDraft({ sizes, seed, byLandingPage, folds, trials }: SplitPlan): PlanDraft {
  const said = sizes.kind === 'shares' ? percent : String
  return {
    ...{ kind: sizes.kind, seed, byLandingPage },
    validation: said(sizes.validation),
    test: said(sizes.test),
    folds: `${folds}`,
    trials: trials.map(percent).join(', '),
  }
}

const numberPattern = /^\d+(\.\d+)?$/
const readNumber = (text: string): number => {
  const typed = text.trim().replace(',', '.')
  return numberPattern.test(typed) ? Number(typed) : Number.NaN
}

function readSizes({ kind, validation, test }: PlanDraft, errors: PlanErrors): SplitPlan['sizes'] {
  const [forValidation, forTest] = [readNumber(validation), readNumber(test)]
  const most = kind === 'shares' ? 90 : 1_000_000
  const said = kind === 'shares' ? 'A number from 0 to 90.' : 'A whole number of pictures.'
  const isRight = (value: number) =>
    value >= 0 && value <= most && (kind === 'shares' || Number.isInteger(value))
  if (!isRight(forValidation)) errors.validation = said
  if (!isRight(forTest)) errors.test = said
  const isTooMuch =
    kind === 'shares' && isRight(forValidation) && isRight(forTest) && forValidation + forTest > 95
  if (isTooMuch) errors.test = 'Leave at least 5 % to train.'
  return kind === 'shares'
    ? { kind, validation: share(`${forValidation}`), test: share(`${forTest}`) }
    : { kind, validation: forValidation, test: forTest }
}

function readFolds(text: string, errors: PlanErrors): number {
  const folds = readNumber(text)
  const isRight = folds === 0 || (Number.isInteger(folds) && folds >= 2 && folds <= 20)
  if (!isRight) errors.folds = '0 for none, or from 2 to 20.'
  return folds
}

function readTrials(text: string, errors: PlanErrors): number[] {
  const parts = text.split(/[,;]\s*|\s+/).filter(part => part !== '' && part !== '%')
  const trials = parts.map(part => readNumber(part.replace('%', '')))
  const isRight = trials.length <= 8 && trials.every(value => value > 0 && value < 100)
  if (!isRight) errors.trials = 'Up to eight numbers between 0 and 100, with commas between.'
  return [...new Set(trials)].sort((a, b) => a - b).map(value => share(`${value}`))
}

/** @returns the plan that is meant, and what is wrong by field; the plan counts only where nothing is */
export function readPlanDraft(draft: PlanDraft): { readonly plan: SplitPlan; readonly errors: PlanErrors } {
  const errors: PlanErrors = {}
  const seed = draft.seed.trim()
  if (seed === '' || seed.length > splitSeedChars) errors.seed = `A word of up to ${splitSeedChars} letters.`
  const plan: SplitPlan = {
    seed,
    sizes: readSizes(draft, errors),
    byLandingPage: draft.byLandingPage,
    folds: readFolds(draft.folds, errors),
    trials: readTrials(draft.trials, errors),
  }
  return { plan, errors }
}
