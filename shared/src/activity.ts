/** What the ingest is doing, how it stands with every host, and what a person told it for the whole installation. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { limits } from './limits.ts'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })

/** What the ingest is doing, or why it is not: the first that applies, in this order, but for the two of motion. */
export const idleReasons = [
  'stopping',
  /** A person paused it. */
  'paused',
  'disk-full',
  /** The server may not write to the home folder or a dataset. */
  'no-rights',
  'network-down',
  'nothing-queued',
  'working',
  /** What may go out this second has gone out. */
  'bandwidth-cap',
  /** All that is left waits for the person's own browser. */
  'waiting-for-browser',
  'hosts-backing-off',
] as const
export type IdleReason = (typeof idleReasons)[number]

/** Why no further request may go to a host just now. */
export const hostWaitReasons = [
  /** Good manners: the least time between two requests, or as many under way as it is ever asked at a time. */
  'spacing',
  /** The host named a time. */
  'retry-after',
  /** It failed; `code` says how. */
  'back-off',
  /** It failed so often in a row that it is left alone for long. */
  'breaker-open',
  /** After that, a single request is under way to see whether it is back. */
  'probing',
  /** Its robots.txt is being read, could not be, or asks for a longer pace. */
  'robots',
  /** It wants to know whether a person is asking. */
  'challenge',
  'network-down',
  'bandwidth-cap',
  /** The host may be asked, but none of its candidates is due again. */
  'candidates-not-due',
] as const
export type HostWaitReason = (typeof hostWaitReasons)[number]

/** How it stands with one host of which candidates are queued or in hand. */
export const HostActivity = Type.Object(
  {
    /** Name as in addresses, with the port where it is not the usual one. */
    host: Type.String(),
    queued: Count,
    /** Requests under way or pictures being worked on. */
    inHand: Count,
    /** Least time between the starts of two requests. */
    spacingMs: Count,
    /** Most requests under way at a time. */
    atOnce: Count,
    /** Until the next request may go out; 0 when it may now, `null` when only the end of another one helps. */
    waitMs: Nullable(Count),
    /** Why it waits; `null` when nothing is to be waited for. */
    reason: Nullable(Type.Enum([...hostWaitReasons])),
    /** Of the last failure, while the host has not answered as it should since. */
    code: Nullable(Type.String()),
    /** Requests that failed since it last answered as it should. */
    straightFailures: Count,
    /** From this host since the server started. */
    receivedBytes: Count,
  },
  closed,
)
export type HostActivity = Static<typeof HostActivity>

export const Activity = Type.Object(
  {
    reason: Type.Enum([...idleReasons]),
    /** Until something goes on by itself, as far as that is known. */
    waitMs: Nullable(Count),
    /** What is in hand is brought to its end even so. Batches are still taken in. */
    isPaused: Type.Boolean(),
    inHand: Count,
    queued: Count,
    /** Outcomes per second over the last half minute. */
    perSecond: Type.Number({ minimum: 0 }),
    /** Estimate; `null` when nothing is queued or nothing moves. */
    remainingMs: Nullable(Count),
    /** Received from all hosts together over the last few seconds. */
    bytesPerSecond: Type.Number({ minimum: 0 }),
    /** Most that may be received; `null` for no bound. */
    maxBytesPerSecond: Nullable(Type.Integer({ minimum: 1 })),
    /** A write-ahead log has grown far beyond what it should: something keeps it from being written back. */
    isLogTooLong: Type.Boolean(),
    /** Hosts with candidates queued or in hand. */
    hostCount: Count,
    /** The busiest of them, most candidates first. */
    hosts: Type.Array(HostActivity, { maxItems: 5 }),
  },
  closed,
)
export type Activity = Static<typeof Activity>

/** What the hosts panel can be sorted by. */
export const hostOrders = ['busiest', 'running', 'longest-wait', 'most-received', 'name'] as const
export type HostOrder = (typeof hostOrders)[number]

export const HostPage = Type.Object(
  {
    hosts: Type.Array(HostActivity),
    /** How many there are with this filter. */
    matching: Count,
    /** How many there are in all. */
    total: Count,
  },
  closed,
)
export type HostPage = Static<typeof HostPage>

/** What a person decided for the whole installation. Kept in the home folder; holds from the next request on. */
export const IngestSettings = Type.Object(
  {
    /** Most bytes a second received from all hosts together; `null` for no bound. */
    maxBytesPerSecond: Nullable(
      Type.Integer({ minimum: limits.leastBytesPerSecond, maximum: limits.mostBytesPerSecond }),
    ),
  },
  closed,
)
export type IngestSettings = Static<typeof IngestSettings>
export const defaultIngestSettings: IngestSettings = { maxBytesPerSecond: null }

export const IngestSettingsPatch = Type.Partial(IngestSettings, closed)
export type IngestSettingsPatch = Static<typeof IngestSettingsPatch>
