/** Findings say what the catalogue says of their code, and how often. */
import { catalogue, type ErrorCode } from '@gleaner/shared/errors'
import type { Finding } from '@gleaner/shared/exports'

export interface Found {
  readonly code: ErrorCode & `EXPORT_${string}`
  readonly weight: Finding['weight']
  readonly count: number
  /** The first five are shown. */
  readonly examples?: readonly string[]
  readonly fix?: Finding['fix']
}

const shown = 5

export function finding({ code, weight, count, examples = [], fix = null }: Found): Finding {
  const { say, hint } = catalogue[code]
  return { code, weight, count, say, hint, examples: examples.slice(0, shown), fix }
}

/** Counts what is found one by one, and remembers the first few. */
export function createTally() {
  let count = 0
  const examples: string[] = []
  return {
    add: (example: string): void => {
      count += 1
      if (examples.length < shown) examples.push(example)
    },
    /** @returns nothing where nothing was added */
    found: (as: Omit<Found, 'count' | 'examples'>): readonly Finding[] =>
      count === 0 ? [] : [finding({ ...as, count, examples })],
  }
}
