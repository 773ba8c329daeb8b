/** Disposable decoder processes behind one asynchronous door. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PictureFacts } from './decode.ts'
import type { Decoded, Decoders, DecodeSettings, ImageFailure, Rendered } from './decoded.ts'
import { type JoinedSignal, joinSignals } from './joined-signal.ts'
import { createPatience, type Patience } from './patience.ts'
import { createProcessPool, type Place, type ProcessPool } from './process-pool.ts'
import { createRoom, type Room } from './room.ts'

export interface DecoderOptions {
  /** How many pictures are worked on at once; each takes a process. */
  readonly children: number
  /** Most pictures given to a process at a time: it begins the next one without waiting for the server. */
  readonly lineJobs: number
  /** Most bytes of files given to a process at a time; larger files have a process to themselves. */
  readonly lineBytes: number
  /** A picture that has lain for longer than this behind the same one is done by another process. */
  readonly momentMs: number
  /** Longest time for decoding, and again for rendering; waiting for a free process does not count. */
  readonly timeoutMs: number
  /** Jobs after which a process is replaced. A new one costs as much as 400 small pictures until it is warm. */
  readonly recycleAfter: number
  /** Memory after decoding above which a process is replaced at the end of the job. */
  readonly recycleRssBytes: number
  /** Memory in the middle of a job above which a process is killed. */
  readonly maxRssBytes: number
  /** Room for heavy pictures over all processes, in megapixels; AVIF and progressive ones count four times. */
  readonly roomMegapixels: number
  /** Pictures up to this weight need no room. */
  readonly freeMegapixels: number
  readonly startTimeoutMs: number
  /** Module the processes run. */
  readonly entry: string
}

const MiB = 1024 * 1024

const defaults: DecoderOptions = {
  children: availableParallelism(),
  lineJobs: 6,
  lineBytes: MiB,
  momentMs: 50,
  timeoutMs: 15_000,
  recycleAfter: 20_000,
  recycleRssBytes: 512 * MiB,
  maxRssBytes: 1536 * MiB,
  roomMegapixels: 100,
  freeMegapixels: 8,
  startTimeoutMs: 30_000,
  entry: fileURLToPath(new URL('./decode-child.ts', import.meta.url)),
}

/**
 * Opens the door. Processes are started when they are needed.
 *
 * A picture that ends its process is tried once more in a fresh one, then given up as `IMAGE_DECODER_CRASH`; one that
 * takes too long is given up at once as `IMAGE_DECODE_TIMEOUT`. Small files lie at a process before it is done with the one
 * before. Those whose neighbour ends the process, or keeps it for long, are decoded by another one as if nothing had been.
 * Whoever decodes must `render` or `release`: until then
 * the picture keeps its process, unless it was encoded at once. When the signal aborts, the promise rejects at once with the signal's reason, a picture
 * that is held is let go, and a file that lies behind another one is taken back.
 *
 * @returns the door, and `ready`, which starts one process to see that it can work: rejects with AppError
 *   `CONFIG_INVALID` (image library too old) or `PROTOCOL_INTERNAL`
 */
export function createDecoders(
  options: Partial<DecoderOptions> = {},
): Decoders & { ready: () => Promise<void> } {
  const chosen = { ...defaults, ...options }
  const closing = new AbortController()
  const cwd = mkdtempSync(join(tmpdir(), 'gleaner-decoder-'))
  const pool = createProcessPool({ ...chosen, cwd })
  const room = createRoom(chosen.roomMegapixels)
  let nextJob = 1

  const open = (bytes: Buffer, settings: DecodeSettings, either: JoinedSignal) =>
    openJob({ bytes, settings, ...either, pool, room, options: chosen, takeNumber: () => nextJob++ })

  return {
    decode: (bytes, settings, signal) => {
      const either = joinSignals(signal, closing.signal)
      const opened = open(bytes, settings, either)
      opened.then(({ kind }) => kind === 'failed' && either.unlink(), either.unlink)
      return unlessAborted(opened, either.signal, late => {
        if (late.kind === 'decoded') late.release()
      })
    },
    ready: async () => (await pool.take(closing.signal)).giveBack(),
    close: async () => {
      closing.abort(new DOMException('The decoders are closed.', 'AbortError'))
      await pool.close()
      await rm(cwd, { recursive: true, force: true })
    },
  }
}

/** Its signal is that of whoever asked, and of the door. */
interface Job extends JoinedSignal {
  readonly bytes: Buffer
  readonly settings: DecodeSettings
  readonly pool: ProcessPool
  readonly room: Room
  readonly options: DecoderOptions
  readonly takeNumber: () => number
}

/** A picture that lies decoded in a process. */
interface Held {
  readonly kind: 'held'
  readonly place: Place
  readonly job: number
  readonly facts: PictureFacts
}

/** A picture that was encoded as soon as it was decoded; its process works for others already. */
interface Drawn {
  readonly kind: 'drawn'
  readonly facts: PictureFacts
  readonly picture: Rendered
}

async function openJob(job: Job): Promise<Decoded | ImageFailure> {
  const { signal, unlink } = job
  const patience = createPatience()
  const first = await hold(job, patience)
  if (first.kind === 'failed') return first
  if (first.kind === 'drawn') return { kind: 'decoded', ...first.facts, ...handOut(first, job) }
  let held: Held | undefined = first

  const letGo = () => {
    signal.removeEventListener('abort', letGo)
    unlink()
    held?.place.process.release(held.job)
    held?.place.giveBack()
    held = undefined
  }
  signal.addEventListener('abort', letGo)

  const render = async () => {
    signal.throwIfAborted()
    if (!held) throw new Error('the picture was let go')
    const taken = held
    held = undefined
    signal.removeEventListener('abort', letGo)
    return unlessAborted(renderHeld(job, taken, patience), signal).finally(unlink)
  }
  return { kind: 'decoded', ...first.facts, render, release: letGo }
}

/** Gives a picture that is there to whoever asks first. */
function handOut({ picture }: Drawn, { signal, unlink }: Job): Pick<Decoded, 'render' | 'release'> {
  let left: Rendered | undefined = picture
  return {
    render: async () => {
      signal.throwIfAborted()
      if (!left) throw new Error('the picture was let go')
      const taken = left
      left = undefined
      unlink()
      return taken
    },
    release: () => {
      left = undefined
      unlink()
    },
  }
}

/** Decodes in whatever process is free, or soon will be; in a second one, which it has to itself, when the first is lost. */
async function hold(job: Job, patience: Patience): Promise<Held | Drawn | ImageFailure> {
  for (;;) {
    const sizeBytes = patience.isTried() ? undefined : job.bytes.byteLength
    const place = await job.pool.take(job.signal, sizeBytes)
    try {
      const held = await holdIn(place, job)
      if (held.kind !== 'held') place.giveBack()
      return held
    } catch (error) {
      place.giveBack()
      const failure = patience.failureAfter(error)
      if (failure) return failure
    }
    job.signal.throwIfAborted()
  }
}

async function holdIn(place: Place, { bytes, settings, ...job }: Job): Promise<Held | Drawn | ImageFailure> {
  const { signal } = job
  const { timeoutMs, freeMegapixels } = job.options
  const { process } = place
  const number = job.takeNumber()
  const withdraw = () => process.withdraw(number)
  signal.addEventListener('abort', withdraw)
  let answer = await process
    .ask({ kind: 'open', job: number, bytes, settings, freeMegapixels }, timeoutMs)
    .finally(() => signal.removeEventListener('abort', withdraw))
  if (answer.kind === 'weighed') {
    const giveBack = await job.room.take(answer.megapixels)
    try {
      answer = await process.ask({ kind: 'proceed', job: number }, timeoutMs)
    } finally {
      giveBack()
    }
  }
  if (answer.kind === 'failed') return answer.failure
  if (answer.kind === 'withdrawn') signal.throwIfAborted()
  if (answer.kind !== 'opened') throw new Error(`a decoder answered ${answer.kind}`)
  const { facts, picture } = answer
  return picture ? { kind: 'drawn', facts, picture } : { kind: 'held', place, job: number, facts }
}

/** Renders what is held; when its process is lost, decodes once more elsewhere. */
async function renderHeld(job: Job, first: Held, patience: Patience): Promise<Rendered | ImageFailure> {
  let held: Held | Drawn | ImageFailure = first
  while (held.kind === 'held') {
    const { place, job: number }: Held = held
    try {
      const answer = await place.process.ask({ kind: 'render', job: number }, job.options.timeoutMs)
      if (answer.kind === 'rendered') return answer.picture
      if (answer.kind === 'failed') return answer.failure
      throw new Error(`a decoder answered ${answer.kind}`)
    } catch (error) {
      const failure = patience.failureAfter(error)
      if (failure) return failure
    } finally {
      place.giveBack()
    }
    job.signal.throwIfAborted()
    held = await hold(job, patience)
  }
  return held.kind === 'drawn' ? held.picture : held
}

/** Rejects at once when the signal aborts; what the work comes to later is given to `late`. */
function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  late: (result: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason)
      work.then(late, () => {})
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
