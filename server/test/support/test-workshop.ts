/** The real workshop, towards hosts on this machine only: every name leads to 127.0.0.1. */
import { createDecoders, type DecoderOptions } from '../../src/imaging/decoders.ts'
import { createFetcher } from '../../src/net/fetch.ts'
import { createLocalWorkshop } from '../../src/work/local.ts'
import type { Workshop } from '../../src/work/work.ts'

export const isLocal = (ip: string) => ip === '127.0.0.1'

export function createTestWorkshop(decoderOptions: Partial<DecoderOptions> = {}): Workshop {
  return createLocalWorkshop({
    decoders: createDecoders({ children: 2, ...decoderOptions }),
    fetcher: createFetcher({
      resolve: async () => ['127.0.0.1'],
      allowPeer: isLocal,
      userAgent: 'gleaner-test',
      now: () => performance.now(),
      limits: { headersMs: 4_000, idleMs: 4_000, totalMs: 60_000 },
    }),
  })
}
