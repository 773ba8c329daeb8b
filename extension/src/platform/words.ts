/** The sentences of bar and popup. */
import { catalogue, type ErrorCode } from '@gleaner/shared/errors'
import type { CandidateState } from '@gleaner/shared/outcome'
import type { ServerStatus, TabProgress } from './message-table.ts'

const count = (number: number) => number.toLocaleString('en')
const plural = (number: number, one: string, many = `${one}s`) =>
  `${count(number)} ${number === 1 ? one : many}`

export interface Found {
  readonly originals: number
  readonly thumbnailsOnly: number
  /** Already in the dataset; `null` when the server could not be asked. */
  readonly held: number | null
  /** Known to the dataset, but not in it: rejected, failed, removed. */
  readonly tried: number | null
}

/** What is on the page, such as `214 originals · 12 thumbnails only · 31 already in the set`. */
export function foundWords({ originals, thumbnailsOnly, held, tried }: Found): string {
  return [
    plural(originals, 'original'),
    thumbnailsOnly > 0 && `${plural(thumbnailsOnly, 'thumbnail')} only`,
    held !== null && held > 0 && `${count(held)} already in the set`,
    tried !== null && tried > 0 && `${count(tried)} tried before`,
  ]
    .filter(Boolean)
    .join(' · ')
}

export interface CollectWords {
  readonly say: string
  /** Whether pressing would bring the dataset anything it does not know. */
  readonly isWorthwhile: boolean
}

/** What the button says: what pressing it would bring, as far as that is known. */
export function collectWords({ originals, thumbnailsOnly, held, tried }: Found): CollectWords {
  const known = (held ?? 0) + (tried ?? 0)
  const fresh = Math.max(0, originals + thumbnailsOnly - known)
  if (known === 0) return { say: `Collect ${count(fresh)}`, isWorthwhile: fresh > 0 }
  return fresh === 0
    ? { say: 'Nothing new', isWorthwhile: false }
    : { say: `Collect ${count(fresh)} new`, isWorthwhile: true }
}

const outcomeWords: readonly (readonly [CandidateState, (number: number) => string])[] = [
  ['stored', number => `${count(number)} stored`],
  ['upgraded', number => `${count(number)} upgraded`],
  ['duplicate', number => plural(number, 'duplicate')],
  ['rejected', number => `${count(number)} rejected`],
  ['opted_out', number => `${count(number)} opted out`],
  ['blocked', number => `${count(number)} removed before`],
  ['cancelled', number => `${count(number)} cancelled`],
  ['failed', number => `${count(number)} failed`],
]

type Press = NonNullable<TabProgress['press']>

/** Candidates of a press that have not come to an end yet, wherever they are. */
export function unfinished({ counts, waiting }: Press): number {
  return waiting + (counts ? counts.queued + counts.leased : 0)
}

/** A press on other results that has come to its end is over and done with. */
export function isOfInterest(
  press: Press,
  page: { readonly engine: string; readonly query: string | null },
): boolean {
  return unfinished(press) > 0 || (press.engine === page.engine && press.query === page.query)
}

/** How a press fares, such as `42 stored · 3 duplicates · 1 failed · 12 waiting`. */
export function pressWords(press: Press): string {
  const { counts, refused } = press
  const left = unfinished(press)
  const parts = [
    ...outcomeWords.map(([state, words]) => counts !== null && counts[state] > 0 && words(counts[state])),
    refused > 0 && `${count(refused)} refused by the server`,
    left > 0 && `${count(left)} waiting`,
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : `${count(press.candidates)} handed over`
}

/** Finished part of a press from 0 to 1. */
export function pressShare(press: Press): number {
  const left = unfinished(press)
  return press.candidates === 0 ? 1 : Math.max(0, 1 - left / Math.max(press.candidates, left))
}

/** The step that mends a connection as it is said on a results page, where no code can be typed. */
const steps: { readonly [Code in ErrorCode]?: string } = {
  SERVER_NOT_PAIRED: 'Connect it once with the code the dashboard shows.',
  SERVER_PERMISSION: 'Allow it in the options.',
  SERVER_NOT_OURS: 'Check the address in the options.',
}

export interface Trouble {
  readonly say: string
  readonly hint: string
  /** Whether the options page is the place to mend it. */
  readonly isForOptions: boolean
}

/** What is wrong with the connection and the one step that mends it; `undefined` when all is well. */
export function connectionWords({ code, waiting }: ServerStatus): Trouble | undefined {
  if (code === null) return undefined
  const kept = waiting > 0 ? ` ${plural(waiting, 'picture')} kept here and sent as soon as it works.` : ''
  const { say, hint } = catalogue[code]
  return { say, hint: (steps[code] ?? hint) + kept, isForOptions: steps[code] !== undefined }
}
