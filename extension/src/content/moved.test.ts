/** One-page sites: the search changes, the page stays, and nobody tells. */
import { AppError } from '@gleaner/shared/errors'
import { describe, expect, test } from 'vitest'
import type { TabView } from '../platform/message-table.ts'
import { readingOf, setUp, view } from './fake-world.ts'

describe('a page that has moved on to another search', () => {
  /** The background suggests what is searched for. */
  const moved = async () => {
    const all = setUp({
      describe: ({ query }) => view({ destination: { dataset: 'Animals', class: query ?? '' } }),
      lookup: ({ urls }) => ({ known: urls.map(() => null) }),
    })
    all.world.areFieldsDrawn = true
    await all.open()
    all.controller.pick(['2'], false)
    all.world.reading = readingOf('dog', 3)
    return all
  }
  type Describe = (ask: { readonly query: string | null }) => TabView
  type World = Awaited<ReturnType<typeof moved>>
  const collected = ({ asksOf }: World) =>
    asksOf('collect').map(({ class: label, origin, candidates }) => [label, origin.query, candidates.length])

  test.each([
    ['before anybody looked', async () => undefined],
    ['after the popup asked', ({ controller }: World) => controller.view()],
    ['after the context menu asked', ({ controller }: World) => controller.candidateAt('').catch(() => null)],
    ['while the page is looked at', async ({ controller }: World) => void controller.pageChanged()],
  ])('is collected into its own class, all of it: %s', async (_, before) => {
    const all = await moved()
    await before(all)
    await all.controller.collect()
    expect(collected(all)).toEqual([['dog', 'dog', 3]])
    await all.controller.pageChanged()
    expect(all.asksOf('describe').filter(({ query }) => query === 'dog')).toHaveLength(1)
  })

  test('is run through for its own class', async () => {
    const all = await moved()
    await all.controller.startRun(8)
    await all.settle()
    expect(all.asksOf('setRun')[0]).toMatchObject({ run: { class: 'dog', query: 'dog' } })
    expect(collected(all)).toEqual([['dog', 'dog', 3]])
  })

  test('is not collected as long as nobody knows where to, and is when asked again', async () => {
    const all = await moved()
    const answer = all.all.describe as Describe
    all.all.describe = () => {
      throw new AppError('HARVEST_DISCONNECTED')
    }
    await expect(all.controller.collect()).rejects.toMatchObject({ code: 'HARVEST_DISCONNECTED' })
    expect(collected(all)).toEqual([])
    all.all.describe = answer
    await all.controller.collect()
    expect(collected(all)).toEqual([['dog', 'dog', 3]])
  })

  test('is not described by an answer about the one before', async () => {
    const all = await moved()
    const held: (() => void)[] = []
    const answer = all.all.describe as Describe
    all.world.reading = readingOf('cat', 3)
    all.all.describe = ({ query }) => {
      const said = answer({ query })
      if (query !== 'cat') return said
      return new Promise(resolve => held.push(() => resolve(said))) as unknown as TabView
    }
    const refreshing = all.controller.refresh()
    await all.settle()
    all.world.reading = readingOf('dog', 3)
    await all.controller.pageChanged()
    for (const go of held) go()
    await refreshing
    expect(all.world.shown?.destination.class).toBe('dog')
  })
})
