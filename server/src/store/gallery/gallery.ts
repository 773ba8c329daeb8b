/** The pictures of a dataset by any filter, in any order: asked of a thread that holds them in memory. */
import { Worker } from 'node:worker_threads'
import { AppError } from '@gleaner/shared/errors'
import type { GalleryFilter } from '@gleaner/shared/gallery'
import { closedError } from '../group-commit.ts'
import { lifeOf, newLife } from '../thread-life.ts'
import type { Answer, Ask, QuestionName } from './questions.ts'
import type { FromThread, Sent, ThreadData, ToThread } from './thread-protocol.ts'

/** Every answer knows what had been committed when the question was asked. */
export interface Gallery {
  /** @throws AppError `PROTOCOL_INVALID` when the cursor cannot be read */
  readonly page: (ask: Ask<'page'>) => Promise<Answer<'page'>>
  readonly facet: (ask: Ask<'facet'>) => Promise<Answer<'facet'>>
  readonly histogram: (ask: Ask<'histogram'>) => Promise<Answer<'histogram'>>
  readonly aspects: (ask: Ask<'aspects'>) => Promise<Answer<'aspects'>>
  readonly stats: () => Promise<Answer<'stats'>>
  readonly count: (filter: GalleryFilter) => Promise<number>
  /** Numbers of all pictures the filter takes, ascending, but those named. */
  readonly seqsOf: (filter: GalleryFilter, except?: readonly string[]) => Promise<Uint32Array>
}

export interface GalleryOptions {
  /** Of the index, which is in use by this process. */
  readonly path: string
  /** Another one for every opening of the dataset. */
  readonly epoch: () => number
  /** Memory nobody has asked anything of for so long is given back; the next question reads the index anew. */
  readonly idleMs?: number
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}
interface Thread {
  readonly worker: Worker
  readonly life: SharedArrayBuffer
  readonly waiting: Map<number, Waiting>
}

const defaultIdleMs = 15 * 60_000
/** What is held lies in flat memory: room for what is read and let go of again would only be filled up. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 }
/** A turn of the thread takes milliseconds; whoever closes a dataset does not wait for a thread that hangs. */
const mostCloseMs = 2_000

/** @returns a gallery whose thread starts with the first question */
export function createGallery({ path, epoch, idleMs = defaultIdleMs }: GalleryOptions) {
  let thread: Thread | undefined
  let idle: NodeJS.Timeout | undefined
  let isClosed = false
  let lastId = 0

  const end = (reason: unknown) => {
    clearTimeout(idle)
    if (!thread) return
    const { worker, life, waiting } = thread
    thread = undefined
    for (const { reject } of waiting.values()) reject(reason)
    if (!lifeOf(life).prevent()) {
      worker.postMessage({ name: 'close' } satisfies ToThread)
      lifeOf(life).awaitClosed(mostCloseMs)
    }
    void worker.terminate()
  }
  const rest = () => {
    clearTimeout(idle)
    idle = setTimeout(() => {
      if (thread?.waiting.size === 0) end(closedError())
      else rest()
    }, idleMs).unref()
  }

  const ask = <Name extends QuestionName>(name: Name, what: Ask<Name>): Promise<Answer<Name>> => {
    if (isClosed) return Promise.reject(closedError())
    thread ??= start({ path, epoch: String(epoch()), life: newLife() }, () => {
      thread = undefined
    })
    rest()
    const { worker, waiting } = thread
    const id = ++lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: answer => resolve(answer as Answer<Name>), reject }) // the thread's own promise
      worker.postMessage({ id, name, ask: what } as Sent)
    })
  }

  const gallery: Gallery = {
    page: what => ask('page', what),
    facet: what => ask('facet', what),
    histogram: what => ask('histogram', what),
    aspects: what => ask('aspects', what),
    stats: () => ask('stats', {}),
    count: filter => ask('count', { filter }),
    seqsOf: (filter, except = []) => ask('seqs', { filter, except }),
  }
  return {
    gallery,
    /** Lets go of the index, before it is closed. What waits for an answer is refused. */
    close: () => {
      isClosed = true
      end(closedError())
    },
  }
}

function start(data: ThreadData, gone: () => void): Thread {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: data, resourceLimits })
  worker.unref()
  const waiting = new Map<number, Waiting>()
  worker.on('message', (message: FromThread) => {
    const asker = waiting.get(message.id)
    waiting.delete(message.id)
    if ('answer' in message) asker?.resolve(message.answer)
    else asker?.reject(failureOf(message.failure))
  })
  const lost = (error: unknown) => {
    gone()
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.once('error', lost)
  worker.once('exit', code => lost(new AppError('PROTOCOL_INTERNAL', { thread: 'gallery', code })))
  return { worker, life: data.life, waiting }
}

const failureOf = (failure: Extract<FromThread, { failure: unknown }>['failure']) =>
  typeof failure === 'string' ? new Error(failure) : new AppError(failure.code, failure.facts)
