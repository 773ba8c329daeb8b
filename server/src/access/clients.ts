/** Paired programs. All SQL about them is here. */
import type { Client } from '@gleaner/shared/api'
import type { AccessDatabase } from './database.ts'
import { digestOf, isSameSecret, newSecret, type RandomBytes } from './secret.ts'

/** A paired program that has shown its token. */
export interface PairedClient {
  readonly id: string
  /** Origin the token may be used from; `null` when it was paired outside a browser. */
  readonly origin: string | null
}

/** What a program gets once, at pairing. Only digests of it stay here, and the key. */
export interface Grant {
  readonly clientId: string
  readonly token: string
  readonly serverKey: string
}

export interface Clients {
  readonly add: (name: string, origin: string | null) => Grant
  readonly byToken: (token: string) => PairedClient | undefined
  readonly hasOrigin: (origin: string) => boolean
  readonly serverKey: (clientId: string) => string | undefined
  readonly list: () => Client[]
  /** @returns whether there was such a client */
  readonly revoke: (clientId: string) => boolean
}

interface Deps {
  readonly db: AccessDatabase
  readonly now: () => number
  readonly random: RandomBytes
}

/** How old the noted "last seen" may grow before it is written again: saves a synced commit per request. */
const seenStepMs = 60_000

interface ClientRow {
  readonly id: string
  readonly name: string
  readonly origin: string | null
  readonly token_digest: string
  readonly server_key: string | null
  readonly paired_at_ms: number
  readonly last_seen_at_ms: number | null
}

export function createClients({ db, now, random }: Deps): Clients {
  const active = db.prepare<[], ClientRow>(
    'SELECT * FROM client WHERE revoked_at_ms IS NULL ORDER BY paired_at_ms, id',
  )
  const insert = db.prepare(
    `INSERT INTO client (id, name, origin, scope, token_digest, server_key, paired_at_ms)
     VALUES (:id, :name, :origin, 'collect', :tokenDigest, :serverKey, :now)`,
  )
  const seen = db.prepare('UPDATE client SET last_seen_at_ms = :now WHERE id = :id')
  const revoked = db.prepare(
    'UPDATE client SET revoked_at_ms = :now, server_key = NULL WHERE id = :id AND revoked_at_ms IS NULL',
  )
  const find = (matches: (row: ClientRow) => boolean) => active.all().find(matches)

  return {
    add(name, origin) {
      const clientId = random(16).toString('hex')
      const token = newSecret(random)
      const serverKey = newSecret(random)
      insert.run({ id: clientId, name, origin, tokenDigest: digestOf(token), serverKey, now: now() })
      return { clientId, token, serverKey }
    },
    byToken(token) {
      const digest = digestOf(token)
      const row = find(({ token_digest }) => isSameSecret(token_digest, digest))
      if (!row) return undefined
      if (now() - (row.last_seen_at_ms ?? 0) >= seenStepMs) seen.run({ id: row.id, now: now() })
      return { id: row.id, origin: row.origin }
    },
    hasOrigin: origin => find(row => row.origin === origin) !== undefined,
    serverKey: clientId => find(({ id }) => id === clientId)?.server_key ?? undefined,
    list: () =>
      active.all().map(row => ({
        id: row.id,
        name: row.name,
        origin: row.origin,
        pairedAtMs: row.paired_at_ms,
        lastSeenAtMs: row.last_seen_at_ms,
      })),
    revoke: clientId => revoked.run({ id: clientId, now: now() }).changes > 0,
  }
}
