import type { CandidateSource, LicenseClaim, SearchFilters } from '@gleaner/shared/candidate'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import { createCollection, maxCandidates } from './collection.ts'
import type { Harvester, Page, PageAnswer, Sighting } from './harvester.ts'
import { createTileIndex } from './tile-index.ts'
import { cleanFilters, tileKeyOf, toValues } from './values.ts'

/** Parts of the page that are looked through in one go: what bounds the time until a reading can be paused. */
const rootsPerLook = 200

/**
 * A result as the page claims it. Addresses are absolute http(s) addresses in the page's own spelling, text is
 * verbatim; `toCandidate` makes them fit to be sent.
 */
export interface HarvestedCandidate {
  /** The original; `null` where the page holds only a thumbnail. */
  readonly imageUrl: string | null
  readonly thumbnailUrl: string | null
  /** The page the picture stands on. */
  readonly pageUrl: string | null
  readonly title: string | null
  /** Claimed size of the original in pixels. */
  readonly width: number | null
  readonly height: number | null
  /** Place among the results of the page, from 1. Stays the same within a session. */
  readonly rank: number
  /** Other ways to the same picture, best first, the thumbnail last. */
  readonly alternatives: readonly CandidateSource[]
  /** Terms under which the picture is offered; absent where the page says nothing. */
  readonly license?: LicenseClaim
}

export interface Harvest {
  readonly engine: string
  readonly query: string | null
  readonly candidates: readonly HarvestedCandidate[]
  /**
   * How many candidates lack a field, by field; `result` counts results that hold no usable address at all and are
   * no candidates. Only what is above zero.
   */
  readonly missed: Readonly<Record<string, number>>
  /** Filters that narrow the search; absent when there are none. */
  readonly filters?: SearchFilters
}

export interface HarvestSession {
  /**
   * Looked through at the next {@link advance}.
   *
   * @param added - parts of the page that are new
   * @param changed - elements of which an attribute or the text is another one
   */
  readonly touch: (added: Iterable<Element | ShadowRoot>, changed?: Iterable<Element>) => void
  /** An answer the page's scripts received; passed over unless it is one the engine sends results in. */
  readonly hear: (answer: PageAnswer) => void
  /**
   * Reads what is new; costs nothing for what was read before.
   *
   * @param mayGoOn - asked between two results; `false` ends the call, and the next one goes on from there
   * @returns whether everything new was read
   */
  readonly advance: (mayGoOn?: () => boolean) => boolean
  /** Everything found so far. */
  readonly harvest: () => Harvest
  /** The tile of the candidate with this rank; `undefined` where it has none, or none any more. */
  readonly tileOf: (rank: number) => Element | undefined
}

/**
 * Reads the image results of a page at once.
 *
 * @param url - address of the page; relevant for the query and to tell result pages from others
 * @param answers - what the page's scripts received since
 * @returns distinct results in page order: no two with the same original, or the same thumbnail where there is no
 *   original. Never throws, whatever the page holds.
 */
export function harvest(
  document: Document,
  url: URL,
  harvester: Harvester,
  answers: readonly PageAnswer[] = [],
): Harvest {
  const session = createHarvestSession(document, url, harvester)
  for (const answer of answers) session.hear(answer)
  session.advance()
  return session.harvest()
}

/**
 * Reads a page that grows while it is scrolled. What was read stays, also when the page takes it away again; a result
 * of which only the thumbnail was known is completed when its original turns up. Valid for one query: start a new
 * session when the address changes to another one.
 */
export function createHarvestSession(document: Document, url: URL, harvester: Harvester): HarvestSession {
  const finished = new WeakSet<object>()
  const unusable = new Set<object>()
  const query = cleanText(harvester.query(url, document), limits.queryChars) ?? null
  const filters = cleanFilters(harvester.filters?.(url))
  const collection = createCollection(filters?.rights)
  const tiles = createTileIndex(harvester.tiles)

  const roots: Set<Page['roots'][number]> = new Set([document])
  const changes = new Set<Element>()
  let answers: PageAnswer[] = []
  let look: Iterator<Sighting | undefined> | undefined
  /** Stands for the results of one layout in one look. */
  let list = {}

  function* sightings(page: Page): Generator<Sighting | undefined> {
    for (const layout of harvester.layouts) {
      list = {}
      yield* layout.sightings(page)
    }
  }

  /** @returns `undefined` when there is nothing new to look at */
  function nextLook(): Iterator<Sighting | undefined> | undefined {
    if (roots.size === 0 && changes.size === 0 && answers.length === 0) return undefined
    const next = takeSome(roots, rootsPerLook)
    const changed = takeSome(changes, rootsPerLook - next.length)
    const page: Page = { document, url, roots: next, changed, answers }
    tiles.touch(page)
    answers = []
    return collection.isFull() ? [].values() : sightings(page)
  }

  function take({ source, element, read }: Sighting): void {
    if (finished.has(source)) return
    const found = read()
    const values = toValues(found)
    const isUsable = values.imageUrl !== null || values.thumbnailUrl !== null
    if (isUsable) {
      unusable.delete(source)
      collection.add(values, { element, tileKey: tileKeyOf(found.tileKey) }, list)
    } else if (unusable.size < maxCandidates) unusable.add(source)
    if (values.imageUrl !== null) finished.add(source)
  }

  return {
    touch: (added, changed = []) => {
      for (const root of added) roots.add(root)
      for (const element of changed) changes.add(element)
    },
    hear: answer => {
      if (harvester.answers?.some(pattern => pattern.test(answer.url.href))) answers.push(answer)
    },
    advance: (mayGoOn = () => true) => {
      for (;;) {
        look ??= nextLook()
        if (!look) return true
        const { done, value } = look.next()
        if (done || collection.isFull()) look = undefined
        else if (value) take(value)
        if (!mayGoOn()) return false
      }
    },
    harvest: () => {
      const candidates = collection.all()
      const missed = {
        ...countMissing(candidates),
        ...(unusable.size > 0 && { result: unusable.size }),
      }
      return { engine: harvester.engine, query, candidates, missed, ...(filters && { filters }) }
    },
    tileOf: rank => {
      const candidate = collection.at(rank)
      return candidate && tiles.find(candidate)
    },
  }
}

/** Takes so many out of a set, the oldest first. */
function takeSome<Item>(set: Set<Item>, count: number): readonly Item[] {
  const taken: Item[] = []
  for (const item of set) {
    if (taken.length === count) break
    taken.push(item)
    set.delete(item)
  }
  return taken
}

const counted = ['imageUrl', 'thumbnailUrl', 'pageUrl', 'title', 'width', 'height'] as const

function countMissing(candidates: readonly HarvestedCandidate[]): Record<string, number> {
  const counts = counted.map(name => [name, candidates.filter(one => one[name] === null).length] as const)
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}
