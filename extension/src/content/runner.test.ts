import type { Candidate } from '@gleaner/shared/candidate'
import { AppError } from '@gleaner/shared/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Run } from '../platform/message-table.ts'
import { createGrowth } from './growth.ts'
import { createRunner, type RunEnd } from './runner.ts'

const begin = (wanted: number): Run => ({
  dataset: 'Animals',
  class: 'cat',
  engine: 'lumen',
  query: 'cat',
  wanted,
  found: 0,
  results: 'lumen.example cat',
  seenAtMs: 0,
  barren: 0,
  state: 'running',
})
const candidate = (rank: number): Candidate => ({
  rank,
  sources: [{ kind: 'original', url: `https://pictures.example/${rank}.jpg` }],
})

interface PageParts {
  /** Results of each page the engine adds at its end; every one of them takes two screens. */
  readonly pages: readonly number[]
  /** Milliseconds after which the engine adds the next. */
  readonly afterMs?: number
  /** What it adds when there are no more: nothing, or its last page again and again. */
  readonly atLast?: 'nothing' | 'repeats'
  /** Ranks the dataset holds already. */
  readonly held?: (rank: number) => boolean
}

/** An engine, a clock that moves when somebody waits, and all that the runner says. */
function setUp({ pages, afterMs = 100, atLast = 'nothing', held = () => false }: PageParts) {
  const world = { isChallenge: false, ms: 0, handed: [] as Candidate[], refuses: false, isTakenBack: false }
  const told: (Run | null)[] = []
  const ends: RunEnd[] = []
  const continued: boolean[] = []
  let pagesShown = 1
  let screensLeft = 1
  let results = pages[0] ?? 0
  let tiles: object[] = Array.from({ length: results }, () => ({}))
  let dueMs: number | undefined
  let onStep = () => {}

  const grow = () => {
    const more = pages[pagesShown] ?? 0
    const repeated = more === 0 && atLast === 'repeats' ? (pages.at(-1) ?? 0) : 0
    pagesShown += 1
    results += more
    tiles = [...tiles, ...Array.from({ length: more + repeated }, () => ({}))]
    if (more + repeated > 0) screensLeft += 2
  }
  const growth = createGrowth((pauseMs, then) => {
    const untilMs = world.ms + pauseMs
    if (dueMs !== undefined && dueMs <= untilMs) {
      world.ms = Math.max(world.ms, dueMs)
      dueMs = undefined
      grow()
    } else world.ms = untilMs
    onStep()
    queueMicrotask(then)
  })
  const runner = createRunner({
    page: {
      look: async () => {
        const all = Array.from({ length: results }, (_, index) => candidate(index + 1))
        const handed = new Set(world.handed.map(({ rank }) => rank))
        const fresh = all.filter(({ rank = 0 }) => !handed.has(rank) && !held(rank))
        return { fresh, candidates: results }
      },
      tiles: () => tiles as Element[],
      isChallenge: () => world.isChallenge,
      scrollOn: () => {
        screensLeft = Math.max(0, screensLeft - 1)
        if (screensLeft > 0) return false
        dueMs ??= world.ms + afterMs
        return true
      },
      changed: growth.next,
    },
    handOver: async (_, candidates, continues) => {
      if (world.refuses) throw new AppError('HARVEST_OUTBOX_FULL')
      if (world.isTakenBack) return { candidates: 0 }
      world.handed.push(...candidates)
      continued.push(continues)
      return { candidates: candidates.length }
    },
    remember: async run => void told.push(run),
    drawn: () => {},
    ended: end => void ends.push(end),
    patience: { onTheWayMs: 50, atTheEndMs: 1000, challengeMs: 500 },
    nowMs: () => world.ms,
  })
  const each = (act: () => void) => {
    onStep = act
  }
  return { runner, world, told, ends, continued, each }
}

describe('a run ends', () => {
  test('with exactly as many as were wanted, in portions of one press', async () => {
    const { runner, world, ends, continued, told } = setUp({ pages: [10, 10, 10] })
    await runner.go(begin(25))
    expect(ends).toEqual([{ found: 25, wanted: 25, code: null }])
    expect(world.handed.map(({ rank }) => rank)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1))
    expect(continued).toEqual([false, true, true])
    expect([told.at(-1), runner.current()]).toEqual([null, null])
  })

  test('when the page brings no more', async () => {
    const { runner, ends } = setUp({ pages: [10, 5] })
    await runner.go(begin(25))
    expect(ends).toEqual([{ found: 15, wanted: 25, code: 'HARVEST_RAN_DRY' }])
  })

  test('when the engine repeats its last page', async () => {
    const { runner, ends } = setUp({ pages: [10, 5], atLast: 'repeats' })
    await runner.go(begin(25))
    expect(ends).toEqual([{ found: 15, wanted: 25, code: 'HARVEST_REPEATS' }])
  })

  test('when the person stops it', async () => {
    const { runner, ends, told, each } = setUp({ pages: [10, 5, 5] })
    each(runner.stop)
    await runner.go(begin(25))
    expect(ends).toEqual([{ found: 10, wanted: 25, code: null }])
    expect(told.at(-1)).toBeNull()
  })

  test('when its collect was taken back elsewhere, and takes up nothing more', async () => {
    const { runner, world, ends, told, each } = setUp({ pages: [10, 5, 5] })
    each(() => {
      world.isTakenBack = true
    })
    await runner.go(begin(25))
    expect(world.handed).toHaveLength(10)
    expect(ends).toEqual([{ found: 10, wanted: 25, code: null }])
    expect(told.at(-1)).toBeNull()
  })

  test('when nothing can be taken any more, and says so', async () => {
    const { runner, world, ends, told } = setUp({ pages: [10] })
    world.refuses = true
    await runner.go(begin(25))
    expect(ends).toEqual([{ found: 0, wanted: 25, code: 'HARVEST_OUTBOX_FULL' }])
    expect(told.at(-1)).toBeNull()
  })
})

test('waits for an engine that takes its time', async () => {
  const { runner, ends } = setUp({ pages: [10, 10, 10], afterMs: 950 })
  await runner.go(begin(25))
  expect(ends).toMatchObject([{ found: 25 }])
})

test('goes past what the dataset holds already', async () => {
  const { runner, world, ends } = setUp({ pages: [10, 10, 10, 10], held: rank => rank <= 25 })
  await runner.go(begin(12))
  expect(ends).toMatchObject([{ found: 12, code: null }])
  expect(world.handed.every(({ rank = 0 }) => rank > 25)).toBe(true)
})

test('pauses at a challenge, hands over nothing meanwhile, and goes on by itself', async () => {
  const { runner, world, ends, told, each } = setUp({ pages: [10, 10, 10] })
  let waits = 0
  each(() => {
    waits += 1
    world.isChallenge = waits < 5
    if (world.isChallenge) expect(world.handed).toHaveLength(10)
  })
  await runner.go(begin(25))
  const states = told.map(run => run?.state)
  expect(states).toContain('paused')
  expect(states.lastIndexOf('paused')).toBeLessThan(states.lastIndexOf('running'))
  expect(ends).toMatchObject([{ found: 25, code: null }])
})

test('goes on where it was before the page went away', async () => {
  const { runner, world, ends, continued } = setUp({ pages: [10, 10] })
  await runner.go({ ...begin(25), found: 10, state: 'paused' })
  expect(world.handed).toHaveLength(15)
  expect(continued).toEqual([true, true])
  expect(ends).toMatchObject([{ found: 25 }])
})

test('is one at a time', async () => {
  const { runner, ends } = setUp({ pages: [10] })
  await Promise.all([runner.go(begin(5)), runner.go(begin(7))])
  expect(ends).toEqual([{ found: 5, wanted: 5, code: null }])
})

test('whatever the engine does, no more than wanted is handed over, each once, and it comes to an end', async () => {
  const anyPage = fc.record({
    pages: fc.array(fc.nat(12), { minLength: 1, maxLength: 12 }),
    afterMs: fc.nat(2000),
    atLast: fc.constantFrom('nothing' as const, 'repeats' as const),
    heldEvery: fc.integer({ min: 1, max: 5 }),
  })
  await fc.assert(
    fc.asyncProperty(anyPage, fc.integer({ min: 1, max: 80 }), async ({ heldEvery, ...parts }, wanted) => {
      const { runner, world, ends } = setUp({ ...parts, held: rank => rank % heldEvery === 1 })
      await runner.go(begin(wanted))
      const ranks = world.handed.map(({ rank }) => rank)
      expect(new Set(ranks).size).toBe(ranks.length)
      expect(ends).toMatchObject([{ found: ranks.length, wanted }])
      expect(ranks.length).toBeLessThanOrEqual(wanted)
      expect(ends[0]?.code === null).toBe(ranks.length === wanted)
    }),
  )
})
