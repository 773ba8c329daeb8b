/** The collect that goes on by itself, from the bar to the background. */
import { AppError } from '@gleaner/shared/errors'
import { Check } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { asks, type Run } from '../platform/message-table.ts'
import { known, pressOf, progressOf, readingOf, setUp, view } from './fake-world.ts'
import type { Reading } from './reader.ts'

const run: Run = {
  dataset: 'Animals',
  class: 'cat',
  engine: 'lumen',
  query: 'cat',
  results: 'lumen.example cat',
  seenAtMs: 0,
  wanted: 8,
  found: 3,
  barren: 2,
  state: 'paused',
}

/** A page that grows by `more` results whenever it is scrolled. */
function endless(more: number, answers: Parameters<typeof setUp>[0] = {}) {
  const all = setUp({ lookup: ({ urls }) => ({ known: urls.map(() => null) }), ...answers })
  all.world.scrolled = () => {
    all.world.reading = readingOf('cat', all.world.reading.candidates.length + more)
    return true
  }
  return all
}
const sent = (asked: readonly { readonly candidates: readonly unknown[]; readonly continues: boolean }[]) =>
  asked.map(({ candidates, continues }) => [candidates.length, continues])

test('hands over in portions of one press until enough is found', async () => {
  const { controller, world, asksOf, settle, open } = endless(3)
  await open()
  await controller.startRun(8)
  await settle()
  expect(sent(asksOf('collect'))).toEqual([
    [3, false],
    [3, true],
    [2, true],
  ])
  for (const asked of [...asksOf('collect'), ...asksOf('setRun')]) {
    expect(Check('run' in asked ? asks.setRun : asks.collect, asked)).toBe(true)
  }
  expect(asksOf('setRun').at(-1)).toEqual({ run: null })
  expect(world.shown).toMatchObject({ run: null, runEnd: { found: 8, wanted: 8, code: null } })
})

test('takes only originals that are new, pass the filters and were not dropped', async () => {
  const { controller, world, asksOf, settle, open, pass } = setUp({
    lookup: ({ urls }) => ({ known: urls.map(url => (url.endsWith('/0.jpg') ? known('stored') : null)) }),
  })
  const { candidates } = readingOf('cat', 4)
  const thumbnail = { rank: 5, sources: [{ kind: 'thumbnail' as const, url: 'https://thumbs.example/5' }] }
  world.reading = readingOf('cat', 5, { candidates: [...candidates, thumbnail] })
  await open()
  controller.pick(['2'], false)
  await controller.startRun(8)
  await settle()
  expect(asksOf('collect').map(asked => asked.candidates.map(({ rank }) => rank))).toEqual([[3, 4]])
  await controller.stopRun()
  await pass('run')
  expect(world.shown?.runEnd).toMatchObject({ found: 2, code: null })
})

describe('while it runs', () => {
  const opened = async () => {
    const all = setUp({ lookup: ({ urls }) => ({ known: urls.map(() => null) }) })
    await all.open()
    await all.controller.startRun(8)
    await all.settle()
    return all
  }

  test('nothing else is collected, and its class stays', async () => {
    const { controller, world, asksOf } = await opened()
    world.fields = { dataset: 'Animals', class: 'dog' }
    await expect(controller.collect()).rejects.toMatchObject({ code: 'PROTOCOL_BUSY' })
    expect(world.shown).toMatchObject({ run: { class: 'cat', found: 3 }, destination: { class: 'cat' } })
    expect(asksOf('collect')).toHaveLength(1)
  })

  test('a stop ends it at once', async () => {
    const { controller, world, asksOf } = await opened()
    await controller.stopRun()
    expect(world.shown).toMatchObject({ run: null, runEnd: { found: 3, code: null } })
    expect(asksOf('setRun').at(-1)).toEqual({ run: null })
  })

  test('an undo ends it and takes all its portions back', async () => {
    const { controller, world, asksOf } = await opened()
    await controller.undo()
    expect(world.shown).toMatchObject({ run: null, undone: { candidates: 3 } })
    expect(asksOf('undo')).toHaveLength(1)
  })

  test('another query in the same page ends it', async () => {
    const { controller, world, settle, pass, asksOf } = await opened()
    world.reading = readingOf('dog', 9)
    await controller.pageChanged()
    await pass('run')
    await settle()
    expect(world.shown?.run).toBeNull()
    expect(asksOf('collect')).toHaveLength(1)
  })

  test('an undo in the popup ends it', async () => {
    const { controller, world, all, settle, pass, asksOf } = await opened()
    all.collect = () => ({ candidates: 0 })
    world.reading = readingOf('cat', 9)
    await controller.refresh()
    await settle()
    await pass('run')
    await pass('run')
    expect(world.shown).toMatchObject({ run: null, runEnd: { found: 3, code: null } })
    expect(asksOf('collect').at(-1)).toMatchObject({ continues: true })
    expect(asksOf('collect').length).toBeLessThanOrEqual(2)
  })

  test('what it cannot hand over is told', async () => {
    const { controller, world, settle } = endless(3, {
      collect: () => {
        throw new AppError('HARVEST_OUTBOX_FULL')
      },
    })
    await controller.refresh()
    await controller.startRun(8)
    await settle()
    expect(world.shown).toMatchObject({ failure: 'HARVEST_OUTBOX_FULL', runEnd: { found: 0 } })
  })
})

describe('after the page went away', () => {
  test('goes on with the same results, and counts on', async () => {
    const { world, controller, asksOf, settle } = endless(3, { describe: () => view({ run }) })
    await controller.refresh()
    await settle()
    expect(sent(asksOf('collect'))).toEqual([
      [3, true],
      [2, true],
    ])
    expect(world.shown?.runEnd).toMatchObject({ found: 8, wanted: 8 })
  })

  test('waits at the engine’s question, and goes on when it is answered', async () => {
    const { world, controller, asksOf, settle, pass } = endless(3, { describe: () => view({ run }) })
    world.isChallenge = true
    world.reading = readingOf('', 0)
    await controller.refresh()
    await settle()
    expect(world.shown).toMatchObject({ run: { state: 'paused' }, page: { code: 'HARVEST_CHALLENGE' } })
    expect(asksOf('setRun').at(-1)).toMatchObject({ run: { state: 'paused' } })
    expect(asksOf('collect')).toEqual([])
    world.isChallenge = false
    world.reading = readingOf('cat', 3)
    await pass('run')
    expect(asksOf('collect')[0]).toMatchObject({ continues: true })
  })

  test('is over on any other page', async () => {
    const { world, controller, asksOf, settle } = endless(3, { describe: () => view({ run }) })
    world.reading = readingOf('dog', 3)
    await controller.refresh()
    await settle()
    expect(asksOf('collect')).toEqual([])
    expect(asksOf('setRun')).toEqual([{ run: null }])
  })

  test.each([
    ['on another site', { world: { results: 'prisma.example cat' } }, 0],
    [
      'on any page of no query at another path',
      { world: { query: null, results: 'x /b' }, run: { query: null, results: 'x /a' } },
      0,
    ],
    [
      'on the same page of no query',
      { world: { query: null, results: 'x /a' }, run: { query: null, results: 'x /a' } },
      2,
    ],
    ['at once', { run: { state: 'running', seenAtMs: 990_000 } }, 2],
    ['after a while in which it was not seen', { run: { state: 'running', seenAtMs: 900_000 } }, 0],
    ['when the clock was put back', { run: { state: 'running', seenAtMs: 1_100_000 } }, 0],
    ['when it was paused, however long', { run: { state: 'paused', seenAtMs: 0 } }, 2],
  ] as const)('goes on only where and when it is expected: %s', async (_, patch, collects) => {
    const parts: { world?: Partial<Reading>; run?: Partial<Run> } = patch
    const all = setUp({
      lookup: ({ urls }) => ({ known: urls.map(() => null) }),
      describe: () => view({ run: { ...run, ...parts.run } }),
    })
    const page = (number: number) => readingOf('cat', number, parts.world)
    all.world.reading = page(3)
    all.world.scrolled = () => {
      all.world.reading = page(all.world.reading.candidates.length + 3)
      return true
    }
    await all.controller.refresh()
    await all.settle()
    expect(all.asksOf('collect')).toHaveLength(collects)
    expect(all.asksOf('setRun').at(-1)).toEqual({ run: null })
  })

  test('does not wait at a question of the engine where nobody expects it', async () => {
    const { world, controller, asksOf, settle } = endless(3, {
      describe: () => view({ run: { ...run, state: 'running', seenAtMs: 0 } }),
    })
    world.isChallenge = true
    world.reading = readingOf('', 0)
    await controller.refresh()
    await settle()
    expect(asksOf('setRun')).toEqual([{ run: null }])
  })

  test('is remembered with when it was seen, by the clock on the wall', async () => {
    const { world, controller, asksOf, settle } = endless(3)
    await controller.refresh()
    const { scrolled } = world
    world.scrolled = () => {
      world.dateMs += 5_000
      return scrolled()
    }
    await controller.startRun(8)
    await settle()
    const asked = asksOf('setRun').flatMap(({ run }) => run ?? [])
    expect(asked.map(({ seenAtMs }) => seenAtMs)).toEqual([1_000_000, 1_005_000, 1_010_000])
    expect(asked.map(({ results }) => results)).toEqual(Array(3).fill('lumen.example cat'))
  })

  test('is never begun by a page: without a run nothing scrolls', async () => {
    const { world, open, controller, settle } = endless(3, {
      progress: () => progressOf({ press: pressOf() }),
    })
    world.scrolled = () => {
      throw new Error('scrolled')
    }
    await open()
    await controller.pageChanged()
    await settle()
    expect(world.shown?.run).toBeNull()
  })
})
