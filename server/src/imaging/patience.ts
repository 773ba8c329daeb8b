/** How many processes one picture may cost before it is given up. */
import type { ImageFailure } from './decoded.ts'
import { ProcessEnded } from './process-ended.ts'

/** Two processes lost over one picture are no accident. */
const maxCrashes = 2

export interface Patience {
  /** Whether a process was lost before, whoever was to blame: from then on it is seen who is. */
  readonly isTried: () => boolean
  /**
   * @returns the reason to give the picture up; `undefined` when it deserves another try. Rethrows what it cannot judge.
   */
  readonly failureAfter: (error: unknown) => ImageFailure | undefined
}

/** @returns the patience there is with one picture */
export function createPatience(): Patience {
  let crashes = 0
  let isTried = false
  return {
    isTried: () => isTried,
    failureAfter: error => {
      if (!(error instanceof ProcessEnded) || error.reason === 'closed') throw error
      isTried ||= error.reason !== 'slow'
      if (error.isByOthers) return undefined
      if (error.reason === 'timeout') return { kind: 'failed', code: 'IMAGE_DECODE_TIMEOUT', facts: {} }
      crashes++
      if (crashes < maxCrashes) return undefined
      return {
        kind: 'failed',
        code: 'IMAGE_DECODER_CRASH',
        facts: { processes: crashes, last: error.reason },
      }
    },
  }
}
