/** One decoder process as the server sees it: asked, timed, weighed, and killed when it must be. */
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Facts } from '@gleaner/shared/errors'
import type { DecoderAnswer, DecoderGreeting, DecoderRequest } from './decode-protocol.ts'

/** `start`: never got ready. `crash`: ended by itself. `timeout` and `memory`: was ended by the server. */
export type EndReason = 'start' | 'crash' | 'timeout' | 'memory' | 'closed'

/** Thrown by {@link DecoderProcess.ask} when the process ends before it answers. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded'
  readonly reason: EndReason
  readonly facts: Facts

  constructor(reason: EndReason, facts: Facts = {}) {
    super(`the decoder ended: ${reason}`)
    this.reason = reason
    this.facts = facts
  }
}

export interface DecoderProcess {
  /** Whether it can be asked: it has neither ended nor been told to. */
  readonly isAlive: () => boolean
  /** Jobs opened so far. */
  readonly jobs: () => number
  /** Memory when the last picture had been decoded. */
  readonly rssBytes: () => number
  /** Sends a request and waits for its answer. @throws ProcessEnded */
  readonly ask: (request: DecoderRequest, timeoutMs: number) => Promise<DecoderAnswer>
  /** Sends a request that has no answer. */
  readonly tell: (request: DecoderRequest) => void
  /** Kills the process. */
  readonly end: () => void
  /** Resolves when the process has ended and the system has been told that it may forget it. */
  readonly gone: Promise<void>
}

export interface ProcessOptions {
  /** Module the process runs. */
  readonly entry: string
  /** Empty folder it is started in. */
  readonly cwd: string
  readonly startTimeoutMs: number
  /** Kills the process, at whatever it is. */
  readonly signal: AbortSignal
  /** Above this it is killed in the middle of a job (where the system tells, which is Linux). */
  readonly maxRssBytes: number
}

const memoryCheckMs = 100
const beginsJob: ReadonlySet<DecoderRequest['kind']> = new Set(['open', 'make', 'pixels'])
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
    child.once('exit', resolve)
    child.once('error', () => child.pid === undefined && resolve())
  })
  await greeting(child, gone, options.startTimeoutMs)
  return conversation(child, gone, options.maxRssBytes)
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

interface Pending {
  readonly job: number
  readonly resolve: (answer: DecoderAnswer) => void
  readonly reject: (error: ProcessEnded) => void
  readonly timers: readonly (NodeJS.Timeout | undefined)[]
}

function conversation(child: ChildProcess, gone: Promise<void>, maxRssBytes: number): DecoderProcess {
  let pending: Pending | undefined
  let ending: EndReason | undefined
  let jobs = 0
  let rssBytes = 0

  const settle = () => {
    const settled = pending
    pending = undefined
    for (const timer of settled?.timers ?? []) clearTimeout(timer)
    return settled
  }
  const kill = (reason: EndReason) => {
    ending ??= reason
    child.kill('SIGKILL')
  }
  child.on('message', message => {
    const answer = message as DecoderAnswer
    if (answer.job !== pending?.job) return
    if ('rssBytes' in answer && answer.rssBytes !== undefined) rssBytes = answer.rssBytes
    settle()?.resolve(answer)
  })
  // A broken channel means that the process is going; its exit says the rest.
  child.on('error', () => kill('crash'))
  void gone.then(() => {
    ending ??= 'crash'
    settle()?.reject(new ProcessEnded(ending))
  })

  const watchMemory = () => {
    const check = () => residentBytes(child.pid) > maxRssBytes && kill('memory')
    return process.platform === 'linux' ? setInterval(check, memoryCheckMs) : undefined
  }
  return {
    isAlive: () => ending === undefined,
    jobs: () => jobs,
    rssBytes: () => rssBytes,
    ask: (request, timeoutMs) => {
      if (ending !== undefined) return Promise.reject(new ProcessEnded(ending))
      if (beginsJob.has(request.kind)) jobs++
      return new Promise((resolve, reject) => {
        const timers = [setTimeout(kill, timeoutMs, 'timeout' as const), watchMemory()]
        pending = { job: request.job, resolve, reject, timers }
        child.send(request)
      })
    },
    tell: request => {
      if (ending === undefined) child.send(request)
    },
    end: () => kill('closed'),
    gone,
  }
}

function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096
  } catch {
    return 0
  }
}
