/** Has a packed set taken apart by a process of its own, and holds it to what an archive is held to. */
import { type ChildProcess, fork } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '@gleaner/shared/errors'
import Value from 'typebox/value'
import type { Room } from '../offered.ts'
import { FromUnpacker, type PackedProblem, type Told, type ToUnpacker, type UnpackAsk } from './protocol.ts'

const entry = fileURLToPath(new URL('./unpacker.ts', import.meta.url))
/** Beyond this the process is killed, where the system tells, which is Linux. */
const mostResidentBytes = 3 * 1024 ** 3
const memoryCheckMs = 200

export interface Unpacked {
  /** Absolute path of where the picture was put. */
  readonly place: string
  readonly told: Told
}

export interface UnpackedProblem extends PackedProblem {
  readonly file: string
  /** Of the row or record, from 1. */
  readonly number: number
}

/**
 * @param room - whose folder the pictures are put in
 * @throws AppError `IMPORT_DAMAGED`, `IMPORT_TOO_LARGE`, `STORE_DISK_FULL`; the signal's reason
 */
export async function* unpackPacked(
  asked: Pick<UnpackAsk, 'form' | 'files' | 'texts'>,
  { folder, limits, signal, mayWrite }: Room,
): AsyncGenerator<Unpacked | UnpackedProblem> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const child = fork(entry, [], {
    env: neededEnvironment(),
    execArgv: ['--max-old-space-size=512', '--no-warnings'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = once(child, 'exit').catch(() => {})
  const watch = watchMemory(child)
  let [entries, totalBytes] = [0, 0]
  const tell = (message: ToUnpacker) => child.connected && child.send(message, () => {})
  try {
    tell({ ask: { ...asked, folder, mostBytes: limits.fileBytes } })
    for await (const [message] of on(child, 'message', { signal, close: ['disconnect'] })) {
      if (!Value.Check(FromUnpacker, message)) throw damaged('said what nobody understands')
      if (message.kind === 'done') return
      if (message.kind === 'failed') throw failureOf(message)
      entries += 1
      if (entries > limits.entries)
        throw new AppError('IMPORT_TOO_LARGE', { limit: 'entries', most: limits.entries })
      if (message.kind === 'problem') yield message
      else {
        totalBytes += message.sizeBytes
        if (totalBytes > limits.totalBytes)
          throw new AppError('IMPORT_TOO_LARGE', { limit: 'bytes in all', most: limits.totalBytes })
        mayWrite()
        yield { place: join(folder, String(message.number)), told: message.told }
      }
      tell({ goOn: true })
    }
    if (watch.isOver()) throw new AppError('IMPORT_TOO_LARGE', { limit: 'memory', most: mostResidentBytes })
    throw damaged('the process that read it died')
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    watch.stop()
    child.kill('SIGKILL')
    // What it was writing is to be removed next.
    await ended
  }
}

const damaged = (reason: string) => new AppError('IMPORT_DAMAGED', { reason })

function failureOf({ why, reason }: Extract<FromUnpacker, { kind: 'failed' }>): AppError {
  if (why === 'disk') return new AppError('STORE_DISK_FULL', {})
  return why === 'too-large' ? new AppError('IMPORT_TOO_LARGE', { limit: reason }) : damaged(reason)
}

function neededEnvironment(): NodeJS.ProcessEnv {
  const needed = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'windir']
  return Object.fromEntries(
    needed.map(name => [name, process.env[name]]).filter(([, value]) => value !== undefined),
  )
}

function watchMemory(child: ChildProcess) {
  let isOver = false
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    const residentKiB = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
    if (residentKiB * 1024 <= mostResidentBytes) return
    isOver = true
    child.kill('SIGKILL')
  }, memoryCheckMs)
  return { isOver: () => isOver, stop: () => clearInterval(timer) }
}
