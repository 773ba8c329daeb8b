import { expect, test } from 'vitest'
import { nextStep } from './next-step.ts'

test.each([
  [false, false, false, 0],
  [true, false, false, 1],
  [false, true, false, 2],
  [true, true, true, 3],
  [false, false, true, 3],
])('seen %s, paired %s, collected %s: step %i is next', (extensionSeen, paired, collected, step) => {
  expect(nextStep({ extensionSeen, paired, collected })).toBe(step)
})
