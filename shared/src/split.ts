import type { Batch } from './collect.ts'
import { AppError } from './errors.ts'
import { limits } from './limits.ts'

type Candidates = Batch['candidates']

const utf8 = new TextEncoder()
const sizeBytes = (value: unknown) => utf8.encode(JSON.stringify(value)).length

/**
 * Cuts candidates into groups that fit into batches the server takes: at most `candidatesPerBatch` candidates and a body
 * of at most `requestBodyBytes`. The same candidates are always cut the same way.
 *
 * @param rest - the rest of the batch; the id may be any
 * @throws AppError `PROTOCOL_TOO_LARGE` when one candidate alone is too large
 */
export function splitCandidates(rest: Omit<Batch, 'candidates'>, candidates: Candidates): Candidates[] {
  const emptyBytes = sizeBytes({ ...rest, candidates: [] })
  const groups: Candidates[] = []
  let group: Candidates = []
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
  return groups
}
