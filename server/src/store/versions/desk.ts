/** Where tasks about splits and versions are handed in: a process of its own does them, one after the other. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AppError } from '@gleaner/shared/errors'
import { closedError } from '../group-commit.ts'
import type { Answer, Ask, FromClerk, TaskName, ToClerk } from './tasks.ts'

const clerk = fileURLToPath(new URL('./clerk.ts', import.meta.url))
/** A process that is asked nothing for so long ends. */
const defaultIdleMs = 20_000

export interface Desk {
  /** The answer knows what had been committed when the task began. */
  readonly ask: <Name extends TaskName>(name: Name, what: Ask<Name>) => Promise<Answer<Name>>
  /** Runs when everything that was asked for before is done: nothing else does meanwhile. */
  readonly inLine: <T>(work: (ask: Desk['ask']) => Promise<T>) => Promise<T>
  /** Lets go of the index, before it is closed. What waits for an answer is refused. */
  readonly close: () => void
}

/**
 * A process rather than a thread: each is gone with its memory, and one that is killed in the middle of a row holds
 * nothing.
 *
 * @param path - of the index, which is in use by this process
 */
export function createDesk(path: string, idleMs = defaultIdleMs): Desk {
  let line: Promise<unknown> = Promise.resolve()
  let child: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined
  let isClosed = false

  const end = () => {
    clearTimeout(idle)
    child?.kill('SIGKILL')
    child = undefined
  }
  const start = (): ChildProcess => {
    const started = fork(clerk, [], {
      serialization: 'advanced',
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    started.once('exit', () => {
      if (child === started) child = undefined
    })
    return started
  }

  const run = <Name extends TaskName>(name: Name, ask: Ask<Name>): Promise<Answer<Name>> => {
    if (isClosed) return Promise.reject(closedError())
    clearTimeout(idle)
    child ??= start()
    const asked = child
    hold(asked)
    return new Promise<Answer<Name>>((resolve, reject) => {
      const lost = (cause?: unknown) =>
        reject(isClosed ? closedError() : new AppError('PROTOCOL_INTERNAL', { task: name }, { cause }))
      asked.once('exit', lost)
      asked.once('error', lost)
      asked.once('message', (message: FromClerk) => {
        asked.off('exit', lost)
        asked.off('error', lost)
        if ('answer' in message) resolve(message.answer as Answer<Name>)
        else reject(failureOf(message.failure))
      })
      asked.send({ path, name, ask } satisfies ToClerk, error => error && lost(error))
    }).finally(() => {
      letGo(asked)
      idle = setTimeout(end, idleMs).unref()
    })
  }

  const inLine: Desk['inLine'] = work => {
    const done = line.then(() => (isClosed ? Promise.reject(closedError()) : work(run)))
    line = done.catch(() => {})
    return done
  }

  return {
    ask: (name, what) => inLine(ask => ask(name, what)),
    inLine,
    close: () => {
      isClosed = true
      end()
    },
  }
}

/** The server waits for it before it ends, or does not. */
function hold(child: ChildProcess): void {
  child.ref()
  child.channel?.ref()
}

function letGo(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
}

const failureOf = (failure: Extract<FromClerk, { failure: unknown }>['failure']) =>
  typeof failure === 'string' ? new Error(failure) : new AppError(failure.code, failure.facts)
