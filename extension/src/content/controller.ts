/** Joins page, bar and background: reads, asks, shows. Does no more than that. */
import { AppError, type ErrorCode, isAppError } from '@gleaner/shared/errors'
import { parseHttpUrl } from '@gleaner/shared/url'
import type {
  Destination,
  Messages,
  PageView,
  Queued,
  TabProgress,
  TabView,
} from '../platform/message-table.ts'
import { isOfInterest, unfinished } from '../platform/words.ts'
import type { Bar, BarState } from './bar.ts'
import { createLookup } from './lookup.ts'
import type { Reader, Reading } from './reader.ts'

export type Ask = <N extends keyof Messages>(
  type: N,
  question: Messages[N]['ask'],
) => Promise<Messages[N]['answer']>

/** Milliseconds to the next question: while something moves, while nothing does, when the page is calm. */
const pollMs = { moving: 1_000, idle: 5_000, calm: 600 } as const

export interface Controller {
  /** The page changed; looks again. */
  readonly pageChanged: () => Promise<void>
  /** Something the bar draws was changed elsewhere; asks for everything again. */
  readonly refresh: () => Promise<void>
  readonly collect: (into?: Destination) => Promise<Queued>
  readonly view: () => PageView
  readonly consent: () => Promise<void>
  readonly minimise: (isMinimised: boolean) => Promise<void>
  readonly choose: (destination: Destination) => Promise<void>
  readonly openOptions: () => Promise<void>
}

const nothingFound: Reading = {
  engine: 'page',
  label: '',
  query: null,
  candidates: [],
  originals: 0,
  thumbnailsOnly: 0,
  code: 'HARVEST_NO_RESULTS',
}

export function createController(deps: {
  readonly reader: Reader
  readonly ask: Ask
  readonly bar: Pick<Bar, 'show' | 'destination'>
  readonly pageUrl: () => string
  readonly newPressId: () => string
  readonly isVisible: () => boolean
  /** Calls back once after a pause in milliseconds. A new request replaces the one before. */
  readonly wait: (name: 'poll' | 'lookup', pauseMs: number, then: () => unknown) => void
}): Controller {
  const { reader, bar } = deps

  /** The worker may die with the answer in its hands. Nothing asked here does harm when asked twice. */
  const ask: Ask = (type, question) =>
    deps.ask(type, question).catch((error: unknown) => {
      if (isAppError(error) && error.code === 'HARVEST_DISCONNECTED') return deps.ask(type, question)
      throw error
    })

  const lookup = createLookup(async (dataset, urls) => (await ask('lookup', { dataset, urls })).states)

  let view: TabView | undefined
  let reading: Reading = nothingFound
  let progress: TabProgress | undefined
  let failure: ErrorCode | null = null
  let isBusy = false
  /** What the person sees in the fields, which the background may not know yet. */
  let destination: Destination = { dataset: '', class: '' }

  const urls = () => reading.candidates.flatMap(({ sources }) => sources[0]?.url ?? [])
  const hasResults = () => reading.code !== 'HARVEST_NO_RESULTS'
  const status = () => progress?.status ?? view?.status ?? null

  function state(described: TabView): BarState {
    const counted = lookup.count(destination.dataset, urls())
    return {
      isConsented: described.isConsented,
      isMinimised: described.isMinimised,
      found: {
        originals: reading.originals,
        thumbnailsOnly: reading.thumbnailsOnly,
        held: counted?.held ?? null,
        tried: counted?.tried ?? null,
      },
      destination,
      datasets: described.datasets,
      classes: described.classes,
      status: status(),
      press: progress?.press && isOfInterest(progress.press, reading) ? progress.press : null,
      pageCode: reading.code,
      failure,
      isBusy,
    }
  }

  /** Pages without results get no bar: the content script also runs on an engine's other pages. */
  function draw(): void {
    const mayAskConsent = view !== undefined && !view.isConsented && looksLikeResults(deps.pageUrl())
    bar.show(view && (hasResults() || mayAskConsent || failure !== null) ? state(view) : null)
  }

  /** What goes wrong is shown, not thrown. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      failure = isAppError(error) ? error.code : 'HARVEST_INTERNAL'
    }
    draw()
  }

  /** Runs something the person asked for, which is over with what went wrong before. */
  function obey(work: () => Promise<void>): Promise<void> {
    failure = null
    return attempt(work)
  }

  async function describe(dataset?: string): Promise<void> {
    const { query } = reading
    view = await ask('describe', dataset === undefined ? { query } : { query, dataset })
    destination = view.destination
  }

  /** Keeps asking while somebody sees the bar: the server may go away and come back at any time. */
  async function poll(): Promise<void> {
    if (!view?.isConsented || !hasResults() || !deps.isVisible()) return
    const before = progress?.press ? unfinished(progress.press) : 0
    const wasTroubled = status()?.code !== null
    progress = await ask('progress', {})
    if (wasTroubled && progress.status.code === null) await describe()
    const { press, status: now } = progress
    const left = press ? unfinished(press) : 0
    if (left !== before) lookup.forget()
    draw()
    const isMoving = left > 0 && now.code === null
    if (!isMoving) lookUpSoon()
    deps.wait('poll', isMoving ? pollMs.moving : pollMs.idle, startPoll)
  }

  async function startPoll(): Promise<void> {
    let hasAsked = false
    await attempt(async () => {
      await poll()
      hasAsked = true
      if (failure === 'HARVEST_DISCONNECTED') failure = null
    })
    if (!hasAsked) deps.wait('poll', pollMs.idle, startPoll)
  }

  function lookUpSoon(): void {
    deps.wait('lookup', pollMs.calm, lookUp)
  }

  async function lookUp(): Promise<void> {
    const { dataset } = destination
    if (!view?.isConsented || status()?.code !== null || dataset === '' || urls().length === 0) return
    // Not worth a word when it fails: the connection is shown anyway.
    await lookup.learn(dataset, urls()).catch(() => undefined)
    draw()
  }

  /** Asks for everything again. Whether the page may be read, and so the query, is part of the answer. */
  async function renew(): Promise<void> {
    const { query } = reading
    lookup.forget()
    try {
      await describe()
      look()
      if (reading.query !== query) await describe()
    } finally {
      deps.wait('poll', 0, startPoll)
    }
  }

  function look(): void {
    reading = (view?.isConsented ? reader.read() : undefined) ?? nothingFound
  }

  async function collect(into?: Destination): Promise<Queued> {
    if (!view?.isConsented) throw new AppError('HARVEST_NO_CONSENT')
    look()
    if (into) destination = into
    if (destination.class === '') throw new AppError('CLASS_NAME_INVALID')
    if (destination.dataset === '') throw new AppError('DATASET_NAME_INVALID')
    if (reading.candidates.length === 0) throw new AppError('HARVEST_NO_RESULTS')
    const { engine, query } = reading
    // Absent when it is longer than the limit: the background takes no such message, and it is only a remark.
    const pageUrl = parseHttpUrl(deps.pageUrl())?.href
    const question: Messages['collect']['ask'] = {
      pressId: deps.newPressId(),
      ...destination,
      origin: { engine, ...(pageUrl && { pageUrl }), ...(query !== null && { query }) },
      candidates: [...reading.candidates],
    }
    const queued = await ask('collect', question)
    lookup.forget()
    lookUpSoon()
    deps.wait('poll', 0, startPoll)
    return queued
  }

  return {
    pageChanged: () =>
      attempt(async () => {
        const hasMoved = reader.hasMoved()
        const hadResults = hasResults()
        look()
        if (hasMoved) {
          progress = undefined
          await describe()
        }
        if (hasMoved || !hadResults) deps.wait('poll', 0, startPoll)
        lookUpSoon()
      }),

    refresh: () => attempt(renew),

    collect: async into => {
      if (isBusy) throw new AppError('PROTOCOL_BUSY')
      isBusy = true
      let queued: Queued | undefined
      let thrown: unknown
      await obey(async () => {
        try {
          queued = await collect(into ?? bar.destination())
        } catch (error) {
          thrown = error
          throw error
        } finally {
          isBusy = false
        }
      })
      if (!queued) throw thrown
      return queued
    },

    view: () => {
      look()
      const { engine, label, query, originals, thumbnailsOnly, code } = reading
      const { dataset } = destination
      const { held, tried } = lookup.count(dataset, urls()) ?? { held: null, tried: null }
      return { engine, label, query, originals, thumbnailsOnly, dataset, held, tried, code }
    },

    consent: () =>
      obey(async () => {
        await ask('consent', {})
        await renew()
      }),

    minimise: isMinimised =>
      obey(async () => {
        if (view) view = { ...view, isMinimised }
        await ask('minimise', { isMinimised })
      }),

    choose: chosen =>
      obey(async () => {
        destination = chosen
        if (chosen.class === '' || chosen.dataset === '') return
        await ask('choose', { ...chosen, query: reading.query })
        await describe()
        lookUpSoon()
      }),

    openOptions: () =>
      obey(async () => {
        await ask('openOptions', {})
      }),
  }
}

/** Before consent the page itself is not looked at; its address must do. */
function looksLikeResults(address: string): boolean {
  return /\/images\b|[?&](?:udm=2|tbm=isch)\b/.test(address)
}
