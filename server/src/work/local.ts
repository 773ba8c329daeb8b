/** The workshop on this machine: requests from this process, pictures in disposable processes of its own. */
import type { Decoders } from '../imaging/decoded.ts'
import { joinSignals } from '../imaging/joined-signal.ts'
import type { Fetcher } from '../net/fetch.ts'
import type { Workshop } from './work.ts'

export interface LocalWorkshopParts {
  readonly fetcher: Fetcher
  readonly decoders: Decoders
}

/** Takes both parts over: closing the workshop closes them. */
export function createLocalWorkshop({ fetcher, decoders }: LocalWorkshopParts): Workshop {
  const closing = new AbortController()
  return {
    fetch: async ({ url, ...job }, signal) => {
      const either = joinSignals(signal, closing.signal)
      return fetcher.fetch(url, { ...job, signal: either.signal }).finally(either.unlink)
    },
    ...(fetcher.locate && { locate: fetcher.locate }),
    open: async ({ bytes, settings }, signal) => {
      const picture = await decoders.decode(bytes, settings, signal)
      if (picture.kind === 'failed') return picture
      const { kind: _, render, release, ...facts } = picture
      return { kind: 'opened', facts, render, release }
    },
    close: async () => {
      closing.abort(new DOMException('The workshop is closed.', 'AbortError'))
      try {
        await fetcher.close()
      } finally {
        await decoders.close()
      }
    },
  }
}
