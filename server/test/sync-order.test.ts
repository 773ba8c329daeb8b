/** What a power cut would leave: the order of the system calls that make things durable. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from './support/samples.ts'

const program = fileURLToPath(new URL('./support/record-one.ts', import.meta.url))
const canTrace = spawnSync('strace', ['-o', '/dev/null', process.execPath, '-e', '0']).status === 0

interface Call {
  readonly name: string
  /** Path of the file it is about, or both of a rename. */
  readonly about: string
}

/** System calls in the order in which they ended, between two marks. */
function callsBetween(trace: string, from: string, to: string): Call[] {
  const lines = trace.split('\n')
  const start = lines.findIndex(line => line.includes(`MARK ${from}`))
  const end = lines.findIndex(line => line.includes(`MARK ${to}`))
  expect(start).toBeGreaterThan(-1)
  expect(end).toBeGreaterThan(start)
  const unfinished = new Map<string, string>()
  return lines.slice(start + 1, end).flatMap(line => {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (rest.includes('<unfinished')) {
      unfinished.set(thread, rest)
      return []
    }
    const whole = rest.startsWith('<...') ? `${unfinished.get(thread)} ${rest}` : rest
    const [, name] = /^(\w+)\(/.exec(whole) ?? []
    const paths = [...whole.matchAll(/"([^"]+)"|<(\/[^>]+)>/g)].map(([, quoted, fd]) => quoted ?? fd ?? '')
    return name ? [{ name, about: paths.join(' → ') }] : []
  })
}

const isSync = ({ name }: Call) => name === 'fsync' || name === 'fdatasync'

test.skipIf(!canTrace)(
  'files are synced before they have their name, and both before the row (needs strace)',
  () => {
    using root = temporaryFolder()
    const out = join(root.path, 'trace')
    const args = [
      '-f',
      '-y',
      '-e',
      'trace=write,fsync,fdatasync,rename,renameat,renameat2',
      '-s',
      '200',
      '-o',
      out,
    ]
    const { status, stderr } = spawnSync('strace', [
      ...args,
      process.execPath,
      program,
      join(root.path, 'home'),
    ])
    expect(status, stderr.toString()).toBe(0)
    const trace = readFileSync(out, 'utf8')

    const acknowledging = callsBetween(trace, 'batch', 'acknowledged')
    expect(acknowledging.some(call => isSync(call) && call.about.includes('gleaner.db-wal'))).toBe(true)

    for (const n of [0, 1]) {
      const calls = callsBetween(trace, `picture ${n}`, `recorded ${n}`)
      const where = (what: (call: Call) => boolean) => calls.findIndex(what)
      const lastWhere = (what: (call: Call) => boolean) => calls.findLastIndex(what)
      const row = lastWhere(call => isSync(call) && call.about.includes('gleaner.db-wal'))
      expect(row).toBeGreaterThan(-1)
      for (const folder of ['/originals/', '/images/robin']) {
        const named = where(({ name, about }) => name.startsWith('rename') && about.includes(folder))
        expect(named, `${folder} has its file`).toBeGreaterThan(-1)
        const [temporary = ''] = calls[named]?.about.split(' → ') ?? []
        const synced = lastWhere(call => isSync(call) && call.about.startsWith(temporary))
        const inFolder = calls.findIndex(
          (call, at) =>
            at > named && isSync(call) && (calls[named]?.about.split(' → ')[1] ?? '').startsWith(call.about),
        )
        expect(synced, `${folder}: bytes before name`).toBeGreaterThan(-1)
        expect(synced).toBeLessThan(named)
        expect(inFolder, `${folder}: name before row`).toBeGreaterThan(named)
        expect(inFolder).toBeLessThan(row)
      }
    }
  },
)
