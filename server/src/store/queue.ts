/** The queue as the pipeline uses it: leases are given together, and what becomes of candidates is written together. */
import { AppError } from '@gleaner/shared/errors'
import type { Ending } from './candidates.ts'
import type { DatasetParts } from './parts.ts'
import { beginPassing, inPassingTransaction } from './transaction.ts'
import type { CandidateEnd, DatasetStore, LeasedCandidate, LeaseRound } from './types.ts'

type Queue = Pick<
  DatasetStore,
  'readyHosts' | 'lease' | 'beginLeases' | 'finish' | 'postpone' | 'release' | 'halt'
>

export function createQueue(parts: DatasetParts): Queue {
  const { db, group, together, aloof, candidates, attempts, images, browser, failpoint } = parts
  return {
    readyHosts: candidates.readyHosts,
    lease: (host, nowMs) => {
      const lease = inPassingTransaction(db, () => candidates.lease(host, nowMs))
      failpoint('lease:after-commit')
      return lease
    },
    beginLeases: () => beginLeases(parts),
    finish: (lease, end) =>
      together(lease, {
        run: () => {
          const ending = endingOf(parts, end)
          if (!candidates.end(lease, ending)) return false
          attempts.add(lease.id, end.attempts)
          if (end.browser) browser.ask(lease, end.browser)
          if (end.state === 'duplicate') {
            const { imageId = end.imageId } = ending
            if (end.digest) images.addCopy(end.digest, imageId)
            if (end.pixelDigest) images.addPixels(end.pixelDigest, imageId)
          }
          failpoint('finish:before-commit')
          return true
        },
        committed: () => failpoint('finish:after-commit'),
      }),
    postpone: (lease, postponement) =>
      together(lease, {
        run: () => {
          if (!candidates.postpone(lease, postponement)) return false
          attempts.add(lease.id, postponement.attempts)
          if (postponement.browser) browser.ask(lease, postponement.browser)
          return true
        },
      }),
    release: lease => {
      aloof(lease)
      return inPassingTransaction(db, () => candidates.release(lease))
    },
    halt: group.halt,
  }
}

function beginLeases({ db, candidates, failpoint }: DatasetParts): LeaseRound {
  const { commit, undo } = beginPassing(db)
  const taken: LeasedCandidate[] = []
  const forget = () => {
    for (const lease of taken) candidates.cameBack(lease)
  }
  return {
    lease: (host, nowMs) => {
      const lease = candidates.lease(host, nowMs)
      if (lease) taken.push(lease)
      return lease
    },
    end: () => {
      try {
        commit()
      } catch (error) {
        forget()
        throw error
      }
      failpoint('lease:after-commit')
    },
    undo: () => {
      forget()
      undo()
    },
  }
}

/**
 * What is blocked waits for the picture that keeps it away, and begins anew when that one came back or is forgotten. A
 * duplicate of a picture that was removed in the meantime is as unwanted as that picture; one of a picture that gave
 * way to another copy is a duplicate of that one.
 */
function endingOf({ images }: DatasetParts, found: CandidateEnd): Ending {
  if (found.state === 'blocked') {
    const known = images.standing(found.imageId)
    if (known?.id !== found.imageId || known.state === 'stored') {
      throw new AppError('PROTOCOL_NOT_FOUND', { imageId: found.imageId })
    }
  }
  if (found.state !== 'duplicate') return found
  const held = images.standing(found.imageId)
  if (!held) throw new AppError('PROTOCOL_NOT_FOUND', { imageId: found.imageId })
  const end = { ...found, imageId: held.id }
  if (held.state === 'stored') {
    // What it came as, for a person to say that it is no copy; of the very same file nobody can.
    const { code, digest, pixelDigest } = end
    if (code === 'DUPLICATE_DIGEST' || digest === undefined) return end
    return { ...end, facts: { ...end.facts, digest, ...(pixelDigest && { pixelDigest }) } }
  }
  const explanation = 'The picture it is a copy of was removed.'
  return { ...end, state: 'blocked', code: 'BLOCKED_REMOVED', explanation }
}
