import { isAppError } from '@gleaner/shared/errors'
import type { ServerStatus } from '../platform/message-table.ts'
import type { Flush } from './flush.ts'
import type { Memory } from './memory.ts'
import type { Outbox } from './outbox.ts'

/** Does something with the server and says how the connection is. */
export type Observe = (work: () => Promise<unknown>) => Promise<ServerStatus>

/** While at it, sends what waits: a server that answers can take it. */
export function createObserver(deps: {
  readonly memory: Pick<Memory, 'settings'>
  readonly outbox: Pick<Outbox, 'counts'>
  readonly flush: Pick<Flush, 'run'>
}): Observe {
  const { memory, outbox, flush } = deps
  return async work => {
    const { port } = await memory.settings()
    let code: ServerStatus['code'] = null
    let facts: ServerStatus['facts'] = {}
    try {
      await work()
    } catch (error) {
      if (!isAppError(error)) throw error
      code = error.code
      facts = error.facts
    }
    const { waiting, refused } = await outbox.counts()
    if (waiting > 0 && code === null) void flush.run()
    return { code, facts, port, waiting, refused }
  }
}
