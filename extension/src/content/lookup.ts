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
  /** @returns `undefined` until something was learnt about this dataset */
  readonly count: (
    dataset: string,
    urls: readonly string[],
  ) => { readonly held: number; readonly tried: number } | undefined
  /** Everything may have changed. */
  readonly forget: () => void
}

export function createLookup(ask: Ask): Lookup {
  let known = new Map<string, State>()
  let knownDataset: string | undefined

  return {
    learn: async (dataset, urls) => {
      const fresh = knownDataset === dataset ? urls.filter(url => !known.has(url)) : urls
      const learnt = new Map(knownDataset === dataset ? known : [])
      for (const portion of portions([...new Set(fresh)])) {
        const states = await ask(dataset, portion)
        for (const [place, url] of portion.entries()) learnt.set(url, states[place] ?? null)
      }
      known = learnt
      knownDataset = dataset
    },
    count: (dataset, urls) => {
      if (knownDataset !== dataset) return undefined
      const states = urls.map(url => known.get(url) ?? null)
      const held = states.filter(state => inSet.has(state)).length
      return { held, tried: states.filter(state => state !== null).length - held }
    },
    forget: () => {
      knownDataset = undefined
    },
  }
}
