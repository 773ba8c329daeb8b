/** What the dataset already knows of the addresses on the page, asked in portions and remembered. */
import { limits } from '@gleaner/shared/limits'
import type { CandidateState } from '@gleaner/shared/outcome'

type State = CandidateState | null
type Ask = (dataset: string, urls: string[]) => Promise<readonly State[]>

const inSet: ReadonlySet<State> = new Set(['queued', 'leased', 'stored', 'duplicate', 'upgraded'])

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
  /** Asks about the addresses not yet known. Throws what asking throws. */
  readonly learn: (dataset: string, urls: readonly string[]) => Promise<void>
  /** @returns `undefined` until something was learnt about this dataset and any of these addresses */
  readonly count: (
    dataset: string,
    urls: readonly string[],
  ) => { readonly held: number; readonly tried: number } | undefined
  /** Everything may have changed: what is known counts until the next answers, which tell all anew. */
  readonly forget: () => void
}

export function createLookup(ask: Ask): Lookup {
  let known = new Map<string, State>()
  let knownDataset: string | undefined
  let changes = 0
  let knownAtChange = 0

  return {
    learn: async (dataset, urls) => {
      const askedAtChange = changes
      const learnt = new Map(knownDataset === dataset && knownAtChange === changes ? known : [])
      const fresh = urls.filter(url => !learnt.has(url))
      for (const portion of portions([...new Set(fresh)])) {
        const states = await ask(dataset, portion)
        for (const [place, url] of portion.entries()) learnt.set(url, states[place] ?? null)
      }
      known = learnt
      knownDataset = dataset
      knownAtChange = askedAtChange
    },
    count: (dataset, urls) => {
      if (knownDataset !== dataset || !urls.some(url => known.has(url))) return undefined
      const states = urls.map(url => known.get(url) ?? null)
      const held = states.filter(state => inSet.has(state)).length
      return { held, tried: states.filter(state => state !== null).length - held }
    },
    forget: () => {
      changes += 1
    },
  }
}
