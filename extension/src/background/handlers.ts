/** What the background does for each message. Every handler starts from storage: the worker may be new. */
import { LookupAnswer, Progress, Vocabulary } from '@gleaner/shared/api'
import { AppError, isAppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import type { Alarm } from '../platform/alarms.ts'
import type { Destination, Handlers, Messages, ServerStatus, TabProgress } from '../platform/message-table.ts'
import type { Client } from './client.ts'
import type { Flush } from './flush.ts'
import type { Admitted } from './gate.ts'
import type { Memory, Press } from './memory.ts'
import type { Outbox } from './outbox.ts'
import { splitPress } from './split.ts'
import { suggest } from './suggest.ts'

/** The tab a question is about. */
export interface Context {
  readonly tabId: number | undefined
}

export interface Services {
  readonly outbox: Outbox
  readonly flush: Flush
  readonly client: Client
  readonly memory: Memory
  readonly alarm: Pick<Alarm, 'start'>
  readonly openOptions: () => Promise<void>
  /** Tells every results page to draw itself anew. */
  readonly refreshTabs: () => Promise<void>
  /** Called after every change of the outbox. */
  readonly changed: () => void
}

/** Batches one question about progress may name. */
const batchesPerQuery = 100

function cleanDestination(destination: Destination): Destination {
  const dataset = cleanText(destination.dataset, limits.datasetChars)
  const label = cleanText(destination.class, limits.classChars)
  if (dataset === undefined) throw new AppError('DATASET_NAME_INVALID')
  if (label === undefined) throw new AppError('CLASS_NAME_INVALID')
  return { dataset, class: label }
}

export function createHandlers(services: Services): Handlers<Messages, Context> {
  const { outbox, flush, client, memory, alarm, changed } = services

  /** Does something with the server and says how the connection is; sends what waits while at it. */
  async function observe(work: () => Promise<void>): Promise<ServerStatus> {
    const { port } = await memory.settings()
    let trouble: AppError | undefined
    try {
      await work()
    } catch (error) {
      if (!isAppError(error)) throw error
      trouble = error
    }
    const { waiting, refused } = await outbox.counts()
    if (waiting > 0 && !trouble) void flush.run()
    return { code: trouble?.code ?? null, facts: trouble?.facts ?? {}, port, waiting, refused }
  }

  const refreshVocabulary = async () =>
    memory.setVocabulary(await client.post('/api/collect/vocabulary', {}, Vocabulary))

  async function choose(tabId: number | undefined, destination: Destination, query: string | null) {
    const known = { recents: [], vocabulary: await memory.vocabulary() }
    const suggested = suggest(known, query, null, destination.dataset).destination.class
    await memory.choose(tabId, { ...destination, query, isOwnWord: destination.class !== suggested })
  }

  return {
    describe: async ({ query, dataset }, { tabId }) => {
      const status = await observe(refreshVocabulary)
      const { isConsented, isBarMinimised } = await memory.settings()
      const chosen = tabId === undefined ? null : (await memory.tab(tabId)).chosen
      const known = { recents: await memory.recents(), vocabulary: await memory.vocabulary() }
      return {
        status,
        isConsented,
        isMinimised: isBarMinimised,
        ...suggest(known, query, chosen, dataset),
      }
    },

    choose: async ({ query, dataset, class: label }, { tabId }) => {
      await choose(tabId, cleanDestination({ dataset, class: label }), query)
      return null
    },

    collect: async ({ pressId, dataset, class: label, origin, candidates }, { tabId }) => {
      if (!(await memory.settings()).isConsented) throw new AppError('HARVEST_NO_CONSENT')
      const destination = cleanDestination({ dataset, class: label })
      const batches = await splitPress(pressId, { ...destination, origin, candidates })
      await outbox.add(batches)
      await alarm.start()
      await choose(tabId, destination, origin.query ?? null)
      if (tabId !== undefined) {
        const batchIds = batches.map(({ batchId }) => batchId)
        const { engine, query = null } = origin
        const press = { ...destination, engine, query, candidates: candidates.length, batchIds }
        await memory.setPress(tabId, press)
      }
      changed()
      void flush.run()
      return { candidates: candidates.length }
    },

    lookup: ({ dataset, urls }) => client.post('/api/collect/lookup', { dataset, urls }, LookupAnswer),

    progress: async (_, { tabId }) => {
      const press = tabId === undefined ? null : (await memory.tab(tabId)).press
      return press === null
        ? { status: await observe(client.greet), press: null }
        : pressProgress(press, client, outbox, observe)
    },

    consent: async () => {
      await memory.change({ isConsented: true })
      void services.refreshTabs()
      return null
    },

    minimise: async ({ isMinimised }) => {
      await memory.change({ isBarMinimised: isMinimised })
      return null
    },

    status: () => observe(client.greet),

    pair: async ({ code }) => {
      await memory.setPairing(await client.claim(code))
      const status = await observe(refreshVocabulary)
      void services.refreshTabs()
      return status
    },

    forget: async () => {
      await memory.setPairing(null)
      void services.refreshTabs()
      return null
    },

    settings: async () => {
      const { port, isConsented } = await memory.settings()
      return { port, isConsented, isPaired: (await memory.pairing()) !== undefined }
    },

    openOptions: async () => {
      await services.openOptions()
      return null
    },

    setPort: async ({ port }) => {
      await memory.change({ port })
      return observe(client.greet)
    },

    outbox: () => outbox.headings(),

    clearRefused: async () => {
      await outbox.clearRefused()
      changed()
      return null
    },

    retryRefused: async () => {
      await outbox.retryRefused()
      changed()
      void flush.run()
      return null
    },
  }
}

async function pressProgress(
  press: Press,
  client: Client,
  outbox: Outbox,
  observe: (work: () => Promise<void>) => Promise<ServerStatus>,
): Promise<TabProgress> {
  const inOutbox = new Map((await outbox.headings()).map(heading => [heading.batchId, heading]))
  const batchIds = press.batchIds.filter(batchId => !inOutbox.has(batchId)).slice(0, batchesPerQuery)
  let counts: Progress['counts'] | null = null
  const status = await observe(async () => {
    if (batchIds.length === 0) return client.greet()
    counts = (await client.post('/api/collect/progress', { batchIds }, Progress)).counts
  })
  const held = press.batchIds.flatMap(batchId => inOutbox.get(batchId) ?? [])
  const sum = (state: 'waiting' | 'refused') =>
    held.reduce((total, heading) => total + (heading.state === state ? heading.candidates : 0), 0)
  return {
    status,
    press: {
      dataset: press.dataset,
      class: press.class,
      engine: press.engine,
      query: press.query,
      candidates: press.candidates,
      waiting: sum('waiting'),
      refused: sum('refused'),
      refusedCode: held.find(({ code }) => code !== null)?.code ?? null,
      counts,
    },
  }
}

/** Hands an admitted message to its handler. */
export function answer(
  handlers: Handlers<Messages, Context>,
  { type, ask, tabId }: Admitted,
): Promise<unknown> {
  const handle = handlers[type] as (ask: unknown, context: Context) => Promise<unknown>
  return handle(ask, { tabId })
}
