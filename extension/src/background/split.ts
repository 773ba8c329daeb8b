import type { Batch } from '@gleaner/shared/api'
import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { toHex } from './hex.ts'

type Press = Omit<Batch, 'batchId'>

const utf8 = new TextEncoder()
const sizeBytes = (value: unknown) => utf8.encode(JSON.stringify(value)).length

/**
 * Cuts what one press collected into batches the server takes: at most `candidatesPerBatch` candidates and a body of
 * at most `requestBodyBytes`. The same press is always cut the same way and gets the same ids, so that a press that
 * is handed over twice (its answer was lost) is one press.
 *
 * @param pressId - 32 lower-case hex digits of randomness
 */
export async function splitPress(pressId: string, press: Press): Promise<Batch[]> {
  const { candidates, ...rest } = press
  const emptyBytes = sizeBytes({ ...rest, batchId: pressId, candidates: [] })
  const groups: Press['candidates'][] = []
  let group: Press['candidates'] = []
  let groupBytes = 0
  for (const candidate of candidates) {
    const bytes = sizeBytes(candidate) + 1
    if (emptyBytes + bytes > limits.requestBodyBytes) throw new AppError('PROTOCOL_TOO_LARGE')
    const isFull =
      group.length === limits.candidatesPerBatch || emptyBytes + groupBytes + bytes > limits.requestBodyBytes
    if (isFull) {
      groups.push(group)
      group = []
      groupBytes = 0
    }
    group.push(candidate)
    groupBytes += bytes
  }
  if (group.length > 0) groups.push(group)
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
