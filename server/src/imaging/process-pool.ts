/** The decoder processes there are: started on demand, lent to one job at a time, replaced when they have done enough. */
import { AppError } from '@gleaner/shared/errors'
import { type DecoderProcess, ProcessEnded, type ProcessOptions, startDecoder } from './decoder-process.ts'

export interface PoolOptions extends Omit<ProcessOptions, 'signal'> {
  /** Most processes at one time. */
  readonly children: number
  /** Jobs after which a process is replaced. */
  readonly recycleAfter: number
  /** Memory after decoding above which a process is replaced at the end of the job. */
  readonly recycleRssBytes: number
}

export interface ProcessPool {
  /**
   * Waits for a process that nobody else has; first come, first served.
   *
   * @throws AppError `CONFIG_INVALID` or `PROTOCOL_INTERNAL` when none can be started; the signal's reason when aborted
   */
  readonly take: (signal: AbortSignal) => Promise<DecoderProcess>
  /** Gives a process back, whatever state it is in. */
  readonly give: (process: DecoderProcess) => void
  /** Ends every process and waits until they are gone. Nothing can be taken afterwards. */
  readonly close: () => Promise<void>
}

/** How often starting is tried for one job: a machine may be short of memory for a moment. */
const maxStarts = 3

export function createProcessPool(options: PoolOptions): ProcessPool {
  const closing = new AbortController()
  const turns = createTurns(options.children)
  const idle: DecoderProcess[] = []
  const started = new Set<Promise<DecoderProcess>>()

  const start = async () => {
    closing.signal.throwIfAborted()
    const starting = startDecoder({ ...options, signal: closing.signal })
    started.add(starting)
    const forget = () => started.delete(starting)
    starting.then(process => process.gone.then(forget), forget)
    return starting
  }
  const isWornOut = (process: DecoderProcess) =>
    process.jobs() >= options.recycleAfter || process.rssBytes() > options.recycleRssBytes

  return {
    take: async signal => {
      await turns.take()
      try {
        signal.throwIfAborted()
        return (
          idle.findLast(process => process.isAlive() && remove(idle, process)) ??
          (await startPatiently(start))
        )
      } catch (error) {
        turns.give()
        throw error
      }
    },
    give: process => {
      if (isWornOut(process)) process.end()
      else if (process.isAlive()) idle.push(process)
      turns.give()
    },
    close: async () => {
      closing.abort(new DOMException('The decoders are closed.', 'AbortError'))
      const processes = await Promise.allSettled(started)
      await Promise.all(processes.map(start => start.status === 'fulfilled' && start.value.gone))
    },
  }
}

function remove<T>(list: T[], item: T): boolean {
  return list.splice(list.indexOf(item), 1).length > 0
}

async function startPatiently(start: () => Promise<DecoderProcess>): Promise<DecoderProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await start()
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error
      if ('setting' in error.facts) throw new AppError('CONFIG_INVALID', error.facts, { cause: error })
      if (tries === maxStarts)
        throw new AppError('PROTOCOL_INTERNAL', { part: 'decoder', tries }, { cause: error })
    }
  }
}

/** So many at a time, the others in the order they came. */
function createTurns(places: number): { readonly take: () => Promise<void>; readonly give: () => void } {
  const waiting: (() => void)[] = []
  let free = places
  return {
    take: () => {
      if (free === 0) return new Promise(resolve => waiting.push(resolve))
      free--
      return Promise.resolve()
    },
    give: () => {
      const next = waiting.shift()
      if (next) next()
      else free++
    },
  }
}
