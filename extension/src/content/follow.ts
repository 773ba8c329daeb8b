/** Keeps what is known up to date: with the page as it grows, with the background, with the dataset. */
import { noFilters } from '../platform/filters.ts'
import type { Run } from '../platform/message-table.ts'
import type { Lookup } from './lookup.ts'
import type { Progress } from './progress.ts'
import type { Reader } from './reader.ts'
import type { Runner } from './runner.ts'
import { type Ask, addressesOf, isOfResults, nothingRead, type Scene } from './scene.ts'
import type { Selection } from './selection.ts'

/** A page has been calm for so long when the dataset is asked about it. */
const calmMs = 600
/** A run that was not seen for longer does not go on by itself: time enough for the next page of results. */
const runLastsMs = 30_000
/** Pages of no engine are full of pictures nobody means. */
const genericMinSidePx = 200

export interface Follow {
  /** Reads what is new on the page. Where it shows other results, everything is about those once this is over. */
  readonly look: () => Promise<void>
  /** Reads the same results again, as those of any page. */
  readonly readAsAnyPage: () => Promise<void>
  /** Asks the background about the tab and its destination, or about another dataset. */
  readonly describe: () => Promise<void>
  /** Asks about addresses the dataset was not asked about, once the page is calm. */
  readonly lookUpSoon: () => void
  /** Asks for everything again. */
  readonly renew: () => Promise<void>
  /** The page grew, or shows other results. */
  readonly pageChanged: () => Promise<void>
  /** The person's filters as they are now, which the background may not know yet. */
  readonly ownFilters: () => void
}

export function createFollow(deps: {
  readonly ask: Ask
  readonly scene: Scene
  readonly reader: Reader
  readonly lookup: Lookup
  readonly selection: Selection
  readonly progress: Progress
  readonly runner: Pick<Runner, 'current' | 'stop'>
  readonly goOn: (run: Run) => void
  readonly draw: () => void
  readonly wait: (pauseMs: number, then: () => unknown) => void
  readonly isConnected: () => boolean
  /** The clock on the wall, which goes on from page to page. */
  readonly dateMs: () => number
}): Follow {
  const { ask, scene, reader, lookup, selection, progress, runner } = deps
  let hasOwnFilters = false
  /** The results everything is about by now; `undefined` where none were read yet. */
  let described: string | undefined
  let describing: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    const reading = scene.view?.isConsented ? await reader.read() : undefined
    scene.reading = reading ?? nothingRead
    applyFilters()
    if (reading && reading.results !== described) {
      const isFirst = described === undefined
      described = reading.results
      describing = isFirst ? describeFirst(reading.query) : showOthers()
    }
    try {
      await describing
    } catch (error) {
      // The next look tries again: until then nothing is known about these results.
      if (described === reading?.results) described = ''
      describing = Promise.resolve()
      throw error
    }
  }

  /** Before anything was read the background was asked without a query. */
  async function describeFirst(query: string | null): Promise<void> {
    if (query !== null) await describe()
  }

  function applyFilters(): void {
    if (hasOwnFilters) return
    const filters = scene.view?.filters ?? noFilters
    const isUnset = scene.reading.engine === 'page' && filters.minSidePx === 0
    selection.setFilters(isUnset ? { ...filters, minSidePx: genericMinSidePx } : filters)
  }

  async function describe(): Promise<void> {
    const { query } = scene.reading
    const before = scene.view
    const dataset = before?.destination.dataset
    const view = await ask('describe', { query })
    // Where other results turned up meanwhile, the answer about those counts.
    if (scene.view && scene.reading !== nothingRead && scene.reading.query !== query) return
    // And where the bar was put away meanwhile, or opened, that counts: the answer may not know of it.
    const { isMinimised } = scene.view ?? view
    scene.view = isMinimised === before?.isMinimised ? view : { ...view, isMinimised }
    scene.destination = scene.view.destination
    if (dataset !== scene.destination.dataset) hasOwnFilters = false
    applyFilters()
  }

  async function learnSentences(): Promise<void> {
    if (Object.keys(scene.sentences).length > 0) return
    // Codes are shown until the next time; without an answer there is no bar anyway.
    scene.sentences = await ask('sentences', {}).catch(() => ({}))
  }

  async function learnLooks(): Promise<void> {
    if (scene.looks === '') scene.looks = await ask('looks', {})
  }

  async function lookUp(): Promise<void> {
    const { dataset } = scene.destination
    const addresses = addressesOf(scene.reading.candidates)
    if (!scene.view?.isConsented || !deps.isConnected() || dataset === '' || addresses.length === 0) return
    // Not worth a word when it fails: the connection is shown anyway.
    await lookup.learn(dataset, addresses).catch(() => undefined)
    deps.draw()
  }

  /**
   * Goes on with what was begun before the page went away: for the same results, or at the engine's question. Only if
   * that was just now, or if the question was what it waited for: else nobody expects it any more.
   */
  async function takeUpRun(): Promise<void> {
    const run = scene.view?.run
    if (!run || !scene.view?.isConsented || runner.current()) return
    const unseenMs = deps.dateMs() - run.seenAtMs
    const isExpected = run.state === 'paused' || (unseenMs >= 0 && unseenMs <= runLastsMs)
    const isAsked = reader.harvester()?.engine === run.engine && reader.isChallenge()
    scene.view = { ...scene.view, run: null }
    if (isExpected && (isAsked || isOfResults(run, scene.reading))) deps.goOn(run)
    else await ask('setRun', { run: null })
  }

  async function showOthers(): Promise<void> {
    const run = runner.current()
    if (run && !isOfResults(run, scene.reading) && !reader.isChallenge()) runner.stop()
    progress.forget()
    selection.pickAll()
    scene.runEnd = null
    scene.undone = null
    await describe()
    // The fields are to say where these results go before anybody asks them.
    deps.draw()
    await takeUpRun()
    progress.start()
  }

  return {
    look,
    readAsAnyPage: async () => {
      await look()
      reader.readAsAnyPage()
      described = undefined
      await look()
    },
    describe,
    lookUpSoon: () => deps.wait(calmMs, lookUp),
    renew: async () => {
      lookup.forget()
      try {
        await Promise.all([describe(), learnSentences(), learnLooks()])
        // Whether the page may be read, and so the query, is part of the answer.
        await look()
        await takeUpRun()
      } finally {
        progress.start()
      }
    },
    pageChanged: async () => {
      const hadResults = scene.reading.tiles > 0
      await look()
      if (!hadResults) progress.start()
      deps.wait(calmMs, lookUp)
    },
    ownFilters: () => {
      hasOwnFilters = true
    },
  }
}
