/** Splits as numbers, for columns of them. */
import { type SplitName, splitNames } from '@gleaner/shared/splits'

/** In no split. */
export const none = 0
export const [train, validation, test] = [1, 2, 3] as const
/** How many different codes there are. */
export const codes = 4

export const codeOf = (split: SplitName | null): number =>
  split === null ? none : splitNames.indexOf(split) + 1

export const nameOf = (code: number): SplitName | null => splitNames[code - 1] ?? null
