import { AppError } from '@gleaner/shared/errors'
import { noCounts } from '@gleaner/shared/outcome'
import { beforeEach, describe, expect, test } from 'vitest'
import { noFilters } from '../platform/filters.ts'
import { connected, known, pressOf, progressOf, readingOf, setUp, view } from './fake-world.ts'

describe('before consent', () => {
  let world: ReturnType<typeof setUp>
  beforeEach(() => {
    world = setUp({ describe: () => view({ isConsented: false }) })
  })

  test('the page is not read, nothing is marked or collected', async () => {
    const { controller } = world
    world.world.reading = new Proxy(readingOf('cat', 3), {
      get: () => {
        throw new Error('read')
      },
    })
    await controller.refresh()
    await controller.pageChanged()
    expect(world.world.shown).toMatchObject({ isConsented: false, found: { originals: 0 } })
    expect(world.world.marks).toBeNull()
    await expect(controller.collect()).rejects.toMatchObject({ code: 'HARVEST_NO_CONSENT' })
    await controller.startRun(10)
    expect(world.world.shown?.failure).toBe('HARVEST_NO_CONSENT')
    expect(world.asksOf('collect')).toEqual([])
    expect(await controller.candidateAt('https://pictures.example/cat/0.jpg')).toBeNull()
  })

  test('pages that do not look like image results are left alone', async () => {
    world.world.pageUrl = 'https://lumen.example/search?q=cat'
    await world.controller.refresh()
    expect(world.world.shown).toBeNull()
    // Unless the person allowed the site for this.
    world.world.access = 'request'
    await world.controller.refresh()
    expect(world.world.shown).not.toBeNull()
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

test('a site that was closed to the extension again loses bar and marks', async () => {
  const { controller, world, all, open } = setUp()
  await open()
  expect([world.shown, world.marks]).not.toContain(null)
  all.describe = () => {
    throw new AppError('HARVEST_SITE_PERMISSION')
  }
  await controller.refresh()
  expect([world.shown, world.marks]).toEqual([null, null])
})

describe('marks', () => {
  test('say what the dataset knows, and count it', async () => {
    const { world, open } = setUp()
    await open()
    expect(world.shown?.found).toEqual({ originals: 3, thumbnailsOnly: 0, held: 1, tried: 0 })
    expect(world.marks?.map(({ mark }) => mark)).toEqual(['held', 'new', 'new'])
    expect(world.marks?.every(({ isPicked }) => isPicked)).toBe(true)
  })

  test('are not there before the dataset was asked, and not while it cannot be', async () => {
    const { controller, world, open, all, pass } = setUp()
    await controller.refresh()
    expect(world.marks ?? []).toEqual([])
    await open()
    all.progress = () => progressOf({ status: { ...connected, code: 'SERVER_NOT_RUNNING' } })
    await pass('poll')
    expect(world.marks).toBeNull()
  })

  test('can be switched off', async () => {
    const { controller, world, open, settle } = setUp()
    await open()
    controller.showMarks(false)
    expect(world.marks).toBeNull()
    expect(world.shown?.areMarksShown).toBe(false)
    controller.showMarks(true)
    await settle()
    expect(world.marks).toHaveLength(3)
  })

  test('name the other class, and the reason', async () => {
    const { world, open } = setUp({
      lookup: () => ({
        known: [
          known('stored', { class: 'dog' }),
          known('failed', { code: 'DOWNLOAD_NOT_FOUND' }),
          known('rejected', { code: 'constructor' }),
        ],
      }),
    })
    await open()
    expect(world.marks).toMatchObject([
      { mark: 'other-class', className: 'dog' },
      { mark: 'failed', reason: 'The host no longer has this picture.' },
      { mark: 'rejected' },
    ])
    expect(world.marks?.[2]).not.toHaveProperty('reason')
  })

  test('follow the server while it works, without asking about all again', async () => {
    const { controller, world, open, pass, all, asksOf } = setUp({
      lookup: ({ urls }) => ({ known: urls.map(() => null) }),
    })
    await open()
    all.lookup = ({ urls }) => ({ known: urls.map((_, index) => known(index < 2 ? 'queued' : 'stored')) })
    all.progress = () => progressOf({ press: pressOf({ counts: { ...noCounts(), queued: 2, stored: 1 } }) })
    await controller.collect()
    await pass('poll')
    await pass('lookup')
    expect(world.marks?.map(({ mark }) => mark)).toEqual(['waiting', 'waiting', 'held'])
    all.lookup = ({ urls }) => ({ known: urls.map(() => known('stored')) })
    all.progress = () => progressOf({ press: pressOf({ counts: { ...noCounts(), stored: 3 } }) })
    await pass('poll')
    await pass('lookup')
    expect(asksOf('lookup').at(-1)?.urls).toHaveLength(2)
    expect(world.marks?.map(({ mark }) => mark)).toEqual(['held', 'held', 'held'])
  })
})

describe('picks and filters', () => {
  test('say in the button what is left', async () => {
    const { controller, world, open } = setUp({ lookup: ({ urls }) => ({ known: urls.map(() => null) }) })
    await open()
    controller.togglePicking()
    expect(world.shown?.isPicking).toBe(true)
    controller.pick(['2'], false)
    expect(world.shown?.found.choice).toEqual({ filtered: 0, dropped: 1, fresh: 2 })
    controller.pickMany('invert')
    expect(world.shown?.found.choice).toEqual({ filtered: 0, dropped: 2, fresh: 1 })
    controller.pickMany('all')
    expect(world.shown?.found).not.toHaveProperty('choice')
  })

  test('decide what is collected', async () => {
    const { controller, open, asksOf } = setUp()
    await open()
    controller.pick(['1', '3'], false)
    await controller.collect()
    expect(asksOf('collect')[0]?.candidates.map(({ rank }) => rank)).toEqual([2])
  })

  test('filters are remembered for the dataset and come with it', async () => {
    const { controller, world, open, asksOf, all } = setUp()
    await open()
    const filters = { ...noFilters, withoutHosts: ['pictures.example'] }
    await controller.setFilters(filters)
    expect(asksOf('setFilters')).toEqual([{ dataset: 'Animals', filters }])
    expect(world.shown?.found.choice).toMatchObject({ filtered: 3, fresh: 0 })
    await expect(controller.collect()).rejects.toMatchObject({ code: 'HARVEST_NO_RESULTS' })
    all.describe = () => view({ destination: { dataset: 'Plants', class: 'oak' } })
    await controller.choose({ dataset: 'Plants', class: 'oak' })
    expect(world.shown?.filters).toEqual(noFilters)
  })

  test('of a dataset chosen just before the press count for it', async () => {
    const { controller, world, open, asksOf, all } = setUp()
    await open()
    const filters = { ...noFilters, formats: ['png' as const] }
    all.describe = () => view({ destination: { dataset: 'Plants', class: 'oak' }, filters })
    world.fields = { dataset: 'Plants', class: 'oak' }
    void controller.choose(world.fields)
    await expect(controller.collect()).rejects.toMatchObject({ code: 'HARVEST_NO_RESULTS' })
    expect(asksOf('collect')).toEqual([])
  })

  test('on a page of no engine small pictures are left out at first', async () => {
    const { controller, world, open } = setUp()
    world.reading = readingOf('cat', 3, { engine: 'page', query: null })
    await open()
    expect(world.shown).toMatchObject({ filters: { minSidePx: 200 }, page: { isAnyPage: true } })
    await controller.setFilters(noFilters)
    await controller.pageChanged()
    expect(world.shown?.filters).toEqual(noFilters)
  })

  test('other results in the same page are all picked again', async () => {
    const { controller, world, open } = setUp()
    await open()
    controller.pickMany('none')
    world.reading = readingOf('dog', 5)
    await controller.pageChanged()
    expect(world.shown?.found).toEqual({ originals: 5, thumbnailsOnly: 0, held: null, tried: null })
  })
})

describe('a page that gives less than usual', () => {
  test('is told, with what is usual', async () => {
    const { world, open } = setUp({ describe: () => view({ usualOriginals: { lumen: 0.9 } }) })
    world.reading = readingOf('cat', 100, { originals: 40, thumbnailsOnly: 60 })
    await open()
    expect(world.shown?.page).toMatchObject({
      code: 'HARVEST_FEW_ORIGINALS',
      tiles: 100,
      originals: 40,
      usualOriginals: 0.9,
    })
  })

  test('is not taken for the usual', async () => {
    const { controller, world, open, asksOf } = setUp()
    await open()
    await controller.collect()
    expect(asksOf('setYield')).toEqual([{ engine: 'lumen', tiles: 3, originals: 3 }])
    world.reading = readingOf('cat', 100, { originals: 40, thumbnailsOnly: 60 })
    await controller.collect()
    expect(asksOf('setYield')).toHaveLength(1)
  })

  test('can be read as any page', async () => {
    const { controller, world, open } = setUp()
    await open()
    world.reading = readingOf('cat', 9, { engine: 'page', query: null })
    await controller.readAsAnyPage()
    expect(world.isAnyPage).toBe(true)
    expect(world.shown?.page).toMatchObject({ isAnyPage: true, code: null })
  })
})

test('answers the popup with the dataset it counted for', async () => {
  const { controller, open } = setUp({
    lookup: ({ urls }) => ({ known: urls.map((_, index) => known(index === 0 ? 'stored' : 'failed')) }),
  })
  await open()
  expect(await controller.view()).toMatchObject({ originals: 3, dataset: 'Animals', held: 1, tried: 2 })
})

test('another query in the same page begins anew', async () => {
  const { controller, world, asksOf } = setUp()
  await controller.refresh()
  world.reading = readingOf('dog', 5)
  await controller.pageChanged()
  expect(asksOf('describe').at(-1)).toEqual({ query: 'dog' })
})

test('put away while the background is asked, the bar stays away', async () => {
  const { controller, world, open, all } = setUp()
  await open()
  all.describe = () => {
    void controller.minimise(true)
    return view()
  }
  await controller.choose({ dataset: 'Plants', class: 'oak' })
  expect(world.shown?.isMinimised).toBe(true)
})
