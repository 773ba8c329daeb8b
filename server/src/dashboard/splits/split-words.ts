import type { SplitName } from '@gleaner/shared/splits'

export const splitWords: Readonly<Record<SplitName, string>> = {
  train: 'Train',
  validation: 'Validation',
  test: 'Test',
}
