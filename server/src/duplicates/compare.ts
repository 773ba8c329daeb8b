import type { Likeness } from '../look/likeness.ts'
import { verify } from '../look/verify.ts'
import type { Copy } from './factors.ts'

/** How two copies lie on each other, the first of them first; `undefined` for strangers, and where nothing is left to compare. */
export function likenessOf(
  { fingerprint: first }: Pick<Copy, 'fingerprint'>,
  { fingerprint: second }: Pick<Copy, 'fingerprint'>,
): Likeness | undefined {
  if (!first || !second) return undefined
  const comparison = verify(first, second)
  return comparison.kind === 'stranger' ? undefined : comparison
}
