/** The decoder of the server, which tells with every picture how its image library is set. */
import sharp from 'sharp'
import type { DecoderAnswer, DecoderGreeting } from '../../src/imaging/decode-protocol.ts'

const send = process.send?.bind(process)

process.send = (message: DecoderAnswer | DecoderGreeting) => {
  if (message.kind !== 'opened') return send?.(message) ?? false
  const { max: cached } = sharp.cache().items
  const rights = { threads: String(sharp.concurrency()), cached: String(cached) }
  return send?.({ ...message, facts: { ...message.facts, rights } }) ?? false
}

await import('../../src/imaging/decode-child.ts')
