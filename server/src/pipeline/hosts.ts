/** How it stands with every host that has something to do, for a person to read. */
import type { HostActivity, HostOrder, HostPage, HostWaitReason } from '@gleaner/shared/activity'

/** What the pacing of hosts says about one. */
export interface HostManners {
  /** Until it may be asked; `null` when only the end of another request helps. */
  readonly waitMs: number | null
  readonly reason: HostWaitReason | null
  readonly code: string | null
  readonly straightFailures: number
  readonly spacingMs: number
  readonly atOnce: number
  readonly receivedBytes: number
}

export interface HostsParts {
  readonly queued: ReadonlyMap<string, { readonly queued: number; readonly dueAtMs: number }>
  readonly inHand: ReadonlyMap<string, number>
  readonly manners: (host: string) => HostManners
  /** Of the clock of `dueAtMs`. */
  readonly nowMs: number
}

/** @returns hosts with candidates queued or in hand, in no order */
export function hostsOf({ queued, inHand, manners, nowMs }: HostsParts): HostActivity[] {
  const hosts: HostActivity[] = []
  for (const [host, line] of queued) {
    const held = manners(host)
    const wait = waitOf(held, line.dueAtMs - nowMs)
    hosts.push(toActivity(host, held, line.queued, inHand.get(host) ?? 0, wait))
  }
  for (const [host, busy] of inHand) {
    if (!queued.has(host)) hosts.push(toActivity(host, manners(host), 0, busy, nothingToWaitFor))
  }
  return hosts
}

const nothingToWaitFor = { waitMs: 0, reason: null } as const

/** Written out field by field: with thousands of hosts several times a second, copying objects takes the better part. */
function toActivity(
  host: string,
  { code, straightFailures, spacingMs, atOnce, receivedBytes }: HostManners,
  queued: number,
  inHand: number,
  { waitMs, reason }: Pick<HostActivity, 'waitMs' | 'reason'>,
): HostActivity {
  return { host, queued, inHand, spacingMs, atOnce, waitMs, reason, code, straightFailures, receivedBytes }
}

/** What the first candidate of a host waits for: the host, or its own time. */
function waitOf({ waitMs, reason }: HostManners, dueInMs: number): Pick<HostActivity, 'waitMs' | 'reason'> {
  if (waitMs === null) return { waitMs, reason }
  if (dueInMs > waitMs) return { waitMs: Math.ceil(dueInMs), reason: 'candidates-not-due' }
  return waitMs > 0 ? { waitMs: Math.ceil(waitMs), reason } : { waitMs: 0, reason: null }
}

const workOf = ({ queued, inHand }: HostActivity) => queued + inHand

/** The first of `most` hosts in order of work, without putting thousands of others in order. */
export function busiestOf(hosts: readonly HostActivity[], most: number): HostActivity[] {
  const top: HostActivity[] = []
  for (const host of hosts) {
    const last = top.at(-1)
    if (top.length === most && last && !isBefore.busiest(host, last)) continue
    const place = top.findIndex(other => isBefore.busiest(host, other))
    top.splice(place === -1 ? top.length : place, 0, host)
    if (top.length > most) top.pop()
  }
  return top
}

type IsBefore = (a: HostActivity, b: HostActivity) => boolean

const byName: IsBefore = (a, b) => a.host < b.host
/** Larger first; by name where they are alike, so that rows do not dance. */
const byMost =
  (measure: (host: HostActivity) => number): IsBefore =>
  (a, b) => {
    const difference = measure(a) - measure(b)
    return difference === 0 ? byName(a, b) : difference > 0
  }

const isBefore: Readonly<Record<HostOrder, IsBefore>> = {
  busiest: byMost(workOf),
  running: byMost(({ inHand }) => inHand),
  'longest-wait': byMost(({ waitMs }) => waitMs ?? -1),
  'most-received': byMost(({ receivedBytes }) => receivedBytes),
  name: byName,
}

export interface HostQuery {
  readonly order: HostOrder
  /** Part of the name. */
  readonly text?: string | undefined
  /** Only those that are left alone for more than good manners. */
  readonly isHeldBack: boolean
  readonly offset: number
  readonly limit: number
}

/** Whether a host is left alone for a reason of its own, not only between two requests. */
const isHeldBack = ({ reason }: HostActivity) => reason !== null && reason !== 'spacing'

/** One page of the hosts. */
export function pageOfHosts(hosts: readonly HostActivity[], query: HostQuery): HostPage {
  const text = query.text?.trim().toLowerCase() ?? ''
  const matching = hosts.filter(host => host.host.includes(text) && (!query.isHeldBack || isHeldBack(host)))
  const inOrder = matching.toSorted((a, b) => (isBefore[query.order](a, b) ? -1 : 1))
  return {
    hosts: inOrder.slice(query.offset, query.offset + query.limit),
    matching: matching.length,
    total: hosts.length,
  }
}
