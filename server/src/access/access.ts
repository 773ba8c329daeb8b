/** Who may talk to the server: the front of everything that decides on credentials. Knows nothing of HTTP. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Clients, createClients, type Grant, type PairedClient } from './clients.ts'
import { openAccessDatabase } from './database.ts'
import { ownerClientId, ownerServerKey, proofOf } from './owner-proof.ts'
import { createPairing, type Pairing } from './pairing.ts'
import { ensurePrivateFile, ensurePrivateFolder, readPrivateFile } from './private-files.ts'
import { isSameSecret, newSecret, type RandomBytes } from './secret.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** Who shows a bearer token. */
export type Bearer = { readonly kind: 'owner' } | { readonly kind: 'client'; readonly client: PairedClient }

export interface Access {
  readonly byToken: (token: string) => Bearer | undefined
  readonly sessions: Sessions
  readonly clients: Pick<Clients, 'list' | 'revoke' | 'hasOrigin'>
  readonly pairing: {
    readonly open: Pairing['open']
    readonly close: Pairing['close']
    /** Pairs a program that shows the code: binds its name, its origin and a new token. */
    readonly claim: (claim: Claim) => Grant | 'wrong' | 'closed'
  }
  /**
   * Proves to a client that this is the server it was paired with; to {@link ownerClientId}, that it is the server of
   * the owner's token.
   *
   * @param nonce - 64 hex digits, random bytes chosen by the client
   * @returns HMAC-SHA-256 of the nonce's 32 bytes under the 32 bytes of the key agreed at pairing, hex; `null` for
   *   unknown and revoked clients
   */
  readonly prove: (nonce: string, clientId: string | undefined) => string | null
  readonly close: () => void
}

export interface Claim {
  readonly code: string
  readonly name: string
  readonly origin: string | null
}

export interface AccessDeps {
  /** Folder for `server.db` and `cli-token`, the owner's alone; made when absent. */
  readonly folder: string
  /** Unix milliseconds. */
  readonly now: () => number
  /** Milliseconds of a clock nobody can set, for everything that runs out. */
  readonly monotonicNow: () => number
  readonly random: RandomBytes
}

/** Name of the file with the owner's token: what the command line shows the server. */
const ownerTokenFile = 'cli-token'

/**
 * Opens the credentials of one data folder.
 *
 * @throws AppError `CONFIG_HOME_UNSAFE` when folder, token or database could have been read by others
 */
export function createAccess({ folder, now, monotonicNow, random }: AccessDeps): Access {
  ensurePrivateFolder(folder)
  const ownerToken = ensureOwnerToken(folder, random)
  const db = openAccessDatabase(folder)
  const clients = createClients({ db, now, random })
  const pairing = createPairing({ monotonicNow, random })

  return {
    byToken(token) {
      if (isSameSecret(token, ownerToken)) return { kind: 'owner' }
      const client = clients.byToken(token)
      return client && { kind: 'client', client }
    },
    sessions: createSessions({ db, now, monotonicNow, random }),
    clients,
    pairing: {
      open: pairing.open,
      close: pairing.close,
      claim({ code, name, origin }) {
        const verdict = pairing.claim(code)
        return verdict === 'granted' ? clients.add(name, origin) : verdict
      },
    },
    prove(nonce, clientId) {
      if (clientId === undefined) return null
      const key = clientId === ownerClientId ? ownerServerKey(ownerToken) : clients.serverKey(clientId)
      return key === undefined ? null : proofOf(key, nonce)
    },
    close: () => db.close(),
  }
}

/** The owner's token; made anew when a crash left the file without one. */
function ensureOwnerToken(folder: string, random: RandomBytes): string {
  const path = join(folder, ownerTokenFile)
  const make = () => ensurePrivateFile(path, () => `${newSecret(random)}\n`)
  make()
  const token = readPrivateFile(path).trim()
  if (/^[0-9a-f]{64}$/.test(token)) return token
  rmSync(path)
  make()
  return readPrivateFile(path).trim()
}
