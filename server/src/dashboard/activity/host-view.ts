/** Which hosts are looked at, and in what order. */
import type { HostOrder } from '@gleaner/shared/activity'

export interface HostView {
  readonly order: HostOrder
  /** Part of the name. */
  readonly text: string
  readonly isHeldBack: boolean
  /** From 0. */
  readonly page: number
}

export const firstView: HostView = { order: 'busiest', text: '', isHeldBack: false, page: 0 }

export const hostsPerPage = 100

export const orderWords: Readonly<Record<HostOrder, string>> = {
  busiest: 'Most waiting',
  running: 'Most running',
  'longest-wait': 'Longest pause',
  'most-received': 'Most received',
  name: 'Name',
}

/** The place of a page among all that match: `101–200 of 4,312`. Pages past the end give way to the last one. */
export function placeOf(page: number, matching: number) {
  const last = Math.max(0, Math.ceil(matching / hostsPerPage) - 1)
  const at = Math.min(page, last)
  const first = at * hostsPerPage
  return {
    page: at,
    last,
    first: Math.min(first + 1, matching),
    end: Math.min(first + hostsPerPage, matching),
  }
}
