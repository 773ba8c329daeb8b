/** A workshop whose workers stand behind sockets: the second one, which shows that the first could be replaced. */
import { AppError } from '@gleaner/shared/errors'
import type {
  FetchResult,
  ImageFailure,
  OpenPicture,
  PictureFacts,
  PictureJob,
  Rendered,
  Workshop,
} from '../../src/work/work.ts'
import { type Answered, type Link, openLink, type Place, WorkerLost } from './socket-link.ts'

export interface SocketWorkshopOptions {
  /** Where each worker listens. It need not be there yet. */
  readonly paths: readonly string[]
  readonly beatMs?: number
  /** How long after a worker was lost, or not reached, it is looked for again. */
  readonly againMs?: number
}

/** Two workers lost over one job are no accident. */
const mostLost = 2

export function createSocketWorkshop(options: SocketWorkshopOptions): Workshop {
  const closing = new AbortController()
  const crew = createCrew(options)
  const untilClosed = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal])
  let nextJob = 1
  const takeNumber = () => nextJob++

  return {
    fetch: async (what, signal) => {
      const either = untilClosed(signal)
      const patience = createPatience()
      for (;;) {
        const link = await crew.take('fetches', either)
        try {
          return fetchedOf(await link.ask({ kind: 'fetch', job: takeNumber(), what }, either))
        } catch (error) {
          patience.judge(error)
        } finally {
          crew.give(link, 'fetches')
        }
      }
    },
    open: (job, signal) =>
      openPicture({ ...job, signal: untilClosed(signal), crew, takeNumber, patience: createPatience() }),
    close: async () => {
      closing.abort(new DOMException('The workshop is closed.', 'AbortError'))
      crew.close()
    },
  }
}

function fetchedOf({ answer, body }: Answered): FetchResult {
  if (answer.kind !== 'fetched') throw surprise(answer)
  const { result } = answer
  // The worker parted the bytes from this kind, and from no other.
  return (result.kind === 'fetched' ? { ...result, bytes: body } : result) as FetchResult
}

const surprise = (answer: Answered['answer']) =>
  new AppError('PROTOCOL_INTERNAL', {
    part: 'worker',
    said: 'reason' in answer ? answer.reason : answer.kind,
  })

interface Opening extends PictureJob {
  readonly signal: AbortSignal
  readonly crew: Crew
  readonly takeNumber: () => number
  readonly patience: Patience
}

interface Held {
  readonly kind: 'held'
  readonly link: Link
  readonly job: number
  readonly facts: PictureFacts
}

async function openPicture(opening: Opening): Promise<OpenPicture | ImageFailure> {
  const { crew, signal } = opening
  const first = await hold(opening)
  if (first.kind === 'failed') return first
  let held: Held | undefined = first
  const part = () => {
    signal.removeEventListener('abort', release)
    const parted = held
    held = undefined
    return parted
  }
  const release = () => {
    const parted = part()
    if (!parted) return
    parted.link.letGo(parted.job)
    crew.give(parted.link, 'pictures')
  }
  signal.addEventListener('abort', release)
  if (signal.aborted) release()
  signal.throwIfAborted()
  const render = async () => {
    signal.throwIfAborted()
    const parted = part()
    if (!parted) throw new Error('the picture was let go')
    return renderHeld(opening, parted)
  }
  return { kind: 'opened', facts: first.facts, render, release }
}

/** Has a worker decode the picture; another one, when the first is lost. */
async function hold(opening: Opening): Promise<Held | ImageFailure> {
  const { crew, signal, bytes, settings, patience } = opening
  for (;;) {
    const link = await crew.take('pictures', signal)
    const job = opening.takeNumber()
    let held: Held | undefined
    try {
      const { answer } = await link.ask({ kind: 'open', job, settings }, signal, bytes)
      if (answer.kind === 'failed') return answer.failure
      if (answer.kind !== 'opened') throw surprise(answer)
      held = { kind: 'held', link, job, facts: answer.facts }
      return held
    } catch (error) {
      patience.judge(error)
    } finally {
      if (!held) crew.give(link, 'pictures')
    }
  }
}

async function renderHeld(opening: Opening, first: Held): Promise<Rendered | ImageFailure> {
  let held: Held | ImageFailure = first
  while (held.kind === 'held') {
    const { link, job }: Held = held
    try {
      const { answer, body } = await link.ask({ kind: 'render', job }, opening.signal)
      if (answer.kind === 'rendered') return { ...answer.picture, bytes: body }
      if (answer.kind === 'failed') return answer.failure
      throw surprise(answer)
    } catch (error) {
      opening.patience.judge(error)
    } finally {
      opening.crew.give(link, 'pictures')
    }
    held = await hold(opening)
  }
  return held
}

/** Counts the workers one job has cost. */
interface Patience {
  /** Throws what is not a lost worker, and AppError `PROTOCOL_INTERNAL` after too many. */
  readonly judge: (error: unknown) => void
}

function createPatience(): Patience {
  let lost = 0
  return {
    judge: error => {
      if (!(error instanceof WorkerLost)) throw error
      lost++
      if (lost === mostLost) throw new AppError('PROTOCOL_INTERNAL', { part: 'worker', lost })
    },
  }
}

/** All workers there are, lent to one job at a time as far as each has places. */
interface Crew {
  /** Waits for a worker with a free place; first come, first served. @throws the signal's reason */
  readonly take: (place: Place, signal: AbortSignal) => Promise<Link>
  readonly give: (link: Link, place: Place) => void
  readonly close: () => void
}

interface Waiting {
  readonly place: Place
  readonly take: (link: Link) => void
}

function createCrew({ paths, beatMs = 5_000, againMs = 50 }: SocketWorkshopOptions): Crew {
  const links = new Set<Link>()
  const attempts = new Map<string, { readonly close: () => void }>()
  const waiting = new Set<Waiting>()
  let isClosed = false

  const freest = (place: Place) =>
    [...links].filter(link => link.free[place] > 0).sort((a, b) => b.free[place] - a.free[place])[0]
  const serve = () => {
    for (const next of waiting) {
      const link = freest(next.place)
      if (!link) continue
      waiting.delete(next)
      link.free[next.place]--
      next.take(link)
    }
  }
  const seek = (path: string) => {
    let mine: Link | undefined
    const ready = (link: Link) => {
      mine = link
      links.add(link)
      serve()
    }
    const lost = () => {
      if (mine) links.delete(mine)
      if (!isClosed) setTimeout(() => !isClosed && seek(path), againMs)
    }
    attempts.set(path, openLink({ path, beatMs, ready, lost }))
  }
  for (const path of paths) seek(path)

  return {
    take: (place, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const abort = () => {
          waiting.delete(entry)
          reject(signal.reason)
        }
        const take = (link: Link) => {
          signal.removeEventListener('abort', abort)
          resolve(link)
        }
        const entry = { place, take }
        signal.addEventListener('abort', abort)
        waiting.add(entry)
        serve()
      }),
    give: (link, place) => {
      link.free[place]++
      serve()
    },
    close: () => {
      isClosed = true
      for (const attempt of attempts.values()) attempt.close()
    },
  }
}
