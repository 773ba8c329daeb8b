/** What the dataset knows of the addresses on the page, asked in portions and remembered. */
import type { Known } from '@gleaner/shared/collect'
import { limits } from '@gleaner/shared/limits'
import type { CandidateState } from '@gleaner/shared/outcome'

type Ask = (dataset: string, urls: string[]) => Promise<readonly (Known | null)[]>

const inSet: ReadonlySet<CandidateState> = new Set(['queued', 'leased', 'stored', 'duplicate', 'upgraded'])
const underWay: ReadonlySet<CandidateState> = new Set(['queued', 'leased'])

/** Whether collecting it would bring the dataset something. What was taken back or cancelled would. */
export const isNew = (known: Known | null): boolean => known === null || known.state === 'cancelled'

/** Cuts addresses so that each portion is within the limits of a request. */
export function portions(urls: readonly string[]): string[][] {
  const cut: string[][] = []
  let chars = Number.POSITIVE_INFINITY
  for (const url of urls) {
    const last = cut.at(-1)
    if (
      !last ||
      last.length === limits.candidatesPerBatch ||
      chars + url.length > limits.requestBodyBytes / 2
    ) {
      cut.push([url])
      chars = url.length
    } else {
      last.push(url)
      chars += url.length
    }
  }
  return cut
}

export interface Lookup {
  /** Asks about the addresses not yet known, and about those that may have changed. Throws what asking throws. */
  readonly learn: (dataset: string, urls: readonly string[]) => Promise<void>
  /** @returns `undefined` where nothing was learnt of the address in this dataset, `null` where it is not known there */
  readonly of: (dataset: string, url: string) => Known | null | undefined
  /** @returns `undefined` until something was learnt about this dataset and any of these addresses */
  readonly count: (
    dataset: string,
    urls: readonly string[],
  ) => { readonly held: number; readonly tried: number } | undefined
  /** These addresses were handed over: sooner or later the dataset knows them. */
  readonly expect: (urls: Iterable<string>) => void
  /** What was waiting at the server may have come to its end, and what was handed over may have arrived there. */
  readonly ripen: () => void
  /** These addresses, or all, may have changed: what is known counts until it was asked anew. */
  readonly forget: (urls?: Iterable<string>) => void
}

export function createLookup(ask: Ask): Lookup {
  let known = new Map<string, Known | null>()
  let knownDataset: string | undefined
  const outdated = new Set<string>()
  const expected = new Set<string>()

  const forget = (urls: Iterable<string> = known.keys()) => {
    for (const url of urls) outdated.add(url)
  }

  return {
    learn: async (dataset, urls) => {
      const isLearnt = (url: string) => knownDataset === dataset && known.has(url) && !outdated.has(url)
      const wanted = [...new Set(urls.filter(url => !isLearnt(url)))]
      for (const url of wanted) outdated.delete(url)
      const learnt = new Map<string, Known | null>()
      try {
        for (const portion of portions(wanted)) {
          const answers = await ask(dataset, portion)
          for (const [place, url] of portion.entries()) learnt.set(url, answers[place] ?? null)
        }
      } catch (error) {
        forget(wanted)
        throw error
      }
      if (knownDataset !== dataset) known = new Map()
      for (const [url, one] of learnt) known.set(url, one)
      knownDataset = dataset
    },
    of: (dataset, url) => (knownDataset === dataset ? known.get(url) : undefined),
    count: (dataset, urls) => {
      if (knownDataset !== dataset || !urls.some(url => known.has(url))) return undefined
      const found = urls.flatMap(url => known.get(url) ?? [])
      const held = found.filter(({ state }) => inSet.has(state)).length
      return { held, tried: found.filter(one => !isNew(one)).length - held }
    },
    expect: urls => {
      for (const url of urls) {
        expected.add(url)
        outdated.add(url)
      }
    },
    ripen: () => {
      const waiting = [...known].flatMap(([url, one]) => (one && underWay.has(one.state) ? url : []))
      for (const url of expected) if (!isNew(known.get(url) ?? null)) expected.delete(url)
      forget([...waiting, ...expected])
    },
    forget: urls => {
      if (urls === undefined) expected.clear()
      forget(urls)
    },
  }
}
