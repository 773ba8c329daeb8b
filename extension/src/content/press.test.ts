import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { noCounts } from '@gleaner/shared/outcome'
import { Check } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { asks, type Messages } from '../platform/message-table.ts'
import { known, pressOf, progressOf, readingOf, setUp, view } from './fake-world.ts'

describe('collect', () => {
  test('hands over everything with where it was found', async () => {
    const { controller, world, asksOf } = setUp()
    world.reading = readingOf('cat', 3, { filters: { size: 'large' } })
    await controller.refresh()
    expect(await controller.collect()).toEqual({ candidates: 3 })
    expect(asksOf('collect')).toMatchObject([
      {
        dataset: 'Animals',
        class: 'cat',
        origin: {
          engine: 'lumen',
          query: 'cat',
          pageUrl: 'https://lumen.example/images?q=cat',
          filters: { size: 'large' },
        },
        candidates: [{}, {}, {}],
        continues: false,
      },
    ])
    expect(Check(asks.collect, asksOf('collect')[0])).toBe(true)
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

  test('goes where the tab points, and to no other tab’s class', async () => {
    const { controller, asksOf } = setUp({
      describe: () => view({ destination: { dataset: 'B', class: 'b' } }),
    })
    await controller.refresh()
    await controller.collect({ dataset: 'Plants', class: 'oak' })
    await controller.collect()
    expect(asksOf('collect').map(({ dataset, class: label }) => [dataset, label])).toEqual([
      ['Plants', 'oak'],
      ['Animals', 'cat'],
    ])
  })

  test('of more than one message may hold is one press all the same', async () => {
    const { controller, world, asksOf } = setUp()
    world.reading = readingOf('cat', 6_000)
    await controller.refresh()
    expect(await controller.collect()).toEqual({ candidates: 6_000 })
    const asked = asksOf('collect')
    expect(asked.map(({ candidates, continues }) => [candidates.length, continues])).toEqual([
      [5_000, false],
      [1_000, true],
    ])
    expect(new Set(asked.map(({ pressId }) => pressId)).size).toBe(2)
    for (const one of asked) expect(Check(asks.collect, one)).toBe(true)
  })

  test('moves what the button brings', async () => {
    const { controller, world, all, open, pass } = setUp()
    await open()
    all.lookup = ({ urls }) => ({ known: urls.map(() => known('queued')) })
    await controller.collect()
    expect(world.shown?.found.held).toBe(1)
    await pass('lookup')
    expect(world.shown?.found.held).toBe(3)
  })
})

describe('undo', () => {
  const finished = progressOf({ press: pressOf({ counts: { ...noCounts(), stored: 3 } }) })

  test('takes the last collect back, says so, and turns its marks to new', async () => {
    const { controller, world, open, all, pass } = setUp({
      progress: () => finished,
      lookup: ({ urls }) => ({ known: urls.map(() => known('stored')) }),
    })
    await open()
    expect(world.shown).toMatchObject({ canUndo: true, found: { held: 3 } })
    all.lookup = ({ urls }) => ({ known: urls.map(() => known('cancelled', { code: 'CANCELLED_UNDONE' })) })
    all.progress = () => progressOf({ press: pressOf({ isUndone: true }) })
    await controller.undo()
    expect(world.shown?.undone).toEqual({ candidates: 3, images: 2 })
    await pass('poll')
    await pass('lookup')
    expect(world.shown).toMatchObject({ canUndo: false, found: { held: 0, tried: 0 } })
    expect(world.marks?.map(({ mark }) => mark)).toEqual(['new', 'new', 'new'])
    await controller.collect()
    expect(world.shown?.undone).toBeNull()
  })

  test('says when there is nothing to take back', async () => {
    const { controller, world, open } = setUp({
      undo: () => {
        throw new AppError('HARVEST_NOTHING_TO_UNDO')
      },
    })
    await open()
    await controller.undo()
    expect(world.shown).toMatchObject({ failure: 'HARVEST_NOTHING_TO_UNDO', undone: null })
  })
})
