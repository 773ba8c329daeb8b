/** What a machine must have for some of the faults, and how they are made with it. */
import { spawnSync } from 'node:child_process'

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0

/** Whether system calls of a child can be made to fail. */
export const canTrace = works('strace', '-o', '/dev/null', process.execPath, '-e', '0')

/** Whether a file system of a few megabytes can be had for a test alone. */
export const canMount = works('unshare', '-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt')

/** Whether rights bind the programs this test starts: the administrator is bound by none. */
export const isBoundByRights = process.getuid?.() !== 0

export type Syscall = 'fsync' | 'pwrite64' | 'rename' | 'unlink' | 'openat'

const variants: Readonly<Record<Syscall, readonly string[]>> = {
  fsync: ['fsync'],
  pwrite64: ['pwrite64'],
  // Which of them there are depends on the processor.
  rename: ['?rename', '?renameat', '?renameat2'],
  unlink: ['?unlink', '?unlinkat', '?rmdir'],
  openat: ['openat'],
}

export interface Injection {
  readonly calls: readonly Syscall[]
  /** What the call does: an error by its name, or a signal. */
  readonly effect: `error=${string}` | `signal=${string}`
  /** Which calls of a thread: `3`, `3+` for it and all after it, `1..3`. */
  readonly when: string
  /** Only calls about this file or folder. */
  readonly path?: string
  /** Where the calls are written down. */
  readonly out?: string
}

/** Command line that runs another one with some of its system calls failing. */
export function withInjection({ calls, effect, when, path, out = '/dev/null' }: Injection): string[] {
  const names = calls.flatMap(call => variants[call]).join(',')
  // Much faster, but signals get lost with it: it stops a call only where it begins.
  const filter = effect.startsWith('error') ? ['--seccomp-bpf'] : []
  return [
    'strace',
    ...['-f', '-qq', ...filter, '-y', '-s', '200', '-o', out],
    ...(path ? ['-P', path] : []),
    ...['-e', `trace=${names}`, '-e', `inject=${names}:${effect}:when=${when}`],
  ]
}
