import { defaultSplitPlan, SplitPlan } from '@gleaner/shared/splits'
import Value from 'typebox/value'
import { expect, test } from 'vitest'
import { type PlanDraft, readPlanDraft, toPlanDraft } from './plan-draft.ts'

const usual = toPlanDraft(defaultSplitPlan)
const errorsOf = (patch: Partial<PlanDraft>) => Object.keys(readPlanDraft({ ...usual, ...patch }).errors)

test('a plan is shown in percent and read back as it was', () => {
  expect(usual).toMatchObject({ validation: '10', test: '10', trials: '1, 10, 20' })
  expect(readPlanDraft(usual)).toEqual({ plan: defaultSplitPlan, errors: {} })
  const odd: SplitPlan = {
    seed: 'a b',
    sizes: { kind: 'counts', validation: 0, test: 50 },
    byLandingPage: false,
    folds: 5,
    trials: [0.005, 0.333],
  }
  expect(readPlanDraft(toPlanDraft(odd))).toEqual({ plan: odd, errors: {} })
})

test('whatever is read without an error is a plan', () => {
  for (const draft of [
    usual,
    { ...usual, validation: '12,5', trials: '20 % 5;1' },
    { ...usual, kind: 'counts', validation: '3', test: '4', trials: '' } as const,
  ]) {
    const { plan, errors } = readPlanDraft(draft)
    expect([errors, Value.Check(SplitPlan, plan)]).toEqual([{}, true])
  }
})

test('what a plan cannot be is told by field', () => {
  expect(errorsOf({ validation: 'ten' })).toEqual(['validation'])
  expect(errorsOf({ validation: '91' })).toEqual(['validation'])
  expect(errorsOf({ validation: '60', test: '40' })).toEqual(['test'])
  expect(errorsOf({ kind: 'counts', validation: '1.5' })).toEqual(['validation'])
  expect(errorsOf({ seed: ' ' })).toEqual(['seed'])
  expect(errorsOf({ folds: '1' })).toEqual(['folds'])
  expect(errorsOf({ trials: '0' })).toEqual(['trials'])
  expect(errorsOf({ trials: '1 2 3 4 5 6 7 8 9' })).toEqual(['trials'])
})
