/** What the background does for each message. Every handler starts from storage: the worker may be new. */
import { LookupAnswer, Vocabulary } from '@gleaner/shared/collect'
import { AppError, catalogue } from '@gleaner/shared/errors'
import type { StateCounts } from '@gleaner/shared/outcome'
import type { CandidateAt, Destination, Messages, Run, TabProgress } from '../platform/message-table.ts'
import type { Handlers } from '../platform/table.ts'
import type { Client } from './client.ts'
import type { Observe } from './connection.ts'
import type { Flush } from './flush.ts'
import type { Admitted } from './gate.ts'
import { looks } from './looks.ts'
import type { Memory } from './memory.ts'
import type { Outbox } from './outbox.ts'
import { forgetPicture, pictureOf } from './picture-menu.ts'
import { cleanDestination, type Presses } from './presses.ts'
import type { Sites } from './sites.ts'
import { suggest } from './suggest.ts'

/** The tab a question is about. */
export interface Context {
  readonly tabId: number | undefined
}

export interface Services {
  readonly outbox: Outbox
  readonly flush: Pick<Flush, 'run'>
  readonly client: Client
  readonly memory: Memory
  readonly presses: Presses
  readonly sites: Pick<Sites, 'allowed' | 'enter'>
  readonly observe: Observe
  /** 32 lower-case hex digits of randomness. */
  readonly newPressId: () => string
  /** @param section - what the person is looking for there */
  readonly openOptions: (section?: string) => Promise<void>
  /** Tells every results page to draw itself anew. */
  readonly refreshTabs: () => Promise<void>
  /** Called after every change of the outbox. */
  readonly changed: () => void
  /** Called when other classes than before are the recent ones. */
  readonly recentsChanged: () => void
  /** Called with what a tab is told of its progress. */
  readonly progressed: (tabId: number, progress: TabProgress, run: Run | null) => void
  /** Called when something was collected. */
  readonly collected: () => void
  /** Called when pictures may be waiting for the browser's own fetching now. */
  readonly fetchesExpected: () => void
}

export function createHandlers(services: Services): Handlers<Messages, Context> {
  return { ...tabHandlers(services), ...pageHandlers(services), ...ownHandlers(services) }
}

const refreshVocabulary = async ({ client, memory }: Services) =>
  memory.setVocabulary(await client.post('/api/collect/vocabulary', {}, Vocabulary))

async function choose(
  { memory, recentsChanged }: Services,
  tabId: number | undefined,
  destination: Destination,
  query: string | null,
) {
  const known = { recents: [], vocabulary: await memory.vocabulary() }
  const suggested = suggest(known, query, null, destination.dataset).destination.class
  await memory.choose(tabId, { ...destination, query, isOwnWord: destination.class !== suggested })
  recentsChanged()
}

type Part<N extends keyof Messages> = Pick<Handlers<Messages, Context>, N>

/** What is about one tab. */
function tabHandlers(
  services: Services,
): Part<
  | 'describe'
  | 'choose'
  | 'collect'
  | 'undo'
  | 'setRun'
  | 'progress'
  | 'enterTab'
  | 'picture'
  | 'addPicture'
  | 'dropPicture'
> {
  const { memory, presses, observe, client } = services

  async function describe(tabId: number | undefined, query: string | null, asked: string | undefined) {
    const tab = tabId === undefined ? undefined : await memory.tab(tabId)
    const chosen = tab?.chosen ?? null
    const known = { recents: await memory.recents(), vocabulary: await memory.vocabulary() }
    const offered = asked ?? (chosen === null ? (tab?.dataset ?? undefined) : undefined)
    const suggested = suggest(known, query, chosen, offered)
    const isNothingKnown = known.recents.length === 0 && known.vocabulary.datasets.length === 0
    if (tabId !== undefined && tab?.dataset === null && asked === undefined && !isNothingKnown)
      await memory.changeTab(tabId, { dataset: suggested.destination.dataset })
    return { ...suggested, run: tab?.run ?? null }
  }

  return {
    describe: async ({ query, dataset }, { tabId }) => {
      const status = await observe(() => refreshVocabulary(services))
      const { isConsented, isBarMinimised } = await memory.settings()
      const described = await describe(tabId, query, dataset)
      return {
        status,
        isConsented,
        isMinimised: isBarMinimised,
        ...described,
        filters: await memory.filters(described.destination.dataset),
        usualOriginals: await memory.usualOriginals(),
      }
    },

    choose: async ({ query, dataset, class: label }, { tabId }) => {
      await choose(services, tabId, cleanDestination({ dataset, class: label }), query)
      return null
    },

    collect: async ({ pressId, dataset, class: label, origin, candidates, continues }, { tabId }) => {
      const destination = cleanDestination({ dataset, class: label })
      const queued = await presses.collect(tabId, { pressId, destination, origin, candidates, continues })
      if (queued.candidates === 0) return queued
      await choose(services, tabId, destination, origin.query ?? null)
      services.collected()
      return queued
    },

    undo: async (_, { tabId }) => {
      const answer = await presses.undo(tabId)
      void services.refreshTabs()
      return answer
    },

    setRun: async ({ run }, { tabId }) => {
      if (tabId !== undefined) await memory.changeTab(tabId, { run })
      return null
    },

    progress: async (_, { tabId }) => {
      const { press, run } = tabId === undefined ? { press: null, run: null } : await memory.tab(tabId)
      let counts: StateCounts | null = null
      const status = await observe(async () => {
        if (press !== null) counts = await presses.counts(press)
        if (counts === null) await client.greet()
      })
      const progress: TabProgress = {
        status,
        press: press && (await presses.view(press, counts)),
        refusingHosts: await memory.refusingHosts(),
      }
      if (tabId !== undefined) services.progressed(tabId, progress, run)
      if (status.code === null && press !== null) services.fetchesExpected()
      return progress
    },

    enterTab: async ({ tabId }) => {
      await services.sites.enter(tabId)
      return null
    },

    picture: async ({ tabId }) => (await memory.tab(tabId)).picture,

    addPicture: async ({ tabId, url, dataset, class: label }) => {
      const picture = await pictureOf(memory, tabId, url)
      if (!picture) throw new AppError('HARVEST_NO_RESULTS')
      const queued = await addPicture(services, tabId, { dataset, class: label }, picture)
      await forgetPicture(memory, tabId, url)
      return queued
    },

    dropPicture: ({ tabId, url }) => forgetPicture(memory, tabId, url).then(() => null),
  }
}

/** Takes in a single picture. The tab keeps the class that was chosen for its results. */
export async function addPicture(
  services: Services,
  tabId: number,
  wanted: Destination,
  { origin, candidate }: CandidateAt,
) {
  const destination = cleanDestination(wanted)
  const pressId = services.newPressId()
  const handful = { pressId, destination, origin, candidates: [candidate], continues: false }
  const queued = await services.presses.collect(tabId, handful)
  await choose(services, undefined, destination, origin.query ?? null)
  services.collected()
  return queued
}

/** What is about any results page. */
function pageHandlers(
  services: Services,
): Part<
  'lookup' | 'setFilters' | 'setYield' | 'consent' | 'minimise' | 'sentences' | 'looks' | 'openOptions'
> {
  const { memory, client } = services
  return {
    lookup: ({ dataset, urls }) => client.post('/api/collect/lookup', { dataset, urls }, LookupAnswer),

    setFilters: async ({ dataset, filters }) => {
      await memory.setFilters(dataset, filters)
      return null
    },

    setYield: async ({ engine, tiles, originals }) => {
      await memory.addYield(engine, tiles, originals)
      return null
    },

    consent: async () => {
      await memory.change({ isConsented: true })
      void services.refreshTabs()
      return null
    },

    sentences: async () => catalogue,

    looks: async () => looks,

    minimise: async ({ isMinimised }) => {
      await memory.change({ isBarMinimised: isMinimised })
      return null
    },

    openOptions: async ({ section }) => {
      await services.openOptions(section)
      return null
    },
  }
}

/** What popup and options ask for. */
function ownHandlers(
  services: Services,
): Part<
  'status' | 'pair' | 'forget' | 'settings' | 'setPort' | 'sites' | 'outbox' | 'clearRefused' | 'retryRefused'
> {
  const { outbox, flush, client, memory, observe, changed } = services
  return {
    status: () => observe(client.greet),

    pair: async ({ code }) => {
      await memory.setPairing(await client.claim(code))
      const status = await observe(() => refreshVocabulary(services))
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

    setPort: async ({ port }) => {
      await memory.change({ port })
      return observe(client.greet)
    },

    sites: async () => ({
      allowed: await services.sites.allowed(),
      refusing: await memory.refusingHosts(),
    }),

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

/** Hands an admitted message to its handler. */
export function answer(
  handlers: Handlers<Messages, Context>,
  { type, ask, tabId }: Admitted,
): Promise<unknown> {
  const handle = handlers[type] as (ask: unknown, context: Context) => Promise<unknown>
  return handle(ask, { tabId })
}
