import { describe, expect, test } from 'vitest'
import { pressOf, setUp } from './fake-services.ts'

const tab = { tabId: 7 }
const other = { tabId: 8 }

/** A background whose person has agreed already. */
async function consented(...of: Parameters<typeof setUp>) {
  const made = setUp(...of)
  await made.handlers.consent({}, tab)
  return made
}

describe('a collect that goes on', () => {
  test('is one press: counted, shown and taken back together', async () => {
    const { handlers, flush, taken } = await consented()
    await handlers.collect(pressOf('a'), tab)
    await handlers.collect({ ...pressOf('b', 2), continues: true }, tab)
    await flush.run()
    expect((await handlers.progress({}, tab)).press).toMatchObject({ candidates: 5, counts: { stored: 5 } })
    expect(await handlers.undo({}, tab)).toEqual({ candidates: 6, images: 2 })
    expect(taken.size).toBe(0)
  })

  test('begins anew where nothing came before', async () => {
    const { handlers, flush, taken } = await consented()
    expect(await handlers.collect({ ...pressOf('a'), continues: true }, tab)).toEqual({ candidates: 3 })
    await flush.run()
    expect((await handlers.progress({}, tab)).press).toMatchObject({ candidates: 3, isUndone: false })
    expect(taken.size).toBe(1)
  })

  test('after it was taken back takes nothing, chooses nothing, and stays taken back', async () => {
    const { handlers, flush, memory, taken } = await consented()
    await handlers.collect(pressOf('a'), tab)
    await handlers.undo({}, tab)
    const more = { ...pressOf('b'), class: 'dog', continues: true }
    expect(await handlers.collect(more, tab)).toEqual({ candidates: 0 })
    await flush.run()
    expect((await handlers.progress({}, tab)).press).toMatchObject({ candidates: 3, isUndone: true })
    expect((await memory.tab(7)).chosen?.class).toBe('cat')
    expect(taken.size).toBe(0)
    expect(await handlers.collect(pressOf('c'), tab)).toEqual({ candidates: 3 })
  })

  test('of a hundred screens and more is followed whole', async () => {
    const { handlers, flush, posted } = await consented()
    for (let screen = 0; screen < 130; screen += 1) {
      const pressId = screen.toString(16).padStart(32, '0')
      await handlers.collect({ ...pressOf('a', 1), pressId, continues: true }, tab)
    }
    await flush.run()
    posted.length = 0
    expect((await handlers.progress({}, tab)).press?.counts?.stored).toBe(130)
    expect(posted.map(([, body]) => (body as { batchIds: string[] }).batchIds.length)).toEqual([100, 30])
  })
})

describe('taking back', () => {
  test('what was not sent yet sends nothing', async () => {
    const { handlers, flush, taken, trouble, outbox } = await consented({ code: 'SERVER_NOT_RUNNING' })
    await handlers.collect(pressOf('a'), tab)
    expect(await handlers.undo({}, tab)).toEqual({ candidates: 3, images: 0 })
    expect(await outbox.headings()).toEqual([])
    expect((await handlers.progress({}, tab)).press).toMatchObject({ isUndone: true, waiting: 0 })
    trouble.code = null
    await flush.run()
    expect(taken.size).toBe(0)
  })

  test('what the server has holds when the server is away, and does not touch what is collected later', async () => {
    const { handlers, flush, taken, trouble, disks } = await consented()
    await handlers.collect(pressOf('a'), tab)
    await flush.run()
    trouble.code = 'SERVER_NOT_RUNNING'
    expect(await handlers.undo({}, tab)).toEqual({ candidates: 0, images: 0 })
    await handlers.collect(pressOf('b'), tab)
    expect(taken.size).toBe(1)

    const later = setUp({ code: null }, disks)
    for (const [batchId, batch] of taken) later.taken.set(batchId, batch)
    await later.flush.run()
    expect([...later.taken.values()].map(({ candidates }) => candidates[0]?.sources[0]?.url)).toEqual([
      'https://pictures.example/b/0.jpg',
    ])
  })

  test('again, after the worker died before it could answer, takes all of it back', async () => {
    const { handlers, flush, taken, trouble, disks } = await consented()
    await handlers.collect(pressOf('a'), tab)
    await flush.run()
    trouble.code = 'SERVER_NOT_RUNNING'
    await handlers.undo({}, tab)

    const later = setUp({ code: null }, disks)
    for (const [batchId, batch] of taken) later.taken.set(batchId, batch)
    expect(await later.handlers.undo({}, tab)).toEqual({ candidates: 3, images: 1 })
    expect(later.taken.size).toBe(0)
    await later.handlers.collect(pressOf('b'), tab)
    await later.flush.run()
    expect(later.taken.size).toBe(1)
  })

  test('happens only where something was collected, and asked for again finds nothing left', async () => {
    const { handlers } = await consented()
    const nothing = { code: 'HARVEST_NOTHING_TO_UNDO' }
    await expect(handlers.undo({}, tab)).rejects.toMatchObject(nothing)
    await expect(handlers.undo({}, { tabId: undefined })).rejects.toMatchObject(nothing)
    await handlers.collect(pressOf('a'), tab)
    await handlers.undo({}, tab)
    expect(await handlers.undo({}, tab)).toEqual({ candidates: 0, images: 0 })
    await expect(handlers.undo({}, other)).rejects.toMatchObject(nothing)
  })

  test('ends the run of the tab', async () => {
    const { handlers, memory } = await consented()
    await handlers.collect(pressOf('a'), tab)
    const run = { dataset: 'Animals', class: 'cat', engine: 'lumen', query: 'cat' }
    const seen = { results: 'lumen.example cat', seenAtMs: 0 }
    await handlers.setRun({ run: { ...run, wanted: 9, found: 3, ...seen, barren: 0, state: 'running' } }, tab)
    await handlers.undo({}, tab)
    expect((await memory.tab(7)).run).toBeNull()
  })

  test.each([0, 1, 2, 3, 5, 8, 13, 21])(
    'a press %i steps after it was made leaves nothing behind',
    async steps => {
      const { handlers, flush, taken } = await consented()
      const collecting = handlers.collect(pressOf('a', 600), tab)
      for (let step = 0; step < steps; step += 1) await Promise.resolve()
      await handlers.undo({}, tab)
      await collecting
      await flush.run()
      expect(taken.size).toBe(0)
    },
  )

  test('a press holds when the page hands it over again', async () => {
    const { handlers, flush, taken } = await consented()
    await handlers.collect(pressOf('a'), tab)
    await flush.run()
    await handlers.undo({}, tab)
    expect(await handlers.collect(pressOf('a'), tab)).toEqual({ candidates: 0 })
    await flush.run()
    expect(taken.size).toBe(0)
  })
})

describe('a press', () => {
  test('handed over twice is one', async () => {
    const { handlers, flush, taken } = await consented()
    await handlers.collect(pressOf('a'), tab)
    await handlers.collect({ ...pressOf('b'), continues: true }, tab)
    await handlers.collect({ ...pressOf('b'), continues: true }, tab)
    await flush.run()
    expect((await handlers.progress({}, tab)).press?.candidates).toBe(6)
    expect(taken.size).toBe(2)
  })

  test('that could not be kept leaves the one before it the last', async () => {
    const { handlers, memory } = await consented({ code: 'SERVER_NOT_RUNNING' })
    await handlers.collect(pressOf('a', 5_000), tab)
    for (const letter of 'bcd') await handlers.collect(pressOf(letter, 5_000), other)
    const { press } = await memory.tab(7)
    await expect(handlers.collect(pressOf('e', 5_000), tab)).rejects.toMatchObject({
      code: 'HARVEST_OUTBOX_FULL',
    })
    expect((await memory.tab(7)).press).toEqual(press)
  })

  test('is remembered by the addresses it brought', async () => {
    const { handlers, ledger } = await consented()
    await handlers.collect(pressOf('a'), tab)
    const urls = ['https://pictures.example/a/0.jpg', 'https://pictures.example/z/0.jpg']
    expect([...(await ledger.collected(urls))]).toEqual([urls[0]])
  })
})

describe('two tabs', () => {
  test('each collect for themselves, whatever comes in between, and take back their own only', async () => {
    const { handlers, flush, taken, disks } = await consented({ code: 'SERVER_NOT_RUNNING' })
    const dogs = (letter: string) => ({ ...pressOf(letter), class: 'dog', origin: { engine: 'prisma' } })
    await Promise.all([
      handlers.collect(pressOf('a'), tab),
      handlers.collect(dogs('b'), other),
      handlers.collect({ ...pressOf('c'), continues: true }, tab),
      handlers.collect({ ...dogs('d'), continues: true }, other),
    ])
    expect((await handlers.progress({}, tab)).press).toMatchObject({ class: 'cat', candidates: 6 })
    expect((await handlers.progress({}, other)).press).toMatchObject({ class: 'dog', candidates: 6 })
    expect((await handlers.describe({ query: 'cat' }, tab)).destination.class).toBe('cat')
    expect((await handlers.describe({ query: null }, other)).destination.class).toBe('dog')

    const later = setUp({ code: null }, disks)
    await later.handlers.undo({}, other)
    await later.flush.run()
    expect([...later.taken.values()].map(batch => batch.class)).toEqual(['cat', 'cat'])
    await flush.run()
    expect(taken.size).toBe(0)
  })
})
