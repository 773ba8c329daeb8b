/** Pictures lying at a decoder process that is not done with the one before: begun one after the other, in their order. */
import type { DecoderRequest } from './decode-protocol.ts'

/** Requests that begin a job. */
export type JobRequest = Extract<DecoderRequest, { readonly bytes: Uint8Array }>

export interface JobLine {
  readonly add: (request: JobRequest) => void
  /** @returns whether it lay there still; one that has begun goes on */
  readonly withdraw: (job: number) => boolean
}

/** @param begin - resolves when the next one may begin. What it throws ends the process, which is what the server sees */
export function createJobLine(begin: (request: JobRequest) => Promise<void>): JobLine {
  const waiting: JobRequest[] = []
  let isBusy = false

  const next = () => {
    const request = waiting.shift()
    isBusy = request !== undefined
    // A turn of the event loop lies between two of them: what was withdrawn meanwhile is read in it.
    if (request) void begin(request).then(() => setImmediate(next))
  }
  return {
    add: request => {
      waiting.push(request)
      if (!isBusy) next()
    },
    withdraw: job => {
      const place = waiting.findIndex(request => request.job === job)
      if (place < 0) return false
      waiting.splice(place, 1)
      return true
    },
  }
}
