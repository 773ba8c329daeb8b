/** Whose turn it is: the next candidate over all datasets and hosts, so that no host or dataset waits for another. */
import type { LeasedCandidate } from '../store/types.ts'
import { createLeaseRounds, type LeaseRounds } from './lease-rounds.ts'
import type { OpenDataset } from './open-dataset.ts'

/** What the rota asks the pacing of hosts. */
export interface Turnstile {
  /** @returns `now`, or how many milliseconds to wait; infinite when only the end of another request helps */
  readonly mayStart: (host: string) => 'now' | number
}

export interface Turn {
  readonly dataset: OpenDataset
  readonly lease: LeasedCandidate
}

/** Those who are told what becomes of leases. */
export interface Witness {
  /** Called as soon as a candidate is taken: it bears on whose turn is next. */
  readonly taken: (turn: Turn) => void
  /** Its lease was not given after all. */
  readonly lost: (turn: Turn) => void
  /** Told before {@link Witness.lost}. */
  readonly failed: (dataset: OpenDataset, error: unknown) => void
}

export interface Rota {
  /** Leases the next candidates whose hosts may be asked, those of one dataset in one transaction. */
  readonly take: (most: number, witness: Witness) => readonly Turn[]
  /** When {@link Rota.take} may have something again, by the clock passed in; infinite when only a change helps. */
  readonly nextAtMs: () => number
  /** Notes that one more candidate waits for a host. */
  readonly putBack: (dataset: OpenDataset, host: string, dueAtMs: number) => void
  /** Asks the stores anew: something other than the drain changed a queue. */
  readonly refresh: () => void
  /** What is queued by host, over all datasets that do not rest; the time is that of the first candidate, or before it. */
  readonly queuedByHost: () => ReadonlyMap<string, Readonly<Queued>>
}

interface Queued {
  dueAtMs: number
  queued: number
}

/** The hosts of one dataset, in order of turn: who was served goes to the end. */
interface Line {
  readonly dataset: OpenDataset
  hosts: Map<string, Queued>
  isStale: boolean
}

/** When the index says a candidate is due and then gives none, it is asked again after this long. */
const doubtMs = 1_000

/**
 * Keeps the queue's hosts in memory, for asking the index is a scan: it is asked when somebody else changed the queue,
 * and when what it said last turns out not to be so.
 *
 * @param datasets - all datasets from which candidates may be taken, in a fixed order; some may rest for a while
 * @param now - Unix milliseconds of a clock that never jumps
 */
export function createRota(
  datasets: () => readonly OpenDataset[],
  turnstile: Turnstile,
  now: () => number,
): Rota {
  const lines = new Map<OpenDataset, Line>()
  let turn = 0

  const fill = (line: Line): void => {
    const fresh = new Map(
      line.dataset.store.readyHosts(now()).map(({ host, dueAtMs, queued }) => [host, { dueAtMs, queued }]),
    )
    const inOrder = [...line.hosts.keys()].filter(host => fresh.has(host))
    const known = new Set(inOrder)
    const joined = [...fresh.keys()].filter(host => !known.has(host))
    // New hosts come first: they have waited for a turn longest.
    line.hosts = new Map(
      [...joined, ...inOrder].map(host => [host, fresh.get(host) ?? { dueAtMs: 0, queued: 0 }]),
    )
    line.isStale = false
  }

  const lineOf = (dataset: OpenDataset): Line => {
    const known = lines.get(dataset)
    const line: Line = known ?? { dataset, hosts: new Map(), isStale: true }
    if (!known) lines.set(dataset, line)
    if (line.isStale) fill(line)
    return line
  }

  /** What is known of the queue may no longer be so. */
  const distrust = (dataset: OpenDataset): void => {
    const line = lines.get(dataset)
    if (line) line.isStale = true
  }

  const leaseFrom = (line: Line, rounds: LeaseRounds, host: string): LeasedCandidate | undefined => {
    const entry = line.hosts.get(host)
    const lease = rounds.of(line.dataset).lease(host, now())
    if (!entry) return lease
    if (!lease) {
      entry.dueAtMs = now() + doubtMs
      line.isStale = true
      return undefined
    }
    line.hosts.delete(host)
    entry.queued--
    entry.dueAtMs = lease.nextDueAtMs ?? entry.dueAtMs
    if (entry.queued > 0) line.hosts.set(host, entry)
    return lease
  }

  const lookAlong = (line: Line, rounds: LeaseRounds): LeasedCandidate | undefined => {
    for (const [host, { dueAtMs }] of line.hosts) {
      if (dueAtMs > now() || turnstile.mayStart(host) !== 'now') continue
      const lease = leaseFrom(line, rounds, host)
      if (lease) return lease
    }
    return undefined
  }

  const nextIn = (line: Line, rounds: LeaseRounds): LeasedCandidate | undefined => {
    const lease = lookAlong(line, rounds)
    if (lease || !line.isStale) return lease
    fill(line)
    return lookAlong(line, rounds)
  }

  const nextOf = (dataset: OpenDataset, rounds: LeaseRounds): LeasedCandidate | undefined => {
    if (rounds.hasFailed(dataset)) return undefined
    try {
      return nextIn(lineOf(dataset), rounds)
    } catch (error) {
      rounds.fail(dataset, error)
      return undefined
    }
  }

  const next = (rounds: LeaseRounds): Turn | undefined => {
    const open = datasets()
    for (let step = 0; step < open.length; step++) {
      const place = (turn + step) % open.length
      const dataset = open[place]
      const lease = dataset && nextOf(dataset, rounds)
      if (!lease) continue
      turn = (place + 1) % open.length
      return { dataset, lease }
    }
    return undefined
  }

  return {
    take: (most, witness) => {
      const turns: Turn[] = []
      const rounds = createLeaseRounds((dataset, error) => {
        distrust(dataset)
        witness.failed(dataset, error)
      })
      while (turns.length < most) {
        const turn = next(rounds)
        if (!turn) break
        turns.push(turn)
        witness.taken(turn)
      }
      rounds.end()
      for (const turn of turns) if (rounds.hasFailed(turn.dataset)) witness.lost(turn)
      return turns.filter(({ dataset }) => !rounds.hasFailed(dataset))
    },
    nextAtMs: () => {
      let soonest = Number.POSITIVE_INFINITY
      for (const dataset of datasets()) {
        for (const [host, { dueAtMs }] of lines.get(dataset)?.hosts ?? []) {
          if (dueAtMs >= soonest) continue
          const wait = turnstile.mayStart(host)
          soonest = Math.min(soonest, Math.max(dueAtMs, wait === 'now' ? now() : now() + wait))
        }
      }
      return soonest
    },
    putBack: (dataset, host, dueAtMs) => {
      const line = lines.get(dataset)
      if (!line || line.isStale) return
      const { hosts } = line
      const entry = hosts.get(host)
      if (!entry) {
        hosts.set(host, { dueAtMs, queued: 1 })
        return
      }
      entry.queued++
      entry.dueAtMs = Math.min(entry.dueAtMs, dueAtMs)
    },
    refresh: () => {
      for (const line of lines.values()) line.isStale = true
    },
    queuedByHost: () => {
      const all = new Map<string, Queued>()
      for (const dataset of datasets()) {
        for (const [host, { queued, dueAtMs }] of lines.get(dataset)?.hosts ?? []) {
          const sum = all.get(host) ?? { queued: 0, dueAtMs }
          all.set(host, { queued: sum.queued + queued, dueAtMs: Math.min(sum.dueAtMs, dueAtMs) })
        }
      }
      return all
    },
  }
}
