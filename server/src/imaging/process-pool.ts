/** The decoder processes there are: started on demand, lent to jobs, replaced when they have done enough. */
import { AppError } from '@gleaner/shared/errors'
import { type DecoderProcess, type ProcessOptions, startDecoder } from './decoder-process.ts'
import { ProcessEnded } from './process-ended.ts'

export interface PoolOptions extends Omit<ProcessOptions, 'signal' | 'freed'> {
  /** Most processes at one time. */
  readonly children: number
  /** Jobs after which a process is replaced. */
  readonly recycleAfter: number
  /** Memory after decoding above which a process is replaced at the end of the job. */
  readonly recycleRssBytes: number
  /** Most jobs a process is given at a time, the one it works on among them. */
  readonly lineJobs: number
  /** Most bytes of files a process is given at a time; larger files have a process to themselves. */
  readonly lineBytes: number
}

/** What a job has of a process. */
export interface Place {
  readonly process: DecoderProcess
  /** Gives it back, whatever state the process is in. To be called once. */
  readonly giveBack: () => void
}

export interface ProcessPool {
  /**
   * Waits for a process; first come, first served. One that nobody has is taken or started where there may be one more;
   * otherwise a file may lie at one that is not done yet, so that no process waits for the next word of the server.
   *
   * @param sizeBytes - of the file; without it the process is nobody else's until it is given back
   * @throws AppError `CONFIG_INVALID` or `PROTOCOL_INTERNAL` when none can be started; the signal's reason when aborted
   */
  readonly take: (signal: AbortSignal, sizeBytes?: number) => Promise<Place>
  /** Ends every process and waits until they are gone. Nothing can be taken afterwards. */
  readonly close: () => Promise<void>
}

/** A process with those who have a place at it. */
interface Worker {
  readonly process: DecoderProcess
  places: number
  bytes: number
}

interface Waiter {
  readonly signal: AbortSignal
  readonly sizeBytes: number
  readonly resolve: (place: Place) => void
  readonly reject: (reason: unknown) => void
}

/** How often starting is tried for one job: a machine may be short of memory for a moment. */
const maxStarts = 3

export function createProcessPool(options: PoolOptions): ProcessPool {
  const { children, lineJobs, lineBytes, recycleAfter, recycleRssBytes } = options
  const closing = new AbortController()
  const waiters: Waiter[] = []
  /** Those that nobody has are in the order in which they were left. */
  const workers: Worker[] = []
  const started = new Set<Promise<DecoderProcess>>()
  let starting = 0

  const start = async () => {
    closing.signal.throwIfAborted()
    const beginning = startDecoder({ ...options, signal: closing.signal, freed: look })
    started.add(beginning)
    const forget = () => {
      started.delete(beginning)
      look()
    }
    beginning.then(process => process.gone.then(forget), forget)
    return beginning
  }
  const isWornOut = ({ process }: Worker) =>
    process.jobs() >= recycleAfter || process.rssBytes() > recycleRssBytes
  const isFit = (worker: Worker) =>
    worker.process.isAlive() && !worker.process.isStuck() && !isWornOut(worker)

  const seat = (worker: Worker, { resolve, sizeBytes }: Waiter) => {
    worker.places += 1
    worker.bytes += sizeBytes
    const giveBack = () => {
      worker.places -= 1
      worker.bytes = worker.places === 0 ? 0 : worker.bytes - sizeBytes
      if (worker.places === 0) {
        remove(workers, worker)
        if (isWornOut(worker)) worker.process.end()
        else if (worker.process.isAlive()) workers.push(worker)
      } else if (!worker.process.isAlive()) remove(workers, worker)
      look()
    }
    resolve({ process: worker.process, giveBack })
  }
  const startFor = async (waiter: Waiter) => {
    starting += 1
    try {
      const worker = { process: await startPatiently(start), places: 0, bytes: 0 }
      workers.push(worker)
      if (waiter.signal.aborted) waiter.reject(waiter.signal.reason)
      else seat(worker, waiter)
    } catch (error) {
      waiter.reject(error)
    } finally {
      starting -= 1
      look()
    }
  }
  const leastLaden = (sizeBytes: number): Worker | undefined =>
    workers
      .filter(worker => isFit(worker) && worker.places < lineJobs && worker.bytes + sizeBytes <= lineBytes)
      .sort((a, b) => a.bytes - b.bytes)[0]

  /** Serves those who wait in their order: who wants a process alone is not passed over by those who do not. */
  function look(): void {
    for (const worker of workers.filter(({ process }) => !process.isAlive())) remove(workers, worker)
    for (let waiter = waiters[0]; waiter; waiter = waiters[0]) {
      const { signal, sizeBytes } = waiter
      const idle = workers.findLast(worker => worker.places === 0 && isFit(worker))
      const mayStart = workers.length + starting < children
      const worker = idle ?? (mayStart ? undefined : leastLaden(sizeBytes))
      if (!signal.aborted && !worker && !mayStart) return
      waiters.shift()
      if (signal.aborted) waiter.reject(signal.reason)
      else if (worker) seat(worker, waiter)
      else void startFor(waiter)
    }
  }

  return {
    take: (signal, sizeBytes = Number.POSITIVE_INFINITY) =>
      new Promise((resolve, reject) => {
        waiters.push({ signal, sizeBytes, resolve, reject })
        look()
      }),
    close: async () => {
      closing.abort(new DOMException('The decoders are closed.', 'AbortError'))
      for (const { reject } of waiters.splice(0)) reject(closing.signal.reason)
      const processes = await Promise.allSettled(started)
      await Promise.all(processes.map(start => start.status === 'fulfilled' && start.value.gone))
    },
  }
}

function remove<T>(list: T[], item: T): void {
  const place = list.indexOf(item)
  if (place >= 0) list.splice(place, 1)
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
