/** Reads the body of an answer, within its bounds of size and time. */
import { createHash } from 'node:crypto'
import { AppError } from '@gleaner/shared/errors'
import type { Digest } from '@gleaner/shared/hash'
import type { Bandwidth } from './bandwidth.ts'
import type { Deadlines } from './deadlines.ts'
import type { FetchOptions } from './fetched.ts'

/** The fetch a body is read for. */
export interface Reading {
  readonly options: Pick<FetchOptions, 'maxBytes' | 'as'>
  readonly deadlines: Deadlines
  /** Counted up with every piece. */
  receivedBytes: number
}

export interface Body {
  readonly bytes: Buffer
  readonly digest: Digest
  /** There was more than was wanted; the rest was not read. */
  readonly isCut: boolean
}

/** @throws AppError `DOWNLOAD_TOO_LARGE`, unless the beginning will do */
export async function readBody(
  body: AsyncIterable<Buffer>,
  reading: Reading,
  bandwidth: Pick<Bandwidth, 'received'>,
): Promise<Body> {
  const { options, deadlines } = reading
  const chunks: Buffer[] = []
  const digest = createHash('sha256')
  let sizeBytes = 0
  let isCut = false
  const keep = (chunk: Buffer) => {
    sizeBytes += chunk.length
    digest.update(chunk)
    chunks.push(chunk)
  }
  deadlines.awaitBody()
  for await (const chunk of body) {
    reading.receivedBytes += chunk.length
    deadlines.gotBytes(chunk.length)
    const turn = bandwidth.received(chunk.length, deadlines.signal)
    // Whoever reads no further does not wait for it either.
    turn?.catch(() => undefined)
    const room = options.maxBytes - sizeBytes
    if (chunk.length > room) {
      if (options.as !== 'robots') throw new AppError('DOWNLOAD_TOO_LARGE', { limitBytes: options.maxBytes })
      keep(chunk.subarray(0, room))
      isCut = true
      break
    }
    keep(chunk)
    if (turn) await waitForTurn(turn, deadlines)
  }
  return { bytes: Buffer.concat(chunks, sizeBytes), digest: digest.digest('hex') as Digest, isCut }
}

async function waitForTurn(turn: Promise<void>, deadlines: Deadlines): Promise<void> {
  deadlines.holdBack()
  try {
    await turn
  } finally {
    deadlines.readOn()
  }
}
