/** One decoder process as the server sees it: asked, timed, weighed, and killed when it must be. */
import { type ChildProcess, fork } from 'node:child_process'
import type { DecoderAnswer, DecoderGreeting, DecoderRequest } from './decode-protocol.ts'
import { type TalkOptions, talkWith } from './decoder-talk.ts'
import { ProcessEnded } from './process-ended.ts'

export interface DecoderProcess {
  /** Whether it can be asked: it has neither ended nor been told to. */
  readonly isAlive: () => boolean
  /** Whether pictures that lay there went elsewhere, and it has not got over what keeps it: it is to be given no more. */
  readonly isStuck: () => boolean
  /** Jobs opened so far. */
  readonly jobs: () => number
  /** Memory when the last picture had been decoded. */
  readonly rssBytes: () => number
  /**
   * Sends a request and waits for its answer. A job that is begun while others are there waits for them, which counts as
   * nobody's time.
   *
   * @throws ProcessEnded when it ends before it answers; `slow` when it goes on, but the job should be done elsewhere
   */
  readonly ask: (request: DecoderRequest, timeoutMs: number) => Promise<DecoderAnswer>
  /** Lets go of a picture that waits for the server's word. Safe to call whatever has become of it. */
  readonly release: (job: number) => void
  /** Takes back a job that lies behind another one: `ask` is answered by `withdrawn`, or as ever when it has begun. */
  readonly withdraw: (job: number) => void
  /** Kills the process. */
  readonly end: () => void
  /** Resolves when the process has ended and the system has been told that it may forget it. */
  readonly gone: Promise<void>
}

export interface ProcessOptions extends TalkOptions {
  /** Module the process runs. */
  readonly entry: string
  /** Empty folder it is started in. */
  readonly cwd: string
  readonly startTimeoutMs: number
  /** Kills the process, at whatever it is. */
  readonly signal: AbortSignal
}

const MiB = 1024 * 1024

/**
 * Starts a decoder.
 *
 * @returns the process once it has said that it is ready
 * @throws ProcessEnded `start`, with what it gave as reason
 */
export async function startDecoder(options: ProcessOptions): Promise<DecoderProcess> {
  const child = fork(options.entry, [], {
    cwd: options.cwd,
    env: decoderEnvironment(options.cwd),
    // Collecting 8 MB of program for every few rasters costs more than leaving 64 MB be.
    execArgv: ['--max-old-space-size=256', '--initial-heap-size=64', '--no-warnings'],
    serialization: 'advanced',
    signal: options.signal,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const gone = new Promise<void>(resolve => {
    // Not at its exit: what it said before is still to be heard, and who is blamed depends on it.
    child.once('close', resolve)
    child.once('error', () => child.pid === undefined && resolve())
  })
  await greeting(child, gone, options.startTimeoutMs)
  return talkWith(child, gone, options)
}

/** Nothing of the server's own environment but what a program needs to start at all. */
function decoderEnvironment(cwd: string): NodeJS.ProcessEnv {
  const needed = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'windir']
  const kept = needed.map(name => [name, process.env[name]]).filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(kept),
    TMPDIR: cwd,
    TEMP: cwd,
    UV_THREADPOOL_SIZE: '2',
    MALLOC_ARENA_MAX: '2',
    // Rasters come and go with every job: memory that was had once is kept rather than asked for page by page again.
    MALLOC_MMAP_THRESHOLD_: String(64 * MiB),
    MALLOC_TRIM_THRESHOLD_: String(128 * MiB),
  }
}

async function greeting(child: ChildProcess, gone: Promise<void>, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const said = await Promise.race([
    new Promise<DecoderGreeting>(resolve =>
      child.once('message', message => resolve(message as DecoderGreeting)),
    ),
    gone.then(() => undefined),
  ])
  clearTimeout(timer)
  if (said?.kind === 'ready') return
  child.kill('SIGKILL')
  await gone
  throw new ProcessEnded('start', said?.facts ?? {})
}
