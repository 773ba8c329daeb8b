/** Keeps reading a results page while it grows and while the person moves on to other results in it. */
import type { Candidate } from '@gleaner/shared/candidate'
import type { ErrorCode } from '@gleaner/shared/errors'
import { createHarvestSession, type Harvest, type HarvestSession } from '../harvesters/harvest.ts'
import type { Harvester } from '../harvesters/harvester.ts'
import { toCandidate } from '../harvesters/to-candidate.ts'
import { candidatesPerPress } from '../platform/press-limit.ts'

export interface Reading {
  readonly engine: string
  readonly label: string
  readonly query: string | null
  readonly candidates: readonly Candidate[]
  readonly originals: number
  readonly thumbnailsOnly: number
  /** What is odd about the page; `null` when nothing is. */
  readonly code: ErrorCode | null
}

/**
 * What identifies the results a page shows. Engines keep other things in their addresses while the results stay: the
 * opened picture, the place scrolled to.
 */
export function resultsKey(url: URL, harvester: Harvester): string {
  const { searchParams, pathname } = url
  return JSON.stringify([
    pathname,
    harvester.query(url) ?? null,
    searchParams.get('udm'),
    searchParams.get('tbm'),
  ])
}

export function toReading(harvest: Harvest, harvester: Harvester): Reading {
  const candidates = harvest.candidates
    .slice(0, candidatesPerPress)
    .flatMap(found => toCandidate(found) ?? [])
  const originals = candidates.filter(({ sources }) => sources[0]?.kind === 'original').length
  return {
    engine: harvest.engine,
    label: harvester.label,
    query: harvest.query,
    candidates,
    originals,
    thumbnailsOnly: candidates.length - originals,
    code: oddity(candidates.length, originals, harvest.missed.result ?? 0),
  }
}

/** Silence is how readers of pages fail: tiles that say nothing usable, or no originals at all, are told. */
function oddity(candidates: number, originals: number, unusable: number): ErrorCode | null {
  if (candidates === 0 && unusable === 0) return 'HARVEST_NO_RESULTS'
  return originals === 0 || unusable > candidates ? 'HARVEST_LAYOUT_CHANGED' : null
}

export interface Reader {
  /** Reads the page as it is now. `undefined` when the address is of no known engine. */
  readonly read: () => Reading | undefined
  /** Whether the address leads to other results than at the last reading. */
  readonly hasMoved: () => boolean
}

export function createReader(deps: {
  readonly document: Document
  readonly address: () => string
  readonly findHarvester: (url: URL) => Harvester | undefined
}): Reader {
  let key: string | undefined
  let session: HarvestSession | undefined

  function current() {
    const url = URL.parse(deps.address())
    const harvester = url ? deps.findHarvester(url) : undefined
    return url && harvester ? { url, harvester, key: resultsKey(url, harvester) } : undefined
  }

  return {
    hasMoved: () => current()?.key !== key,
    read: () => {
      const now = current()
      if (now?.key !== key) session = undefined
      key = now?.key
      if (!now) return undefined
      session ??= createHarvestSession(deps.document, now.url, now.harvester)
      return toReading(session.read(), now.harvester)
    },
  }
}
