/** What is known of tab and page. Each part is changed by the module whose subject it is, and read by what draws. */
import type { Candidate } from '@gleaner/shared/candidate'
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Destination, Messages, Run, Sentences, TabView } from '../platform/message-table.ts'
import { resultsChars } from '../platform/press-limit.ts'
import { isNew, type Lookup } from './lookup.ts'
import { oddity } from './oddity.ts'
import type { Progress } from './progress.ts'
import type { Reading } from './reader.ts'
import type { RunEnd, Runner } from './runner.ts'
import type { Selection } from './selection.ts'

export type Ask = <N extends keyof Messages>(
  type: N,
  question: Messages[N]['ask'],
) => Promise<Messages[N]['answer']>

export interface Scene {
  /** What the background said of the tab; `undefined` before it did. */
  view: TabView | undefined
  /** What was read of the page; nothing before consent. */
  reading: Reading
  /** What the person sees in the fields, which the background may not know yet. */
  destination: Destination
  /** Why the last thing the person asked for did not work. */
  failure: ErrorCode | null
  isBusy: boolean
  areMarksShown: boolean
  /** What codes say, once the background has told. */
  sentences: Sentences
  /** Style of the bar; empty until it is told. */
  looks: string
  /** How the last run on this page ended. */
  runEnd: RunEnd | null
  /** What the last undo took back. */
  undone: Messages['undo']['answer'] | null
}

export const nothingRead: Reading = {
  engine: 'page',
  label: '',
  query: null,
  filters: undefined,
  candidates: [],
  originals: 0,
  thumbnailsOnly: 0,
  tiles: 0,
  missed: {},
  results: '',
  isUnanswered: false,
}

export const createScene = (): Scene => ({
  view: undefined,
  reading: nothingRead,
  destination: { dataset: '', class: '' },
  failure: null,
  isBusy: false,
  areMarksShown: true,
  sentences: {},
  looks: '',
  runEnd: null,
  undone: null,
})

/** Everything that is known, and where from. */
export interface Parts {
  readonly scene: Scene
  readonly lookup: Lookup
  readonly selection: Selection
  readonly progress: Progress
  readonly runner: Runner
}

/** What a run remembers of the results it was begun on. */
export const resultsOf = ({ results }: Pick<Reading, 'results'>): string => results.slice(0, resultsChars)

/** Whether a run was begun on these results: on the same site, for the same query. */
export const isOfResults = (run: Run, reading: Reading): boolean => run.results === resultsOf(reading)

/** The address by which a dataset knows a candidate. */
export const addressOf = ({ sources }: Candidate): string => sources[0]?.url ?? ''

export const addressesOf = (candidates: readonly Candidate[]): string[] => candidates.map(addressOf)

export const isOriginal = ({ sources }: Candidate): boolean => sources[0]?.kind === 'original'

/** Part of originals to expect of the page; `null` where nothing is usual, as on pages of no engine. */
export function usualOriginals({ view, reading }: Scene, ofHarvester: number): number | null {
  return reading.engine === 'page' ? null : (view?.usualOriginals[reading.engine] ?? ofHarvester)
}

export const pageCode = (scene: Scene, ofHarvester: number): ErrorCode | null =>
  oddity(scene.reading, usualOriginals(scene, ofHarvester))

/** What the person chose of what the page holds, counted; `undefined` when all of it. */
export function choiceOf({ scene, lookup, selection }: Pick<Parts, 'scene' | 'lookup' | 'selection'>) {
  const { candidates } = scene.reading
  const chosen = candidates.filter(selection.has)
  if (chosen.length === candidates.length) return undefined
  const passing = candidates.filter(selection.passes).length
  const { dataset } = scene.destination
  const fresh = chosen.filter(one => isNew(lookup.of(dataset, addressOf(one)) ?? null)).length
  return { filtered: candidates.length - passing, dropped: passing - chosen.length, fresh }
}
