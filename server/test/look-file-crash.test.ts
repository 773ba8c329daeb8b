/** A process that is killed while it saves looks leaves a file that counts, or none: never one that says something else. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LookIndex } from '../src/look/look-index.ts'
import { openLooks } from '../src/pipeline/known-looks.ts'
import { lookFileFailpointNames } from '../src/store/failpoints.ts'
import { openHome } from '../src/store/home.ts'
import { lookFileName } from '../src/store/look-file.ts'
import type { DatasetStore } from '../src/store/types.ts'
import { temporaryFolder } from './support/samples.ts'

const worker = fileURLToPath(new URL('./support/look-file-worker.ts', import.meta.url))

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder[Symbol.dispose]())

const homeFolder = () => join(folder.path, 'home')
const path = () => join(homeFolder(), 'birds', lookFileName)

interface Run {
  readonly seed: number
  readonly killAt?: string
  /** Killed from outside when it has said so much. */
  readonly lines?: number
}

/** @returns numbers of the pictures it had recorded */
async function runUntilKilled({
  seed,
  killAt = '',
  lines = Number.POSITIVE_INFINITY,
}: Run): Promise<number[]> {
  const child = spawn(process.execPath, [worker, homeFolder(), String(seed), killAt], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', line => {
    said.push(line)
    if (said.length === lines) child.kill('SIGKILL')
  })
  const read = once(reader, 'close')
  const [, signal] = await once(child, 'exit')
  await read
  expect(signal, said.at(-1)).toBe('SIGKILL')
  return said.map(line => Number(line.replace('recorded ', '')))
}

/** Opens the looks as a start does, and gives them with how many changes had to be read from the table. */
async function opened<T>(use: (index: LookIndex, store: DatasetStore, read: number) => T): Promise<T> {
  const home = await openHome({ folder: homeFolder(), now: Date.now })
  try {
    const store = home.byName('Birds')
    if (!store) throw new Error('no dataset')
    let read = 0
    const counting = {
      ...store.lookFile,
      since: (changeNo: number, limit: number) => {
        const changes = store.lookFile.since(changeNo, limit)
        read += changes.length
        return changes
      },
    }
    const index = await new Promise<LookIndex>((resolve, failed) => {
      const opening = { signal: new AbortController().signal, ready: () => resolve(looks.index()), failed }
      const looks = openLooks(counting, opening, () => {}, Number.POSITIVE_INFINITY)
      if (looks.isReady()) resolve(looks.index())
    })
    return use(index, store, read)
  } finally {
    home.close()
  }
}

/** Ways in which the index differs from the table. */
function differences(index: LookIndex, store: DatasetStore): string[] {
  const found: string[] = []
  let forms = 0
  for (const { seq, forms: held } of store.lookFile.since(0, 1_000_000)) {
    for (let at = 0; at < held.length; at += 33) {
      forms += 1
      const wanted = { bits: held.subarray(at + 1, at + 33), among: [held[at] ?? 0], radiusBits: 0 }
      const [matches = []] = index.within([[wanted]])
      if (!matches.some(match => match.seq === seq)) found.push(`form ${held[at]} of ${seq} is missing`)
    }
  }
  if (index.forms !== forms) found.push(`${index.forms} forms instead of ${forms}`)
  return found
}

test.each(lookFileFailpointNames)('killed at %s, the next start knows every look', async killAt => {
  for (const count of [1, 3]) {
    const recorded = await runUntilKilled({ seed: count, killAt: `${killAt}@${count}` })
    const { wrong, isExpected, read, known } = await opened((index, store, read) => ({
      wrong: differences(index, store),
      isExpected: store.lookFile.isExpected() && existsSync(path()),
      read,
      known: store.lookFile.since(0, 1_000_000).map(({ seq }) => seq),
    }))
    expect(wrong).toEqual([])
    for (const seq of recorded) expect(known).toContain(seq)
    // The third file was being made: the second counts, or the third does. The table is not read from its start.
    if (count === 3) expect([isExpected, read < known.length]).toEqual([true, true])
  }
})

test('killed at any moment, again and again, the next start knows every look', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const recorded = await runUntilKilled({ seed, lines: 3 + ((seed * 17) % 40) })
    expect(await opened(differences)).toEqual([])
    expect(recorded.length).toBeGreaterThan(0)
  }
})

test('a file that is spoiled while nobody looks is made anew', async () => {
  await runUntilKilled({ seed: 1, lines: 40 })
  const whole = readFileSync(path())
  const spoil: (() => void)[] = [
    () => rmSync(path()),
    () => truncateSync(path(), whole.length - 1),
    () => writeFileSync(path(), Buffer.from(whole).fill(7, 200, 240)),
    () => writeFileSync(path(), ''),
  ]
  expect(await opened((_, __, read) => read)).toBeLessThan(10)
  for (const each of spoil) {
    writeFileSync(path(), whole)
    each()
    const { wrong, read } = await opened((index, store, read) => ({ wrong: differences(index, store), read }))
    expect(wrong).toEqual([])
    expect(read).toBeGreaterThanOrEqual(20)
  }
})

test('the file of an earlier time, put back beside the index of today, is no harm', async () => {
  await runUntilKilled({ seed: 1, lines: 20 })
  const earlier = readFileSync(path())
  await runUntilKilled({ seed: 2, lines: 20 })
  writeFileSync(path(), earlier)
  expect(await opened(differences)).toEqual([])
})

test('the index of an earlier time, put back beside the file of today, does not believe it', async () => {
  await runUntilKilled({ seed: 1, lines: 20 })
  // Opened and closed, so that the log is folded in.
  await opened(() => {})
  const database = join(homeFolder(), 'birds', 'gleaner.db')
  const earlier = readFileSync(database)
  await runUntilKilled({ seed: 2, lines: 20 })
  for (const log of ['-wal', '-shm']) rmSync(`${database}${log}`, { force: true })
  writeFileSync(database, earlier)
  expect(existsSync(path())).toBe(true)
  expect(await opened(differences)).toEqual([])
  // What is recorded from here on has numbers that the file has seen with other pictures.
  await runUntilKilled({ seed: 3, killAt: 'look-file:created@1' })
  expect(await opened(differences)).toEqual([])
})
