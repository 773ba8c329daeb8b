import { describe, expect, test } from 'vitest'
import { noFilters } from '../platform/filters.ts'
import type { CandidateAt } from '../platform/message-table.ts'
import { clientName } from './client-name.ts'
import { pressOf as press, setUp } from './fake-services.ts'

const tab = { tabId: 7 }

describe('collect', () => {
  test('needs consent', async () => {
    const { handlers, outbox } = setUp()
    await expect(handlers.collect(press('a'), tab)).rejects.toMatchObject({ code: 'HARVEST_NO_CONSENT' })
    expect(await outbox.headings()).toEqual([])
  })

  test('says queued when it is in storage, and remembers where it went', async () => {
    const { handlers, outbox, memory } = setUp({ code: 'SERVER_NOT_RUNNING' })
    await handlers.consent({}, tab)
    expect(await handlers.collect(press('a'), tab)).toEqual({ candidates: 3 })
    await handlers.collect(press('a'), tab)
    expect(await outbox.headings()).toMatchObject([{ dataset: 'Animals', class: 'cat', candidates: 3 }])
    expect(await memory.recents()).toEqual([{ dataset: 'Animals', class: 'cat' }])
    expect(await handlers.progress({}, tab)).toMatchObject({
      status: { code: 'SERVER_NOT_RUNNING', waiting: 3 },
      press: { candidates: 3, waiting: 3, counts: null },
    })
    expect(await handlers.progress({}, { tabId: 8 })).toMatchObject({ press: null })
  })

  test('follows what the server took', async () => {
    const { handlers, flush } = setUp()
    await handlers.consent({}, tab)
    await handlers.collect(press('a'), tab)
    await flush.run()
    expect(await handlers.progress({}, tab)).toMatchObject({
      press: { waiting: 0, counts: { stored: 3 } },
    })
  })

  test.each([
    [{ class: ' \u200b ' }, 'CLASS_NAME_INVALID'],
    [{ dataset: '\u202e' }, 'DATASET_NAME_INVALID'],
  ])('refuses a name with nothing visible: %j', async (patch, code) => {
    const { handlers } = setUp()
    await handlers.consent({}, tab)
    await expect(handlers.collect({ ...press('a'), ...patch }, tab)).rejects.toMatchObject({ code })
  })
})

describe('every trouble of the connection', () => {
  test.each([
    'SERVER_NOT_RUNNING',
    'SERVER_NOT_OURS',
    'SERVER_NOT_PAIRED',
    'SERVER_PERMISSION',
    'PROTOCOL_VERSION',
  ] as const)('%s is told and keeps the outbox; so does forgetting the server', async code => {
    const { handlers, flush, outbox, trouble } = setUp({ code })
    await handlers.consent({}, tab)
    await handlers.collect(press('a'), tab)
    await flush.run()
    await handlers.forget({}, { tabId: undefined })
    expect(await handlers.status({}, { tabId: undefined })).toMatchObject({ code, waiting: 3 })
    trouble.code = null
    await flush.run()
    expect(await outbox.counts()).toEqual({ waiting: 0, refused: 0 })
  })
})

test('names from the server are offered while it does not run', async () => {
  const { handlers, trouble } = setUp()
  await handlers.describe({ query: 'Cat' }, tab)
  trouble.code = 'SERVER_NOT_RUNNING'
  expect(await handlers.describe({ query: 'Cat' }, tab)).toMatchObject({
    destination: { dataset: 'Animals', class: 'cat' },
    classes: [{ name: 'cat', images: 4 }],
  })
})

test('a choice is the tab’s own', async () => {
  const { handlers } = setUp()
  await handlers.choose({ query: 'kitten', dataset: 'Animals', class: 'cat' }, tab)
  const here = await handlers.describe({ query: 'tabby' }, tab)
  const there = await handlers.describe({ query: 'tabby' }, { tabId: 8 })
  expect(here.destination.class).toBe('cat')
  expect(there.destination.class).toBe('tabby')
})

test('what a tab was offered does not change because of another tab', async () => {
  const { handlers } = setUp()
  const first = await handlers.describe({ query: 'poppy' }, tab)
  expect(first.destination).toEqual({ dataset: 'Animals', class: 'poppy' })
  await handlers.choose({ query: 'engine', dataset: 'Cars', class: 'engine' }, { tabId: 8 })
  expect((await handlers.describe({ query: 'poppy' }, tab)).destination.dataset).toBe('Animals')
  expect((await handlers.describe({ query: 'poppy' }, { tabId: 9 })).destination.dataset).toBe('Cars')
  await handlers.choose({ query: 'poppy', dataset: 'Flowers', class: 'poppy' }, tab)
  expect((await handlers.describe({ query: 'poppy' }, tab)).destination.dataset).toBe('Flowers')
})

test('filters are described with the dataset they belong to', async () => {
  const { handlers } = setUp()
  const filters = { ...noFilters, minSidePx: 300 }
  await handlers.setFilters({ dataset: 'Animals', filters }, tab)
  expect((await handlers.describe({ query: 'cat' }, tab)).filters).toEqual(filters)
  expect((await handlers.describe({ query: 'cat', dataset: 'Cars' }, tab)).filters).toEqual(noFilters)
})

test('a run is the tab’s own and goes on after the worker has died', async () => {
  const { handlers, disks } = setUp()
  const run = {
    dataset: 'Animals',
    class: 'cat',
    engine: 'lumen',
    query: 'cat',
    wanted: 100,
    found: 40,
    results: 'lumen.example cat',
    seenAtMs: 0,
    barren: 0,
    state: 'paused',
  } as const
  await handlers.setRun({ run }, tab)
  const later = setUp({ code: null }, disks)
  expect((await later.handlers.describe({ query: 'cat' }, tab)).run).toEqual(run)
  expect((await later.handlers.describe({ query: 'cat' }, { tabId: 8 })).run).toBeNull()
  await later.handlers.setRun({ run: null }, tab)
  expect((await later.handlers.describe({ query: 'cat' }, tab)).run).toBeNull()
})

test('the usual part of originals is told once enough was seen', async () => {
  const { handlers } = setUp()
  await handlers.setYield({ engine: 'lumen', tiles: 100, originals: 90 }, tab)
  expect((await handlers.describe({ query: 'cat' }, tab)).usualOriginals).toEqual({ lumen: 0.9 })
})

test('sites: what is allowed, and who refuses the server', async () => {
  const { handlers, memory } = setUp()
  const refusing = [{ host: 'shy.example', origins: ['https://shy.example/*'], pictures: 3 }]
  await memory.setRefusingHosts(refusing)
  expect(await handlers.sites({}, { tabId: undefined })).toEqual({
    allowed: ['https://garden.example/*'],
    refusing,
  })
  expect((await handlers.progress({}, tab)).refusingHosts).toEqual(refusing)
})

describe('a single picture', () => {
  const url = 'https://garden.example/rose.jpg'
  const picture = {
    origin: { engine: 'page', pageUrl: 'https://garden.example/' },
    candidate: { sources: [{ kind: 'original', url }] },
  } satisfies CandidateAt
  const added = { tabId: 7, url, dataset: 'Flowers', class: 'rose' }

  test('is kept until its class is chosen, and leaves the tab its class', async () => {
    const { handlers, memory, taken, flush } = setUp()
    await handlers.consent({}, tab)
    await handlers.choose({ query: 'cat', dataset: 'Animals', class: 'cat' }, tab)
    await memory.changeTab(7, { picture })
    expect(await handlers.picture({ tabId: 7 }, { tabId: 7 })).toEqual(picture)
    expect(await handlers.addPicture(added, { tabId: 7 })).toEqual({ candidates: 1 })
    await flush.run()
    expect([...taken.values()]).toMatchObject([
      { dataset: 'Flowers', class: 'rose', ...{ origin: picture.origin, candidates: [picture.candidate] } },
    ])
    expect(await handlers.picture({ tabId: 7 }, { tabId: 7 })).toBeNull()
    expect((await handlers.describe({ query: 'cat' }, tab)).destination).toEqual({
      dataset: 'Animals',
      class: 'cat',
    })
    expect((await memory.recents())[0]).toEqual({ dataset: 'Flowers', class: 'rose' })
  })

  test('that is not the one the person was shown is neither added nor dropped', async () => {
    const { handlers, memory, outbox } = setUp()
    await handlers.consent({}, tab)
    const tulip = 'https://garden.example/tulip.jpg'
    const clicked = { ...picture, candidate: { sources: [{ kind: 'original' as const, url: tulip }] } }
    await memory.changeTab(7, { picture: clicked })
    await expect(handlers.addPicture(added, { tabId: 7 })).rejects.toMatchObject({
      code: 'HARVEST_NO_RESULTS',
    })
    await handlers.dropPicture({ tabId: 7, url }, { tabId: 7 })
    expect(await handlers.picture({ tabId: 7 }, { tabId: 7 })).toEqual(clicked)
    expect(await outbox.headings()).toEqual([])
    await handlers.dropPicture({ tabId: 7, url: tulip }, { tabId: 7 })
    expect(await handlers.picture({ tabId: 7 }, { tabId: 7 })).toBeNull()
  })

  test('that nobody clicked on cannot be added', async () => {
    const { handlers } = setUp()
    await handlers.consent({}, tab)
    await expect(handlers.addPicture(added, { tabId: 7 })).rejects.toMatchObject({
      code: 'HARVEST_NO_RESULTS',
    })
  })
})

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36', 'Chrome on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:153.0) Gecko/20100101 Firefox/153.0',
    'Firefox on macOS',
  ],
  ['curl', 'Browser'],
])('%s is called %s', (userAgent, name) => {
  expect(clientName(userAgent)).toBe(name)
})
