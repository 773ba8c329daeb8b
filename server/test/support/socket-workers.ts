/** Worker processes for a test, each behind a socket of its own and started anew when it ends. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DecoderOptions } from '../../src/imaging/decoders.ts'

export interface SocketWorkers {
  /** Where they listen. */
  readonly paths: readonly string[]
  /** The processes that run just now. */
  readonly pids: () => readonly number[]
  readonly close: () => Promise<void>
}

const entry = fileURLToPath(new URL('./socket-worker.ts', import.meta.url))

/** Resolves when all of them listen. */
export async function startSocketWorkers(
  count: number,
  options: Partial<DecoderOptions> = {},
): Promise<SocketWorkers> {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-workers-'))
  const paths = Array.from({ length: count }, (_, place) => join(folder, `${place}`))
  const running = new Map<string, ChildProcess>()
  let isClosed = false

  const start = async (path: string): Promise<void> => {
    const worker = fork(entry, [path, JSON.stringify(options)], { execArgv: ['--no-warnings'] })
    running.set(path, worker)
    worker.once('exit', () => {
      if (!isClosed) void start(path)
    })
    await Promise.race([once(worker, 'message'), once(worker, 'exit')])
  }
  await Promise.all(paths.map(start))

  return {
    paths,
    pids: () => [...running.values()].map(({ pid }) => pid ?? 0),
    close: async () => {
      isClosed = true
      await Promise.all(
        [...running.values()].map(async worker => {
          if (worker.exitCode !== null || worker.signalCode !== null) return
          const gone = once(worker, 'exit')
          worker.kill('SIGKILL')
          await gone
        }),
      )
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
