import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { noCounts } from '@gleaner/shared/outcome'
import { Check } from 'typebox/value'
import { beforeEach, describe, expect, test } from 'vitest'
import { asks, type Messages, type ServerStatus, type TabView } from '../platform/message-table.ts'
import type { BarState } from './bar.ts'
import { type Ask, createController } from './controller.ts'
import type { Reading } from './reader.ts'

const connected: ServerStatus = { code: null, facts: {}, port: 4817, waiting: 0, refused: 0 }
const view = (patch: Partial<TabView> = {}): TabView => ({
  status: connected,
  isConsented: true,
  isMinimised: false,
  destination: { dataset: 'Animals', class: 'cat' },
  datasets: [],
  classes: [],
  ...patch,
})
const readingOf = (query: string, number: number): Reading => ({
  engine: 'lumen',
  label: 'Lumen Images',
  query,
  candidates: Array.from({ length: number }, (_, index) => ({
    sources: [{ kind: 'original', url: `https://pictures.example/${query}/${index}.jpg` }],
  })),
  originals: number,
  thumbnailsOnly: 0,
  code: number === 0 ? 'HARVEST_NO_RESULTS' : null,
})

type Answers = { -readonly [N in keyof Messages]?: (ask: Messages[N]['ask']) => Messages[N]['answer'] }

/** A page, a background that answers as told, and a clock that only moves when asked. */
function setUp(answers: Answers = {}) {
  const asked: [keyof Messages, unknown][] = []
  const timers = new Map<string, () => unknown>()
  const pausesMs = new Map<string, number>()
  const world = {
    reading: readingOf('cat', 3),
    hasMoved: false,
    shown: null as BarState | null,
    fields: { dataset: 'Animals', class: 'cat' },
    isVisible: true,
    pageUrl: 'https://lumen.example/images?q=cat',
  }
  const all: Answers = {
    describe: () => view(),
    progress: () => ({ status: connected, press: null }),
    lookup: ({ urls }) => ({ states: urls.map((_, index) => (index === 0 ? 'stored' : null)) }),
    collect: ({ candidates }) => ({ candidates: candidates.length }),
    consent: () => null,
    choose: () => null,
    minimise: () => null,
    ...answers,
  }
  const ask: Ask = async (type, question) => {
    asked.push([type, question])
    const answer = all[type]
    if (!answer) throw new Error(`unexpected ${type}`)
    return answer(question as never) as never
  }
  let pressNumber = 0
  const controller = createController({
    reader: { read: () => world.reading, hasMoved: () => world.hasMoved },
    ask,
    bar: {
      show: state => {
        world.shown = state
      },
      destination: () => world.fields,
    },
    pageUrl: () => world.pageUrl,
    newPressId: () => (pressNumber++).toString(16).padStart(32, '0'),
    isVisible: () => world.isVisible,
    wait: (name, pauseMs, then) => {
      timers.set(name, then)
      pausesMs.set(name, pauseMs)
    },
  })
  const pass = async (name: string) => {
    const then = timers.get(name)
    timers.delete(name)
    await then?.()
  }
  const asksOf = (type: keyof Messages) =>
    asked.filter(([name]) => name === type).map(([, question]) => question)
  return { controller, world, all, asksOf, pass, timers, pausesMs }
}

describe('before consent', () => {
  let world: ReturnType<typeof setUp>
  beforeEach(() => {
    world = setUp({ describe: () => view({ isConsented: false }) })
  })

  test('the page is not read and nothing is collected', async () => {
    const { controller } = world
    world.world.reading = new Proxy(readingOf('cat', 3), {
      get: () => {
        throw new Error('read')
      },
    })
    await controller.refresh()
    await controller.pageChanged()
    expect(world.world.shown).toMatchObject({ isConsented: false, found: { originals: 0 } })
    await expect(controller.collect()).rejects.toMatchObject({ code: 'HARVEST_NO_CONSENT' })
    expect(world.asksOf('collect')).toEqual([])
  })

  test('pages that do not look like image results are left alone', async () => {
    world.world.pageUrl = 'https://lumen.example/search?q=cat'
    await world.controller.refresh()
    expect(world.world.shown).toBeNull()
  })

  test('one press of Allow shows what was found', async () => {
    const { controller, all } = world
    await controller.refresh()
    all.describe = () => view()
    await controller.consent()
    expect(world.world.shown).toMatchObject({ isConsented: true, found: { originals: 3 } })
  })
})

test('a page without results gets no bar', async () => {
  const { controller, world } = setUp()
  world.reading = readingOf('cat', 0)
  await controller.refresh()
  expect(world.shown).toBeNull()
})

test('tells what the dataset holds already', async () => {
  const { controller, world, pass } = setUp()
  await controller.refresh()
  await pass('poll')
  await pass('lookup')
  expect(world.shown?.found).toEqual({ originals: 3, thumbnailsOnly: 0, held: 1, tried: 0 })
})

test('answers the popup with the dataset it counted for', async () => {
  const { controller, pass } = setUp({
    lookup: ({ urls }) => ({ states: urls.map((_, index) => (index === 0 ? 'stored' : 'failed')) }),
  })
  await controller.refresh()
  await pass('poll')
  await pass('lookup')
  expect(controller.view()).toMatchObject({ originals: 3, dataset: 'Animals', held: 1, tried: 2 })
})

test('looks the page up again after a press, which moves what the button brings', async () => {
  const { controller, world, pass, all } = setUp()
  await controller.refresh()
  await pass('poll')
  await pass('lookup')
  all.lookup = ({ urls }) => ({ states: urls.map(() => 'queued') })
  await controller.collect()
  expect(world.shown?.found.held).toBe(1)
  await pass('lookup')
  expect(world.shown?.found.held).toBe(3)
})

describe('collect', () => {
  test('hands over everything with where it was found', async () => {
    const { controller, asksOf } = setUp()
    await controller.refresh()
    expect(await controller.collect()).toEqual({ candidates: 3 })
    expect(asksOf('collect')).toMatchObject([
      {
        dataset: 'Animals',
        class: 'cat',
        origin: { engine: 'lumen', query: 'cat', pageUrl: 'https://lumen.example/images?q=cat' },
        candidates: [{}, {}, {}],
      },
    ])
  })

  test.each([
    ['short', 'https://lumen.example/images?q=cat#opened', 'https://lumen.example/images?q=cat'],
    ['long', `https://lumen.example/images?q=cat&state=${'s'.repeat(limits.urlChars)}`, undefined],
  ])('a %s address of the page passes the gate', async (_, address, kept) => {
    const { controller, world, asksOf } = setUp()
    world.pageUrl = address
    await controller.refresh()
    await controller.collect()
    const [asked] = asksOf('collect') as [Messages['collect']['ask']]
    expect(Check(asks.collect, asked)).toBe(true)
    expect(asked.origin.pageUrl).toBe(kept)
  })

  test('says the same press again when the worker died over it', async () => {
    let tries = 0
    const { controller, asksOf, world } = setUp({
      collect: ({ candidates }) => {
        tries += 1
        if (tries === 1) throw new AppError('HARVEST_DISCONNECTED')
        return { candidates: candidates.length }
      },
    })
    await controller.refresh()
    await controller.collect()
    const [first, second] = asksOf('collect')
    expect(second).toEqual(first)
    expect(world.shown?.failure).toBeNull()
  })

  test('shows why it did not work, until the next thing the person does', async () => {
    const { controller, world, all, pass } = setUp({
      collect: () => {
        throw new AppError('HARVEST_OUTBOX_FULL')
      },
    })
    await controller.refresh()
    await expect(controller.collect()).rejects.toMatchObject({ code: 'HARVEST_OUTBOX_FULL' })
    await controller.pageChanged()
    await pass('poll')
    expect(world.shown?.failure).toBe('HARVEST_OUTBOX_FULL')
    all.collect = ({ candidates }) => ({ candidates: candidates.length })
    await controller.collect()
    expect(world.shown?.failure).toBeNull()
  })

  test('needs a class', async () => {
    const { controller, world, asksOf } = setUp()
    await controller.refresh()
    world.fields = { dataset: 'Animals', class: '' }
    await expect(controller.collect()).rejects.toMatchObject({ code: 'CLASS_NAME_INVALID' })
    expect(world.shown?.failure).toBe('CLASS_NAME_INVALID')
    expect(asksOf('collect')).toEqual([])
  })
})

describe('progress', () => {
  const press = {
    dataset: 'Animals',
    class: 'cat',
    engine: 'lumen',
    query: 'cat',
    candidates: 3,
    waiting: 0,
    refused: 0,
    refusedCode: null,
  }

  test('is asked for often while something moves and seldom after', async () => {
    let queued = 2
    const { controller, pass, pausesMs, world } = setUp({
      progress: () => ({
        status: connected,
        press: { ...press, counts: { ...noCounts(), queued, stored: 3 - queued } },
      }),
    })
    await controller.refresh()
    await pass('poll')
    expect(pausesMs.get('poll')).toBe(1_000)
    queued = 0
    await pass('poll')
    expect(pausesMs.get('poll')).toBe(5_000)
    expect(world.shown?.press?.counts).toMatchObject({ stored: 3 })
  })

  test('is not asked for in a tab nobody sees, and again once it is seen', async () => {
    const { controller, pass, world, asksOf, timers, all } = setUp()
    world.isVisible = false
    await controller.refresh()
    await pass('poll')
    expect(asksOf('progress')).toEqual([])
    expect(timers.has('poll')).toBe(false)
    world.isVisible = true
    all.describe = () => {
      throw new AppError('HARVEST_DISCONNECTED')
    }
    await controller.refresh()
    await pass('poll')
    expect(asksOf('progress')).toHaveLength(1)
  })

  test('tells that the server went away and came back while nothing moves', async () => {
    const { controller, pass, all, world } = setUp()
    await controller.refresh()
    await pass('poll')
    expect(world.shown?.status?.code).toBeNull()
    all.progress = () => ({ status: { ...connected, code: 'SERVER_NOT_RUNNING' }, press: null })
    await pass('poll')
    expect(world.shown?.status?.code).toBe('SERVER_NOT_RUNNING')
    all.progress = () => ({ status: connected, press: null })
    await pass('poll')
    expect(world.shown?.status?.code).toBeNull()
  })

  test('is asked for again after it failed in any way', async () => {
    const { controller, pass, all, timers } = setUp()
    await controller.refresh()
    all.progress = () => {
      throw new AppError('HARVEST_INTERNAL')
    }
    await pass('poll')
    expect(timers.has('poll')).toBe(true)
  })

  test('is not asked for without results, until there are some', async () => {
    const { controller, pass, world, asksOf } = setUp()
    world.reading = readingOf('cat', 0)
    await controller.refresh()
    await pass('poll')
    expect(asksOf('progress')).toEqual([])
    world.reading = readingOf('cat', 3)
    await controller.pageChanged()
    await pass('poll')
    expect(asksOf('progress')).toHaveLength(1)
  })

  test('goes on when the server comes back', async () => {
    const down: ServerStatus = { ...connected, code: 'SERVER_NOT_RUNNING', waiting: 3 }
    const { controller, pass, all, timers, world } = setUp({
      describe: () => view({ status: down }),
      progress: () => ({ status: down, press: { ...press, waiting: 3, counts: null } }),
    })
    await controller.refresh()
    await pass('poll')
    expect(world.shown?.status?.code).toBe('SERVER_NOT_RUNNING')
    expect(timers.has('poll')).toBe(true)
    all.describe = () => view({ destination: { dataset: 'Plants', class: 'oak' } })
    all.progress = () => ({ status: connected, press: null })
    await pass('poll')
    expect(world.shown).toMatchObject({ status: { code: null }, destination: { dataset: 'Plants' } })
  })

  test('a lost extension is told and tried again', async () => {
    const { controller, pass, all, timers, world } = setUp()
    await controller.refresh()
    all.progress = () => {
      throw new AppError('HARVEST_DISCONNECTED')
    }
    await pass('poll')
    expect(world.shown?.failure).toBe('HARVEST_DISCONNECTED')
    expect(timers.has('poll')).toBe(true)
    all.progress = () => ({ status: connected, press: null })
    await pass('poll')
    expect(world.shown?.failure).toBeNull()
  })
})

test('another query in the same page begins anew', async () => {
  const { controller, world, asksOf } = setUp()
  await controller.refresh()
  world.hasMoved = true
  world.reading = readingOf('dog', 5)
  await controller.pageChanged()
  expect(asksOf('describe').at(-1)).toEqual({ query: 'dog' })
  expect(world.shown?.found).toEqual({ originals: 5, thumbnailsOnly: 0, held: null, tried: null })
})
