import { AppError, type ErrorCode } from '@gleaner/shared/errors'
import { noCounts } from '@gleaner/shared/outcome'
import { describe, expect, test } from 'vitest'
import type { Messages } from '../platform/message-table.ts'
import { badgeText } from './badge.ts'
import type { Client } from './client.ts'
import { clientName } from './client-name.ts'
import { newDisk, openStore } from './fake-store.ts'
import { createFlush } from './flush.ts'
import { createHandlers } from './handlers.ts'
import { createMemory } from './memory.ts'
import { createOutbox } from './outbox.ts'

const tab = { tabId: 7 }
const pairing = { clientId: 'c'.repeat(32), token: 't', serverKey: 'ab' }
const vocabulary = {
  datasets: [{ id: 'animals', name: 'Animals', classes: [{ label: 'cat', images: 4, goal: null }] }],
}
const press = (pressId: string, candidates = 3): Messages['collect']['ask'] => ({
  pressId: pressId.repeat(32),
  dataset: ' Animals ',
  class: 'cat',
  origin: { engine: 'lumen', query: 'cat' },
  candidates: Array.from({ length: candidates }, (_, index) => ({
    sources: [{ kind: 'original', url: `https://pictures.example/${pressId}/${index}.jpg` }],
  })),
})

/** The background over fake storage and a server that is up or in the state `trouble` names. */
function setUp(trouble: { code: ErrorCode | null } = { code: null }) {
  const local = newDisk()
  const posted: [string, unknown][] = []
  const greet = async () => {
    if (trouble.code) throw new AppError(trouble.code)
  }
  const answers: Record<string, unknown> = {
    '/api/collect/vocabulary': vocabulary,
    '/api/collect/progress': { counts: { ...noCounts(), stored: 3 } },
  }
  const client: Client = {
    greet,
    post: async (path, body) => {
      await greet()
      posted.push([path, body])
      return answers[path] as never
    },
    claim: async () => pairing,
  }
  const outbox = createOutbox({ store: openStore(local), now: () => 0 })
  const memory = createMemory(openStore(local), openStore(newDisk()))
  const alarm = { start: async () => undefined, stop: async () => undefined }
  const flush = createFlush({
    outbox,
    deliver: async ({ batchId, candidates }) => {
      await greet()
      return { batchId, datasetId: 'animals', classId: 1, accepted: candidates.length, known: 0, refused: 0 }
    },
    alarm,
    now: () => 0,
    changed: () => undefined,
  })
  const nothing = async () => undefined
  const handlers = createHandlers({
    outbox,
    flush,
    client,
    memory,
    alarm,
    openOptions: nothing,
    refreshTabs: nothing,
    changed: () => undefined,
  })
  return { handlers, outbox, flush, memory, posted, trouble }
}

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

test.each([
  [0, ''],
  [999, '999'],
  [20_000, '20k'],
])('the badge for %i is %j', (waiting, text) => {
  expect(badgeText(waiting)).toBe(text)
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
