/** How many pictures of a class validation and test are to have. */
import type { SplitSizes } from '@gleaner/shared/splits'

export interface Target {
  readonly validation: number
  readonly test: number
}

/**
 * Every split that is asked for gets something of every class that has groups enough: a class that is missing from one
 * shifts the numbers of all others in many a trainer. Test comes before validation, and train before both.
 *
 * @param pictures - of the class
 * @param groups - that hold any of them; none is divided
 */
export function targetOf(sizes: SplitSizes, pictures: number, groups: number): Target {
  const wanted = (size: number) =>
    size === 0 ? 0 : sizes.kind === 'counts' ? size : Math.max(1, Math.round(size * pictures))
  const [test, validation] = [wanted(sizes.test), wanted(sizes.validation)]
  if (groups < 2) return { validation: 0, test: 0 }
  if (groups === 2 && test > 0) return { validation: 0, test }
  return { validation, test }
}
