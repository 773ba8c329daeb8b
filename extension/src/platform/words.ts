/** The sentences of bar and popup. */
import type { ErrorCode } from '@gleaner/shared/errors'
import type { CandidateState } from '@gleaner/shared/outcome'
import type { RefusingHost, Run, Sentence, Sentences, ServerStatus, TabProgress } from './message-table.ts'

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
  /** Absent where there are neither filters nor picks. */
  readonly choice?: {
    /** Left out by filters, and dropped by hand. */
    readonly filtered: number
    readonly dropped: number
    /** New to the dataset among what is left. */
    readonly fresh: number
  }
}

/** What is on the page, such as `214 originals · 12 thumbnails only · 31 already in the set`. */
export function foundWords({ originals, thumbnailsOnly, held, tried, choice }: Found): string {
  return [
    plural(originals, 'original'),
    thumbnailsOnly > 0 && `${plural(thumbnailsOnly, 'thumbnail')} only`,
    held !== null && held > 0 && `${count(held)} already in the set`,
    tried !== null && tried > 0 && `${count(tried)} tried before`,
    choice && choice.filtered > 0 && `${count(choice.filtered)} left out by filters`,
    choice && choice.dropped > 0 && `${count(choice.dropped)} dropped`,
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
export function collectWords({ originals, thumbnailsOnly, held, tried, choice }: Found): CollectWords {
  const known = (held ?? 0) + (tried ?? 0)
  const fresh = Math.max(0, originals + thumbnailsOnly - known)
  if (fresh === 0 && known > 0) return { say: 'Nothing new', isWorthwhile: false }
  const chosen = choice?.fresh ?? fresh
  const share = chosen < fresh ? `${count(chosen)} of ${count(fresh)}` : count(fresh)
  return { say: `Collect ${share}${known > 0 ? ' new' : ''}`, isWorthwhile: chosen > 0 }
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
  const { counts, refused, isUndone } = press
  if (isUndone) return 'taken back'
  const left = unfinished(press)
  const parts = [
    ...outcomeWords.map(([state, words]) => counts !== null && counts[state] > 0 && words(counts[state])),
    refused > 0 && `${count(refused)} refused by the server`,
    left > 0 && `${count(left)} waiting`,
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : `${count(press.candidates)} handed over`
}

/** What became of a collect that was taken back. */
export function undoneWords(undone: { readonly candidates: number; readonly images: number }): string {
  const { candidates, images } = undone
  if (candidates === 0) return 'There was nothing left to take back.'
  const pictures = images > 0 ? `, ${plural(images, 'picture')} removed` : ''
  return `Taken back: ${plural(candidates, 'result')}${pictures}.`
}

/** How far a collect that goes on by itself is. */
export function runWords({ found, wanted, state }: Pick<Run, 'found' | 'wanted' | 'state'>): string {
  const share = `${count(found)} of ${plural(wanted, 'new original')}`
  return state === 'paused' ? `Paused at ${share}` : `${share} so far`
}

/** What a collect that went on by itself has found. */
export const runEndWords = ({ found, wanted }: Pick<Run, 'found' | 'wanted'>): string =>
  `Found ${count(found)} of ${plural(wanted, 'new original')}.`

/** How much of a page could be read, against what is usual. */
export function yieldWords(page: {
  readonly tiles: number
  readonly originals: number
  readonly thumbnailsOnly: number
  readonly usualOriginals: number
}): string {
  const { tiles, originals, thumbnailsOnly, usualOriginals } = page
  const usual = Math.round(tiles * usualOriginals)
  const thumbnails = thumbnailsOnly > 0 ? ` and ${count(thumbnailsOnly)} only a thumbnail` : ''
  return `${count(originals)} of ${plural(tiles, 'tile')} gave an original${thumbnails}; ${count(usual)} usually do.`
}

/** Whom the person could open to the browser's own fetching, and what for. */
export function refusingWords(hosts: readonly RefusingHost[]): string {
  const pictures = hosts.reduce((sum, host) => sum + host.pictures, 0)
  const [first, ...others] = hosts
  const more = others.length > 0 ? ` and ${plural(others.length, 'other site')}` : ''
  return `${plural(pictures, 'picture')} of ${first?.host ?? ''}${more} cannot be fetched by the server.`
}

/** Finished part of a press from 0 to 1. */
export function pressShare(press: Press): number {
  const left = unfinished(press)
  return press.candidates === 0 ? 1 : Math.max(0, 1 - left / Math.max(press.candidates, left))
}

/** The code itself where its sentence has not been told yet. */
export function sentenceOf(sentences: Sentences, code: string): Sentence {
  const told = Object.hasOwn(sentences, code) ? sentences[code] : undefined
  return told ?? { say: code, hint: '' }
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
export function connectionWords(
  { code, waiting }: Pick<ServerStatus, 'code' | 'waiting'>,
  sentences: Sentences,
): Trouble | undefined {
  if (code === null) return undefined
  const kept = waiting > 0 ? ` ${plural(waiting, 'picture')} kept here and sent as soon as it works.` : ''
  const { say, hint } = sentenceOf(sentences, code)
  return { say, hint: (steps[code] ?? hint) + kept, isForOptions: steps[code] !== undefined }
}
