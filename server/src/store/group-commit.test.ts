import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { type Database, openDatabase } from './database.ts'
import { createGroupCommit, type GroupOptions, groupLimits } from './group-commit.ts'
import type { FailpointName } from './types.ts'

// Nothing is to be committed because time passed, unless a test says so.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

function setUp(options: Partial<GroupOptions> = {}) {
  const folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  db.exec(
    'CREATE TABLE fact (n INTEGER PRIMARY KEY, of INTEGER REFERENCES fact (n) DEFERRABLE INITIALLY DEFERRED)',
  )
  const steps: FailpointName[] = []
  const group = createGroupCommit<number>(db, {
    mayJoin: () => 0,
    sync: async () => {},
    failpoint: name => steps.push(name),
    ...options,
  })
  const facts = () => db.prepare('SELECT n FROM fact ORDER BY n').pluck().all()
  const put = (n: number, of: number | null = null) =>
    group.join({ run: () => db.prepare('INSERT INTO fact VALUES (?, ?)').run(n, of).changes, note: () => n })
  return {
    ...{ db, group, facts, put, steps },
    commits: () => steps.filter(step => step === 'group:after-commit').length,
    [Symbol.dispose]: () => {
      db.close()
      folder[Symbol.dispose]()
    },
  }
}

const turn = () => new Promise(resolve => setImmediate(resolve))
const reasons = async (all: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(all)).map(end => (end.status === 'fulfilled' ? end.value : codeOf(end.reason)))
const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error))

test('what is ready in one turn of the event loop is committed once, and nobody hears of it before', async () => {
  using made = setUp()
  const all = [1, 2, 3].map(n => made.put(n))
  expect(made.facts()).toEqual([])
  expect(await reasons(all)).toEqual([1, 1, 1])
  expect(made.facts()).toEqual([1, 2, 3])
  expect(made.steps).toEqual(['group:between', 'group:between', 'group:before-commit', 'group:after-commit'])
})

test('a lone one waits for nobody', async () => {
  using made = setUp()
  for (const n of [1, 2, 3]) await made.put(n)
  expect(made.commits()).toBe(3)
})

test('one waits for those who are on their way, but not for ever', async () => {
  using made = setUp({ mayJoin: () => 1 })
  const first = made.put(1)
  await turn()
  expect(made.facts()).toEqual([])
  vi.advanceTimersByTime(groupLimits.waitMs)
  await first
  expect(made.facts()).toEqual([1])
})

test('it waits as long as a few commits take, so that a quick disk is not waited for', async () => {
  let nowMs = 0
  let isLone = true
  using made = setUp({
    ...{ mayJoin: () => (isLone ? 0 : 1), now: () => nowMs },
    failpoint: name => {
      if (name === 'group:before-commit') nowMs += 2
    },
  })
  for (let n = 1; n <= 30; n++) await made.put(n)
  isLone = false
  const next = made.put(31)
  vi.advanceTimersByTime(2 * groupLimits.commits - 3)
  await turn()
  expect(made.facts()).toHaveLength(30)
  vi.advanceTimersByTime(4)
  await next
})

test('it waits no longer when nobody is on the way any more', async () => {
  const onTheWay = new Set(['somebody'])
  using made = setUp({ mayJoin: () => onTheWay.size })
  const first = made.put(1)
  onTheWay.clear()
  made.group.look()
  await first
  expect(made.commits()).toBe(1)
})

test('a group is bounded: who comes later goes with the next one', async () => {
  using made = setUp({ mayJoin: () => 99, limits: { pieces: 3 } })
  const all = [1, 2, 3, 4, 5, 6, 7].map(n => made.put(n))
  await Promise.all(all.slice(0, 6))
  expect([made.commits(), made.facts().length]).toEqual([2, 6])
  vi.advanceTimersByTime(groupLimits.waitMs)
  await all[6]
  expect(made.commits()).toBe(3)
})

test('a group that takes long is closed early: what is left goes a turn later, in order, and waits for nobody', async () => {
  let nowMs = 0
  using made = setUp({ mayJoin: () => 99, now: () => nowMs, limits: { pieces: 5, turnMs: 4 } })
  const seen: (readonly number[])[] = []
  const all = [1, 2, 3, 4, 5].map(n =>
    made.group.join({
      run: earlier => {
        seen.push([...earlier])
        nowMs += 3
        made.db.prepare('INSERT INTO fact VALUES (?, NULL)').run(n)
        return made.db.prepare('SELECT n FROM fact').all().length
      },
      note: () => n,
    }),
  )
  await turn()
  expect(made.facts(), 'other work has its turn').toEqual([1, 2])
  expect(await reasons(all)).toEqual([1, 2, 3, 4, 5])
  expect(made.steps.filter(step => step === 'group:before-commit')).toHaveLength(3)
  expect(seen, 'of earlier groups they were told by then').toEqual([[], [1], [], [3], []])
})

test('what was left for the next turn is refused when nothing may be written any more', async () => {
  let nowMs = 0
  using made = setUp({ now: () => nowMs, limits: { turnMs: 4 } })
  const first = made.group.join({
    run: () => {
      nowMs += 5
    },
  })
  const left = made.put(2)
  await turn()
  made.group.halt(Object.assign(new Error('halted'), { code: 'HALTED' }))
  expect(await reasons([first, left])).toEqual([undefined, 'HALTED'])
  expect(made.facts()).toEqual([])
})

test('one that throws is undone alone', async () => {
  using made = setUp()
  const broken = made.group.join({
    run: () => {
      made.db.exec('INSERT INTO fact VALUES (9, NULL)')
      throw new TypeError('a mistake')
    },
  })
  expect(await reasons([made.put(1), broken, made.put(2)])).toEqual([1, 'TypeError: a mistake', 1])
  expect(made.facts()).toEqual([1, 2])
})

test('later ones are told what earlier ones wrote, but not of those that were undone', async () => {
  using made = setUp()
  const seen: (readonly number[])[] = []
  const look = () => made.group.join({ run: earlier => void seen.push([...earlier]) })
  const undone = made.put(1)
  await reasons([look(), made.put(1), undone, look(), made.put(2), look()])
  await look()
  expect(seen).toEqual([[1], [1], [1, 2], []])
})

test('a commit that fails leaves nothing, and nobody believes anything', async () => {
  using made = setUp()
  const committed = vi.fn()
  const told = made.group.join({ run: () => 1, committed })
  // The missing row is looked for at the commit only.
  expect(await reasons([made.put(1), made.put(2, 77), told])).toEqual(
    Array.from({ length: 3 }, () => 'SQLITE_CONSTRAINT_FOREIGNKEY'),
  )
  expect([made.facts(), committed.mock.calls, made.db.inTransaction]).toEqual([[], [], false])
  expect(await reasons([made.put(3)]), 'the next group goes on').toEqual([1])
})

/** What SQLite does by itself after some errors of the disk. */
function rollBackWith(db: Database, code: string): never {
  db.exec('ROLLBACK')
  throw Object.assign(new Error('disk'), { code })
}

test('when the disk ends the transaction midway, nobody writes outside of one', async () => {
  using made = setUp()
  const full = made.group.join({ run: () => rollBackWith(made.db, 'SQLITE_FULL') })
  expect(await reasons([made.put(1), full, made.put(2)])).toEqual(
    Array.from({ length: 3 }, () => 'STORE_DISK_FULL'),
  )
  expect(made.facts()).toEqual([])
  expect(await reasons([made.put(3)])).toEqual([1])
})

test('after a sync that failed nothing is written any more', async () => {
  using made = setUp()
  const lost = made.group.join({ run: () => rollBackWith(made.db, 'SQLITE_IOERR_FSYNC') })
  expect(await reasons([lost])).toEqual(['STORE_IO'])
  expect(await reasons([made.put(1)])).toEqual(['STORE_IO'])
  expect(made.facts()).toEqual([])
})

/** A disk that takes its time: syncs end one by one, when the test says so. */
function slowDisk() {
  const underWay: PromiseWithResolvers<void>[] = []
  return {
    underWay,
    sync: () => {
      const ending = Promise.withResolvers<void>()
      underWay.push(ending)
      return ending.promise
    },
  }
}

test('nobody hears of a group before it is on the disk', async () => {
  const { sync, underWay } = slowDisk()
  using made = setUp({ sync })
  const heard = vi.fn()
  const joined = made.group.join({ run: () => 1, committed: heard }).then(heard)
  const fact = made.put(1).then(heard)
  await turn()
  await turn()
  expect([underWay.length, made.facts(), heard.mock.calls.length]).toEqual([1, [1], 0])
  underWay[0]?.resolve()
  await Promise.all([joined, fact])
  expect(heard).toHaveBeenCalledTimes(3)
})

test('while one group is on its way to the disk the next is written, and told what that one wrote', async () => {
  const { sync, underWay } = slowDisk()
  using made = setUp({ sync })
  const seen: (readonly number[])[] = []
  const look = () => made.group.join({ run: earlier => void seen.push([...earlier]) })
  const first = made.put(1)
  await turn()
  const second = [made.put(2), look()]
  await turn()
  underWay[0]?.resolve()
  await first
  const third = look()
  await turn()
  underWay.slice(1).map(({ resolve }) => resolve())
  await Promise.all([...second, third])
  expect(seen, 'the first group is known by then').toEqual([[1, 2], [2]])
})

test('a group whose sync fails is believed by nobody, and nothing is written after it', async () => {
  const { sync, underWay } = slowDisk()
  using made = setUp({ sync })
  const committed = vi.fn()
  const lost = made.group.join({ run: () => 1, committed })
  await turn()
  underWay[0]?.reject(Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'fdatasync' }))
  expect(await reasons([lost, made.put(2)])).toEqual(['STORE_IO', 'STORE_IO'])
  expect(await reasons([made.put(3)])).toEqual(['STORE_IO'])
  expect([committed.mock.calls, made.facts()]).toEqual([[], []])
})

test('what is halted is refused, waiting or not', async () => {
  using made = setUp({ mayJoin: () => 1 })
  const first = made.put(1)
  made.group.halt(Object.assign(new Error('halted'), { code: 'HALTED' }))
  expect(await reasons([first, made.put(2)])).toEqual(['HALTED', 'HALTED'])
  vi.advanceTimersByTime(groupLimits.waitMs)
  await turn()
  expect(made.facts()).toEqual([])
})

test('hooks run after the commit, in order, in the same turn, before anybody goes on', async () => {
  using made = setUp()
  const order: string[] = []
  const one = (name: string) =>
    made.group
      .join({
        run: () => void order.push(`run ${name}`),
        committed: () => void order.push(`${name} of ${made.commits()}, ${made.db.inTransaction}`),
      })
      .then(() => order.push(`${name} goes on`))
  await Promise.all([one('a'), one('b')])
  expect(order).toEqual(['run a', 'run b', 'a of 1, false', 'b of 1, false', 'a goes on', 'b goes on'])
})

test('a hook that throws concerns nobody else', async () => {
  using made = setUp()
  const broken = made.group.join({
    run: () => 1,
    committed: () => {
      throw new TypeError('a mistake')
    },
  })
  expect(await reasons([broken, made.put(2)])).toEqual(['TypeError: a mistake', 1])
})

test('whoever writes at once does so between two groups, not within one', async () => {
  using made = setUp()
  const within: boolean[] = []
  const first = made.put(1)
  within.push(made.db.inTransaction)
  made.db.transaction(() => made.db.exec('INSERT INTO fact VALUES (5, NULL)')).immediate()
  await first
  within.push(made.db.inTransaction)
  expect(within).toEqual([false, false])
  expect(made.facts()).toEqual([1, 5])
})
