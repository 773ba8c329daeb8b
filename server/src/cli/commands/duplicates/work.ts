/** What the commands that look through folders share: decoders of their own, a temporary file, an end on Ctrl-C. */
import { InvalidArgumentError } from 'commander'
import type { Decoders } from '../../../imaging/decoded.ts'
import { createDecoders } from '../../../imaging/decoders.ts'
import { createFingerprintFile, type FingerprintFile } from '../../duplicates/fingerprint-file.ts'
import type { Output } from '../../output.ts'
import { createProgressLine } from '../../progress-line.ts'

/** Exit code when copies were found. */
export const exitFound = 2
/** Exit code when a person stopped it. */
const exitInterrupted = 130

export interface Tools {
  readonly decoders: Decoders
  readonly fingerprints: FingerprintFile
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number, what: number | string) => void
}

/** Runs `work` with its tools, and takes them away again in every ending. A second Ctrl-C ends the program there and then. */
export async function withTools(output: Output, work: (tools: Tools) => Promise<void>): Promise<void> {
  const stopping = new AbortController()
  const stop = () => stopping.abort(new DOMException('Stopped.', 'AbortError'))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const decoders = createDecoders()
  const fingerprints = createFingerprintFile()
  const line = createProgressLine(process.stderr)
  try {
    const onProgress = quietly((done, total, what) =>
      line.update(done, total, typeof what === 'number' ? `${what} pictures` : what),
    )
    await work({ decoders, fingerprints, signal: stopping.signal, onProgress })
  } catch (error) {
    if (!stopping.signal.aborted) throw error
    output.note('\nStopped. Nothing was changed.')
    process.exitCode = exitInterrupted
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    fingerprints.close()
    await decoders.close()
  }
}

/** Redrawing a line for each of a hundred thousand files would cost more than it tells. */
function quietly(update: Tools['onProgress']): Tools['onProgress'] {
  const drawEveryMs = 100
  let drawnAt = Number.NEGATIVE_INFINITY
  return (done, total, what) => {
    const now = performance.now()
    if (done < total && now - drawnAt < drawEveryMs) return
    drawnAt = now
    update(done, total, what)
    if (done === total && process.stderr.isTTY) process.stderr.write('\n')
  }
}

/** Forms of a picture are compared within a radius of their own, never further than this. */
export const widestBits = 96

/** @throws InvalidArgumentError which the command line tells the person */
export function readBits(given: string): number {
  const bits = Number(given)
  if (!/^\d+$/.test(given) || bits > widestBits)
    throw new InvalidArgumentError(`A number from 0 to ${widestBits}.`)
  return bits
}
