/**
 * Keeps reading a results page while it grows and while the person moves on to other results in it: a short while at a
 * time, so that the page never stops.
 */
import type { Candidate, SearchFilters } from '@gleaner/shared/candidate'
import { find, findAll } from '../harvesters/dom.ts'
import { createHarvestSession, type Harvest, type HarvestSession } from '../harvesters/harvest.ts'
import type { Harvester, PageAnswer } from '../harvesters/harvester.ts'
import { toCandidate } from '../harvesters/to-candidate.ts'
import { isAbout } from './answer-subject.ts'

/** Longest time at a stretch: well under what a person notices, and under the 50 ms browsers call a long task. */
const sliceMs = 12

export interface Reading {
  readonly engine: string
  readonly label: string
  readonly query: string | null
  readonly filters: SearchFilters | undefined
  readonly candidates: readonly Candidate[]
  readonly originals: number
  readonly thumbnailsOnly: number
  /** Results on the page, those included that hold no usable address. */
  readonly tiles: number
  /** How many results lack what; see `Harvest`. */
  readonly missed: Readonly<Record<string, number>>
  /** Tells these results from all others: by site, engine, query and filters, and by path. */
  readonly results: string
  /** The engine sends originals in answers to the page's scripts; these came before Gleaner, and none since. */
  readonly isUnanswered: boolean
}

export interface Reader {
  /** What was added to the page, and elements of which only an attribute or the text changed. */
  readonly touch: HarvestSession['touch']
  /**
   * Reads what is new on the page. Several calls at once share the work.
   *
   * @returns everything found so far; `undefined` when the address cannot be read
   */
  readonly read: () => Promise<Reading | undefined>
  /** The engine the address belongs to; the reader of any page where it belongs to none. */
  readonly harvester: () => Harvester | undefined
  /** From now on the page is read as any page, whatever engine it is of. */
  readonly readAsAnyPage: () => void
  /** Whether the engine asks if a person is searching. */
  readonly isChallenge: () => boolean
  /** Where the candidate of this rank stands on the page, as far as it does. */
  readonly tileOf: (rank: number) => Element | undefined
  /** Everything on the page that looks like a result. */
  readonly tiles: () => readonly Element[]
  /** The engine's button for more results, where scrolling alone does not bring them. */
  readonly more: () => Element | undefined
}

/**
 * What identifies the results a page shows. Engines keep other things in their addresses while the results stay: the
 * opened picture, the place scrolled to.
 */
export function resultsKey(url: URL, harvester: Harvester): string {
  const { searchParams, pathname } = url
  return JSON.stringify([
    harvester.engine,
    pathname,
    harvester.query(url) ?? null,
    harvester.filters?.(url) ?? null,
    searchParams.get('udm'),
    searchParams.get('tbm'),
  ])
}

interface Place {
  readonly url: URL
  readonly harvester: Harvester
  readonly key: string
}

export function createReader(deps: {
  readonly document: Document
  readonly address: () => string
  readonly findHarvester: (url: URL, document: Document) => Harvester | undefined
  /** Reads pages that are of no engine. */
  readonly generic: Harvester
  /** Answers the page's scripts received since it was last asked. */
  readonly answers: () => readonly PageAnswer[]
  /** Whether the engine sends originals in answers, and may have done so before anybody listened. */
  readonly isLateFor: (engine: string) => boolean
  readonly nowMs: () => number
  /** Lets the page do what it has to do. */
  readonly pause: () => Promise<void>
}): Reader {
  const { document, generic, nowMs, pause } = deps
  let key: string | undefined
  let session: HarvestSession | undefined
  let query: string | null = null
  let hasHeard = false
  /** Answers that were there before the results they are about were read. */
  let early: readonly PageAnswer[] = []
  let hrefSeen: string | undefined
  let isAnyPage = false
  let recognised: { readonly href: string; readonly harvester: Harvester } | undefined

  function current(): Place | undefined {
    const url = URL.parse(deps.address())
    if (!url) return undefined
    if (recognised?.href !== url.href) {
      recognised = { href: url.href, harvester: deps.findHarvester(url, document) ?? generic }
    }
    const harvester = isAnyPage ? generic : recognised.harvester
    return { url, harvester, key: resultsKey(url, harvester) }
  }

  /** Repeats a step for as long as it says, a slice at a time. */
  async function sliced(step: (mayGoOn: () => boolean) => boolean): Promise<void> {
    for (;;) {
      const endMs = nowMs() + sliceMs
      if (step(() => nowMs() < endMs)) return
      await pause()
    }
  }

  function hear(answers: readonly PageAnswer[]): void {
    for (const answer of answers) session?.hear(answer)
    hasHeard ||= answers.length > 0
  }

  /**
   * Answers that wait when the address has led elsewhere are of the search before, but for those that name the new one:
   * some engines ask before they change the address.
   */
  function sortAnswers(): void {
    const href = deps.address()
    if (href === hrefSeen) return
    hrefSeen = href
    const now = current()
    if (!now || now.key === key) early = []
    if (!session || !now || now.key === key) return
    const next = now.harvester.query(now.url, document) ?? null
    const isNext = (answer: PageAnswer) => isAbout(answer, next, query)
    const answers = deps.answers()
    early = [...early, ...answers].filter(isNext)
    hear(answers.filter(answer => !isNext(answer)))
  }

  async function toReading(harvest: Harvest, { url, harvester, key }: Place): Promise<Reading> {
    const candidates: Candidate[] = []
    let place = 0
    const end = harvest.candidates.length
    await sliced(mayGoOn => {
      do {
        const harvested = harvest.candidates[place++]
        const candidate = harvested && toCandidate(harvested)
        if (candidate) candidates.push(candidate)
      } while (place < end && mayGoOn())
      return place >= end
    })
    const originals = candidates.filter(({ sources }) => sources[0]?.kind === 'original').length
    return {
      engine: harvest.engine,
      label: harvester.label,
      query: harvest.query,
      filters: harvest.filters,
      candidates,
      originals,
      thumbnailsOnly: candidates.length - originals,
      tiles: candidates.length + (harvest.missed.result ?? 0),
      missed: harvest.missed,
      results: JSON.stringify([url.host, key, harvest.query]),
      isUnanswered: !hasHeard && deps.isLateFor(harvest.engine),
    }
  }

  async function readNow(): Promise<Reading | undefined> {
    sortAnswers()
    const now = current()
    if (now?.key !== key) {
      session = undefined
      hasHeard = false
    }
    key = now?.key
    if (!now) return undefined
    session ??= createHarvestSession(document, now.url, now.harvester)
    query = now.harvester.query(now.url, document) ?? null
    hear([...early, ...deps.answers()])
    early = []
    const mine = session
    await sliced(mine.advance)
    return toReading(mine.harvest(), now)
  }

  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Reading | undefined> | undefined

  return {
    touch: (added, changed) => {
      // At the first sign of a move, while few answers to the new search can have come.
      sortAnswers()
      session?.touch(added, changed)
    },
    read: () => {
      next ??= running.then(() => {
        next = undefined
        const work = readNow()
        running = work.catch(() => undefined)
        return work
      })
      return next
    },
    harvester: () => current()?.harvester,
    readAsAnyPage: () => {
      isAnyPage = true
    },
    isChallenge: () => {
      const now = current()
      return now?.harvester.isChallenge?.({ document, url: now.url }) ?? false
    },
    tileOf: rank => session?.tileOf(rank),
    tiles: () => {
      const selector = current()?.harvester.tiles?.selector
      return selector === undefined ? [] : findAll(document, selector)
    },
    more: () => {
      const selector = current()?.harvester.more
      return selector === undefined ? undefined : find(document, selector)
    },
  }
}
