/** Small copies of filed pictures, made in a process of their own: one that is lost is started anew. */
import { type ChildProcess, fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

export interface ThumbnailRequest {
  readonly id: number
  /** A JPEG file. */
  readonly bytes: Uint8Array
  readonly sidePx: number
}
export interface ThumbnailAnswer {
  readonly id: number
  /** A JPEG file; `null` when the picture cannot be read. */
  readonly bytes: Uint8Array | null
}

export interface Thumbnails {
  /**
   * Waits its turn where many are asked for.
   *
   * @param sidePx - longest side; smaller pictures are not enlarged
   * @returns a JPEG file, or `undefined` when the picture cannot be read
   */
  readonly make: (bytes: Uint8Array, sidePx: number) => Promise<Uint8Array | undefined>
  readonly close: () => void
}

export interface ThumbnailOptions {
  /** Pictures in hand at one time. */
  readonly atOnce: number
  /** Time for one picture, from when it is in hand. */
  readonly timeoutMs: number
  /** A process nobody has asked anything of for so long is ended. */
  readonly idleMs: number
  /** Module the process runs. */
  readonly entry: string
}

const defaults: ThumbnailOptions = {
  atOnce: 2,
  timeoutMs: 10_000,
  idleMs: 60_000,
  entry: fileURLToPath(new URL('./thumbnail-child.ts', import.meta.url)),
}

interface Job {
  readonly bytes: Uint8Array
  readonly sidePx: number
  readonly resolve: (bytes: Uint8Array | undefined) => void
  timer?: NodeJS.Timeout
}

export function createThumbnails(options: Partial<ThumbnailOptions> = {}): Thumbnails {
  const { atOnce, timeoutMs, idleMs, entry } = { ...defaults, ...options }
  const waiting: Job[] = []
  const inHand = new Map<number, Job>()
  let child: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined
  let isClosed = false
  let lastId = 0

  const settle = (id: number, bytes: Uint8Array | undefined) => {
    const job = inHand.get(id)
    clearTimeout(job?.timer)
    inHand.delete(id)
    job?.resolve(bytes)
  }
  const end = () => {
    child?.kill('SIGKILL')
    child = undefined
    for (const id of [...inHand.keys()]) settle(id, undefined)
  }
  const start = () => {
    const started = fork(entry, [], {
      env: environment(),
      execArgv: ['--max-old-space-size=128', '--no-warnings'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    started.on('message', message => {
      const { id, bytes } = message as ThumbnailAnswer
      settle(id, bytes ?? undefined)
      next()
    })
    const lost = () => {
      if (child !== started) return
      end()
      next()
    }
    started.once('exit', lost)
    started.once('error', lost)
    return started
  }
  const next = () => {
    clearTimeout(idle)
    while (inHand.size < atOnce) {
      const job = waiting.shift()
      if (!job) break
      child ??= start()
      const id = ++lastId
      inHand.set(id, job)
      // Whatever keeps it, the others in hand are made anew when somebody asks for them again.
      job.timer = setTimeout(() => {
        end()
        next()
      }, timeoutMs)
      child.send({ id, bytes: job.bytes, sidePx: job.sidePx } satisfies ThumbnailRequest, () => {})
    }
    if (inHand.size === 0) idle = setTimeout(end, idleMs).unref()
  }

  return {
    make: (bytes, sidePx) =>
      new Promise(resolve => {
        if (isClosed) return resolve(undefined)
        waiting.push({ bytes, sidePx, resolve })
        next()
      }),
    close: () => {
      isClosed = true
      clearTimeout(idle)
      for (const { resolve } of waiting.splice(0)) resolve(undefined)
      end()
    },
  }
}

/** Nothing of the server's own environment but what a program needs to start at all. */
function environment(): NodeJS.ProcessEnv {
  const needed = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'windir']
  const kept = needed.map(name => [name, process.env[name]]).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(kept), TMPDIR: tmpdir(), UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' }
}
