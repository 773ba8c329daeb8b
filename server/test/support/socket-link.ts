/** One connection to a worker. It ends once, for good: whoever wants the worker back makes another. */
import { connect } from 'node:net'
import { onFrame, sendFrame } from './frames.ts'
import type { JobAnswer, JobRequest, WorkAnswer, WorkRequest } from './work-messages.ts'

/** The worker, or the way to it, is gone, and with it all it had in hand. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost'
}

export type Place = 'fetches' | 'pictures'

export interface Link {
  /** How many more jobs of each kind the worker takes. */
  readonly free: Record<Place, number>
  readonly isLost: () => boolean
  /**
   * @param signal - has the worker let the job go
   * @throws WorkerLost; the signal's reason
   */
  readonly ask: (request: JobRequest, signal: AbortSignal, bytes?: Buffer) => Promise<Answered>
  readonly letGo: (job: number) => void
  readonly close: () => void
}

export interface Answered {
  readonly answer: JobAnswer
  readonly body: Buffer
}

export interface LinkOptions {
  readonly path: string
  /** How often the worker is asked whether it is there; it is lost when it says nothing for three times that long. */
  readonly beatMs: number
  readonly ready: (link: Link) => void
  /** Called once, also when the worker was never reached. */
  readonly lost: () => void
}

interface Pending {
  readonly settle: () => void
  readonly resolve: (answered: Answered) => void
  readonly reject: (error: unknown) => void
}

const mostMissedBeats = 3

export function openLink({ path, beatMs, ready, lost }: LinkOptions): { readonly close: () => void } {
  const socket = connect(path)
  const pending = new Map<number, Pending>()
  const say = (request: WorkRequest, bytes?: Buffer) => sendFrame(socket, request, bytes)
  const close = () => void socket.destroy()

  const ask: Link['ask'] = (request, signal, bytes) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (socket.destroyed) return reject(new WorkerLost())
      const { job } = request
      const settle = () => {
        signal.removeEventListener('abort', abort)
        pending.delete(job)
      }
      const abort = () => {
        settle()
        say({ kind: 'let-go', job })
        reject(signal.reason)
      }
      signal.addEventListener('abort', abort)
      pending.set(job, { settle, resolve, reject })
      say(request, bytes)
    })

  // Counted in beats rather than in time: a process that was held up itself has not heard what lies in its socket.
  let missedBeats = 0
  const beat = setInterval(() => {
    if (missedBeats++ >= mostMissedBeats) close()
    say({ kind: 'are-you-there' })
  }, beatMs)
  socket.on('data', () => {
    missedBeats = 0
  })
  onFrame(socket, ({ head, body }) => {
    const answer = head as WorkAnswer
    if (answer.kind === 'ready') {
      const { fetches, pictures } = answer
      const letGo = (job: number) => say({ kind: 'let-go', job })
      ready({ free: { fetches, pictures }, isLost: () => socket.destroyed, ask, letGo, close })
    } else if (answer.kind !== 'here') {
      const asked = pending.get(answer.job)
      asked?.settle()
      asked?.resolve({ answer, body })
    }
  })
  socket.on('error', close)
  socket.on('close', () => {
    clearInterval(beat)
    for (const { settle, reject } of [...pending.values()]) {
      settle()
      reject(new WorkerLost())
    }
    lost()
  })
  return { close }
}
