/** What the ingest is doing, and how it stands with hosts. */

import type { Static } from 'typebox'
import { Type } from 'typebox'

const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** What the ingest is doing, or why it is not. */
export const idleReasons = [
  'working',
  'nothing-queued',
  'hosts-backing-off',
  'network-down',
  'disk-full',
  'stopping',
] as const
export const Activity = Type.Object(
  {
    reason: Type.Enum([...idleReasons]),
    inHand: Type.Integer({ minimum: 0 }),
    queued: Type.Integer({ minimum: 0 }),
    /** Outcomes per second over the last half minute. */
    perSecond: Type.Number({ minimum: 0 }),
    /** Estimate; `null` when nothing is queued or nothing moves. */
    remainingMs: Nullable(Type.Integer({ minimum: 0 })),
    hosts: Type.Array(
      Type.Object(
        { host: Type.String(), queued: Type.Integer(), inHand: Type.Integer(), waitMs: Type.Integer() },
        closed,
      ),
    ),
  },
  closed,
)
export type Activity = Static<typeof Activity>
