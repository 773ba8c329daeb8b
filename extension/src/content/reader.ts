/**
 * Keeps reading a results page while it grows and while the person moves on to other results in it: a short while at a
 * time, so that the page never stops.
 */
import type { Candidate, SearchFilters } from '@gleaner/shared/candidate'
import { find, findAll } from '../harvesters/dom.ts'
import { createHarvestSession, type Harvest, type HarvestSession } from '../harvesters/harvest.ts'
import type { Harvester, PageAnswer } from '../harvesters/harvester.ts'
import { toCandidate } from '../harvesters/to-candidate.ts'
import { candidatesPerPress } from '../platform/press-limit.ts'

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
  /** Whether the address leads to other results than at the last reading. */
  readonly hasMoved: () => boolean
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

export function createReader(deps: {
  readonly document: Document
  readonly address: () => string
  readonly findHarvester: (url: URL, document: Document) => Harvester | undefined
  /** Reads pages that are of no engine. */
  readonly generic: Harvester
  /** Answers the page's scripts received since it was last asked. */
  readonly answers: () => readonly PageAnswer[]
  readonly nowMs: () => number
  /** Lets the page do what it has to do. */
  readonly pause: () => Promise<void>
}): Reader {
  const { document, generic, nowMs, pause } = deps
  let key: string | undefined
  let session: HarvestSession | undefined
  let isAnyPage = false
  let recognised: { readonly href: string; readonly harvester: Harvester } | undefined

  function current() {
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

  async function toReading(harvest: Harvest, harvester: Harvester): Promise<Reading> {
    const candidates: Candidate[] = []
    let place = 0
    const end = Math.min(harvest.candidates.length, candidatesPerPress)
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
    }
  }

  async function readNow(): Promise<Reading | undefined> {
    const now = current()
    if (now?.key !== key) session = undefined
    key = now?.key
    if (!now) return undefined
    session ??= createHarvestSession(document, now.url, now.harvester)
    const mine = session
    for (const answer of deps.answers()) mine.hear(answer)
    await sliced(mine.advance)
    return toReading(mine.harvest(), now.harvester)
  }

  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Reading | undefined> | undefined

  return {
    touch: (added, changed) => session?.touch(added, changed),
    read: () => {
      next ??= running.then(() => {
        next = undefined
        const work = readNow()
        running = work.catch(() => undefined)
        return work
      })
      return next
    },
    hasMoved: () => current()?.key !== key,
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
