/** What a power cut would leave: the order of the system calls that make things durable. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openHome } from '../src/store/home.ts'
import { makeImage, temporaryFolder } from './support/samples.ts'

const recording = fileURLToPath(new URL('./support/record-one.ts', import.meta.url))
const opening = fileURLToPath(new URL('./support/open-once.ts', import.meta.url))
const folding = fileURLToPath(new URL('./support/fold-once.ts', import.meta.url))
const pausing = fileURLToPath(new URL('./support/pause-once.ts', import.meta.url))
const canTrace = spawnSync('strace', ['-o', '/dev/null', process.execPath, '-e', '0']).status === 0

/** Places are lines of the trace: threads run beside each other, so a call has a beginning and an end. */
interface Call {
  readonly name: string
  /** Path of the file it is about, or both of a rename. */
  readonly paths: readonly string[]
  readonly begun: number
  readonly ended: number
  /** Where in the file it writes, when it says so. */
  readonly at?: number
}

function traceOf(program: string, home: string, out: string, more: readonly string[] = []): string[] {
  const calls = `trace=${['write,fsync,fdatasync,rename,renameat,renameat2', ...more]}`
  const args = ['-f', '-y', '-e', calls, '-s', '200', '-o', out, process.execPath, program, home]
  const { status, stderr } = spawnSync('strace', args)
  expect(status, stderr.toString()).toBe(0)
  return readFileSync(out, 'utf8').split('\n')
}

/** Place in the trace where the program said something. */
function placeOf(lines: readonly string[], mark: string): number {
  const place = lines.findIndex(line => line.includes(`"MARK ${mark}\\n"`))
  expect(place, mark).toBeGreaterThan(-1)
  return place
}

function callsBetween(lines: readonly string[], from: string, to: string): Call[] {
  const start = placeOf(lines, from) + 1
  const unfinished = new Map<string, { readonly rest: string; readonly begun: number }>()
  return lines.slice(start, placeOf(lines, to)).flatMap((line, at) => {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const ended = start + at
    if (rest.includes('<unfinished')) {
      unfinished.set(thread, { rest, begun: ended })
      return []
    }
    const earlier = rest.startsWith('<...') ? unfinished.get(thread) : undefined
    const whole = earlier ? `${earlier.rest} ${rest}` : rest
    const [, name] = /^(\w+)\(/.exec(whole) ?? []
    const paths = [...whole.matchAll(/"([^"]+)"|<(\/[^>]+)>/g)].map(([, quoted, fd]) => quoted ?? fd ?? '')
    const [, offset] = (name === 'pwrite64' && /, (\d+)\) += /.exec(whole)) || []
    return name
      ? [{ name, paths, begun: earlier?.begun ?? ended, ended, ...(offset && { at: Number(offset) }) }]
      : []
  })
}

const isSync = ({ name }: Call) => name === 'fsync' || name === 'fdatasync'
const isWriteTo = (file: string) => (call: Call) =>
  call.name === 'pwrite64' && (call.paths[0]?.endsWith(file) ?? false)
const isOfLog = (call: Call) => isSync(call) && (call.paths[0]?.endsWith('gleaner.db-wal') ?? false)

/**
 * Bytes, then name, then the folder with the name in it; all of it before `row`, and the row before it is told.
 *
 * @param name - of the file
 * @param told - where the program said that the picture is stored
 */
function expectInOrder(calls: readonly Call[], name: string, told: number) {
  const row = calls.findLast(call => isOfLog(call) && call.ended < told)
  expect(row, `${name}: the row is synced before it is told`).toBeDefined()
  const renames = calls.filter(call => call.name.startsWith('rename'))
  const first = renames.find(({ paths }) => paths.at(-1)?.endsWith(name))
  expect(first, `${name}: has its name`).toBeDefined()
  if (!first || !row) return
  const synced = (path: string, from: number, to: number) =>
    calls.some(call => isSync(call) && call.paths[0] === path && call.begun > from && call.ended < to)
  const [temporary = '', named = ''] = first.paths
  expect(synced(temporary, -1, first.begun), `${name}: bytes before name`).toBe(true)
  // A folder is filled out of sight and appears with its first file in it.
  const folder = dirname(named)
  const shown = renames.find(({ paths }) => paths[0] === folder)
  expect(synced(folder, first.ended, shown ? shown.begun : row.begun), `${name}: name before row`).toBe(true)
  if (shown) {
    const parent = dirname(shown.paths[1] ?? '')
    expect(synced(parent, shown.ended, row.begun), `${name}: folder before row`).toBe(true)
  }
}

function expectFilesInOrder(calls: readonly Call[], seed: string, told: number) {
  const { digest } = makeImage(seed).original
  for (const name of [`${digest}.png`, `${digest.slice(0, 20)}.jpg`]) expectInOrder(calls, name, told)
}

test.skipIf(!canTrace)(
  'bytes, name, row, word: in this order, for one picture and for a group (needs strace)',
  () => {
    using root = temporaryFolder()
    const lines = traceOf(recording, join(root.path, 'home'), join(root.path, 'trace'), ['pwrite64'])

    const acknowledging = callsBetween(lines, 'batch', 'acknowledged')
    expect(acknowledging.filter(isOfLog), 'one sync for a batch of 500').toHaveLength(1)

    for (const n of [0, 1]) {
      const calls = callsBetween(lines, `picture ${n}`, `recorded ${n}`)
      expectFilesInOrder(calls, `${n}`, placeOf(lines, `recorded ${n}`))
    }
    const acting = callsBetween(lines, 'act', 'acted')
    const lastRow = acting.findLast(isWriteTo('gleaner.db-wal'))
    expect(lastRow, 'an act is in the log').toBeDefined()
    const isAfter = ({ begun }: Call) => begun > (lastRow?.ended ?? 0)
    expect(acting.filter(isOfLog).filter(isAfter), 'and synced, once, before it is answered').toHaveLength(1)

    const together = callsBetween(lines, 'group', 'grouped')
    const pictures = [0, 1, 2, 3, 4, 5]
    for (const n of pictures) expectFilesInOrder(together, `group ${n}`, placeOf(lines, `committed ${n}`))
    expect(together.filter(isOfLog).length, 'fewer commits than pictures').toBeLessThan(pictures.length)
    const ofClass = together.filter(call => isSync(call) && call.paths[0]?.endsWith('/images/robin'))
    expect(ofClass.length, 'fewer syncs of their folder, too').toBeLessThan(pictures.length)
  },
)

test.skipIf(!canTrace)(
  'log, index, log anew: each is on the disk before the next is written, whoever folds it in (needs strace)',
  () => {
    using root = temporaryFolder()
    const lines = traceOf(folding, root.path, join(root.path, 'trace'), ['pwrite64'])
    const calls = callsBetween(lines, 'written', 'anew')
    const told = placeOf(lines, 'written')
    const threadOf = (line = '') => line.split(' ')[0]
    const copying = lines.find((line, at) => at > told && /^\d+ +pwrite64\(\d+<[^>]*gleaner\.db>/.test(line))
    expect(threadOf(copying), 'by another thread').not.toBe(threadOf(lines[told]))
    const ofIndex = calls.filter(isWriteTo('/gleaner.db'))
    const [first, last] = [ofIndex[0], ofIndex.at(-1)]
    const anew = calls.find(call => isWriteTo('/gleaner.db-wal')(call) && call.at === 0)
    expect(first && last && anew, 'index and log are written').toBeDefined()
    if (!first || !last || !anew) return
    expect(
      calls.some(call => isOfLog(call) && call.ended < first.begun),
      'the log before the index: all of it was written before',
    ).toBe(true)
    const isOfIndex = (call: Call) => isSync(call) && (call.paths[0]?.endsWith('/gleaner.db') ?? false)
    expect(
      calls.some(call => isOfIndex(call) && call.begun > last.ended && call.ended < anew.begun),
      'the index before the log begins anew',
    ).toBe(true)
  },
)

test.skipIf(!canTrace)('a pause is on the disk before anybody is told (needs strace)', () => {
  using root = temporaryFolder()
  const home = join(root.path, 'home')
  const calls = callsBetween(traceOf(pausing, home, join(root.path, 'trace')), 'asked', 'paused')
  const steps = calls.map(({ name, paths }) => `${name.replace(/^rename.*/, 'rename')} ${paths[0]}`)
  const file = join(home, 'ingest.json')
  expect(steps).toEqual([`write ${file}.new`, `fsync ${file}.new`, `rename ${file}.new`, `fsync ${home}`])
})

test.skipIf(!canTrace)(
  'folders a start makes anew are on the disk before anything is in them (needs strace)',
  async () => {
    using root = temporaryFolder()
    const folder = join(root.path, 'home')
    const home = await openHome({ folder, now: Date.now })
    const dataset = home.create('Birds').folder
    home.close()
    const syncsOfStart = () =>
      callsBetween(traceOf(opening, folder, join(root.path, 'trace')), 'opening', 'opened').filter(
        call => isSync(call) && call.paths[0] === dataset,
      )
    // That of the new log, which SQLite makes where there was none.
    const others = syncsOfStart().length
    for (const name of ['images', 'originals']) {
      rmSync(join(dataset, name), { recursive: true })
      expect(syncsOfStart(), name).toHaveLength(others + 1)
    }
  },
)
