import type { Readable } from 'node:stream'
import { AppError } from '@gleaner/shared/errors'

/**
 * Reads a body that may not grow beyond a limit. What is beyond it is read and thrown away: a sender that is cut off
 * would not hear why. How long that may take is limited by the server for every request.
 *
 * @throws AppError `BROWSER_FETCH_TOO_LARGE`; `PROTOCOL_INVALID` when it ends too early
 */
export async function readFile(body: Readable, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > mostBytes) chunks.length = 0
      else chunks.push(chunk)
    }
  } catch (cause) {
    throw new AppError('PROTOCOL_INVALID', { part: 'body', rule: 'cut off' }, { cause })
  }
  if (sizeBytes > mostBytes) throw new AppError('BROWSER_FETCH_TOO_LARGE', { limitBytes: mostBytes })
  return Buffer.concat(chunks, sizeBytes)
}
