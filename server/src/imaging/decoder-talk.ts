/** What a decoder process has been given: the picture it works on, and those that lie there for when it is done. */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { DecoderAnswer, DecoderRequest } from './decode-protocol.ts'
import type { DecoderProcess } from './decoder-process.ts'
import { type EndReason, ProcessEnded } from './process-ended.ts'

export interface TalkOptions {
  /** Above this it is killed in the middle of a job (where the system tells, which is Linux). */
  readonly maxRssBytes: number
  /** Pictures that have lain for longer than this behind the same one go elsewhere. */
  readonly momentMs: number
  /** Called when it may be given pictures again after some went elsewhere. */
  readonly freed: () => void
}

/** A question that is open. */
interface Asked {
  readonly atMs: number
  readonly timeoutMs: number
  readonly resolve: (answer: DecoderAnswer) => void
  readonly reject: (error: ProcessEnded) => void
}

/** A picture at the process. */
interface Job {
  readonly number: number
  /** Absent while the process waits for the server's word. */
  asked: Asked | undefined
  /** Withdrawn, and not answered yet: nobody waits for it. */
  isWithdrawn: boolean
}

const beginsJob: ReadonlySet<DecoderRequest['kind']> = new Set(['open', 'make', 'pixels'])
const lookEveryMs = 25
const memoryEveryLooks = 4

/**
 * Talks with a process that has said that it is ready.
 *
 * @param gone - resolves when it has ended and everything it said has been heard
 */
export function talkWith(child: ChildProcess, gone: Promise<void>, options: TalkOptions): DecoderProcess {
  const { maxRssBytes, momentMs, freed } = options
  /** In the order they were handed over, which is the order in which they are worked on. */
  const line: Job[] = []
  let firstSinceMs = 0
  let ending: EndReason | undefined
  /** For which it was killed. */
  let culprit: Job | undefined
  /** Before which others went elsewhere, until it is done and they have left. */
  let keeper: Job | undefined
  let jobs = 0
  let rssBytes = 0
  let watch: NodeJS.Timeout | undefined
  let looks = 0

  const kill = (reason: EndReason) => {
    ending ??= reason
    child.kill('SIGKILL')
  }
  const add = (number: number): Job => {
    const job: Job = { number, asked: undefined, isWithdrawn: false }
    jobs++
    if (line.push(job) === 1) firstSinceMs = performance.now()
    // Answers that are there already are read before anything is made of how long they took.
    watch ??= setInterval(() => setImmediate(look), lookEveryMs)
    return job
  }
  const leave = (job: Job) => {
    if (job === line[0]) firstSinceMs = performance.now()
    line.splice(line.indexOf(job), 1)
    if (line.length === 0) {
      clearInterval(watch)
      watch = undefined
    }
    if (keeper && !line.includes(keeper) && !line.some(({ isWithdrawn }) => isWithdrawn)) {
      keeper = undefined
      freed()
    }
  }

  /** The picture before them is none of their business, however long it takes. */
  const sendOn = () => {
    for (const job of line.slice(1)) {
      if (job.isWithdrawn) continue
      keeper = line[0]
      job.isWithdrawn = true
      child.send({ kind: 'withdraw', job: job.number } satisfies DecoderRequest)
      job.asked?.reject(new ProcessEnded('slow'))
    }
  }
  const look = () => {
    const [first] = line
    if (!first || ending !== undefined) return
    const nowMs = performance.now()
    if (nowMs - firstSinceMs > momentMs) sendOn()
    if (!first.asked) return
    if (nowMs - Math.max(firstSinceMs, first.asked.atMs) > first.asked.timeoutMs) {
      culprit = first
      kill('timeout')
    }
    looks = (looks + 1) % memoryEveryLooks
    if (looks === 0 && residentBytes(child.pid) > maxRssBytes) {
      culprit ??= first
      kill('memory')
    }
  }

  const hear = (answer: DecoderAnswer) => {
    const job = line.find(({ number }) => number === answer.job)
    const asked = job?.asked
    if (!job || !asked) return
    if ('rssBytes' in answer && answer.rssBytes !== undefined) rssBytes = answer.rssBytes
    if (job.isWithdrawn && !isLast(answer)) child.send({ kind: 'release', job: job.number })
    if (job.isWithdrawn || isLast(answer)) leave(job)
    job.asked = undefined
    asked.resolve(answer)
  }
  child.on('message', message => hear(message as DecoderAnswer))
  // A broken channel means that the process is going; its exit says the rest.
  child.on('error', () => kill('crash'))
  void gone.then(() => {
    ending ??= 'crash'
    clearInterval(watch)
    const blamed = ending === 'crash' ? line[0] : culprit
    for (const job of line.splice(0)) {
      job.asked?.reject(new ProcessEnded(job === blamed || ending === 'closed' ? ending : 'neighbour'))
    }
  })

  return {
    isAlive: () => ending === undefined,
    isStuck: () => keeper !== undefined || (line.length > 0 && performance.now() - firstSinceMs > momentMs),
    jobs: () => jobs,
    rssBytes: () => rssBytes,
    ask: (request, timeoutMs) => {
      const begins = beginsJob.has(request.kind)
      if (ending !== undefined) return Promise.reject(new ProcessEnded(begins ? 'neighbour' : ending))
      const job = begins ? add(request.job) : line.find(({ number }) => number === request.job)
      if (!job) return Promise.reject(new Error(`job ${request.job} is not there`))
      return new Promise((resolve, reject) => {
        job.asked = { atMs: performance.now(), timeoutMs, resolve, reject }
        child.send(request)
      })
    },
    release: number => {
      const job = line.find(job => job.number === number)
      if (!job || ending !== undefined) return
      leave(job)
      child.send({ kind: 'release', job: number } satisfies DecoderRequest)
    },
    withdraw: number => {
      const isBehind = line.some((job, place) => job.number === number && place > 0)
      if (isBehind && ending === undefined) {
        child.send({ kind: 'withdraw', job: number } satisfies DecoderRequest)
      }
    },
    end: () => kill('closed'),
    gone,
  }
}

/** Whether nothing more is said about the job. */
function isLast(answer: DecoderAnswer): boolean {
  if (answer.kind === 'opened') return answer.picture !== undefined
  return answer.kind !== 'weighed'
}

function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096
  } catch {
    return 0
  }
}
