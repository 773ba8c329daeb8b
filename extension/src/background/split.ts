import type { Batch } from '@gleaner/shared/collect'
import { splitCandidates } from '@gleaner/shared/split'
import { toHex } from './hex.ts'

type Press = Omit<Batch, 'batchId'>

const utf8 = new TextEncoder()

/**
 * Cuts what one press collected into batches the server takes. The same press is always cut the same way and gets the same ids, so that a press that
 * is handed over twice (its answer was lost) is one press.
 *
 * @param pressId - 32 lower-case hex digits of randomness
 */
export async function splitPress(pressId: string, press: Press): Promise<Batch[]> {
  const { candidates, ...rest } = press
  const groups = splitCandidates({ ...rest, batchId: pressId }, candidates)
  return Promise.all(
    groups.map(async (part, index) => ({
      ...rest,
      batchId: await batchIdOf(pressId, index),
      candidates: part,
    })),
  )
}

async function batchIdOf(pressId: string, index: number): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8.encode(`${pressId}:${index}`))
  return toHex(new Uint8Array(digest).slice(0, 16))
}
