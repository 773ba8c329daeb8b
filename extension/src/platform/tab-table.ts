/** What popup and background ask the content script of a tab, and what it answers; see `message-table.ts`. */
import type { ErrorCode } from '@gleaner/shared/errors'
import type { CandidateAt, Destination, Queued, Run } from './message-table.ts'

/** What the content script sees on its page. */
export interface PageView {
  readonly engine: string
  readonly label: string
  readonly query: string | null
  readonly originals: number
  readonly thumbnailsOnly: number
  /** The dataset of the tab's destination. */
  readonly dataset: string
  /** Already in that dataset; `null` when the server could not be asked. */
  readonly held: number | null
  /** Known to that dataset, but not in it; `null` like `held`. */
  readonly tried: number | null
  /** What is wrong with the page, if anything. */
  readonly code: ErrorCode | null
  readonly run: Run | null
}

/** See docs/privacy.md: names of elements and attributes, lengths instead of text, hosts of the engine only. */
export interface PageReport {
  readonly engine: string
  readonly tiles: number
  readonly originals: number
  readonly thumbnailsOnly: number
  readonly missed: Readonly<Record<string, number>>
  /** Outlines of up to five tiles, as HTML without any content. */
  readonly outlines: readonly string[]
}

/** Questions to the content script of a tab, asked by popup and background. */
export interface TabMessages {
  readonly readPage: { ask: Record<string, never>; answer: PageView }
  /** Collects everything the page shows, into `destination` or into what the bar shows. */
  readonly collectNow: { ask: { readonly destination?: Destination }; answer: Queued }
  /** Something the bar draws was changed elsewhere. */
  readonly refresh: { ask: Record<string, never>; answer: null }
  /** A key of the browser was pressed: take the last collect back; turn picking on or off. */
  readonly undoNow: { ask: Record<string, never>; answer: null }
  readonly pickNow: { ask: Record<string, never>; answer: null }
  /** The candidate behind the picture the context menu was opened on; `null` when it is none of the page's results. */
  readonly candidateAt: { ask: { readonly imageUrl: string }; answer: CandidateAt | null }
  /** What a report on this page can say without personal data: structure and counts, no text, no addresses. */
  readonly report: { ask: Record<string, never>; answer: PageReport }
}
