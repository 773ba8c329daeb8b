/** Sessions of the dashboard: single-use link codes in memory, opened sessions in the database. All SQL about them is here. */
import type { AccessDatabase } from './database.ts'
import { digestOf, isSameSecret, newSecret, type RandomBytes } from './secret.ts'

/** How long an unused link to the dashboard works. */
export const linkLifeMs = 60 * 60_000
/** How long a browser stays signed in. */
export const sessionLifeMs = 30 * 24 * 60 * 60_000
const linksAtOnce = 16
const sessionsAtOnce = 64

export interface OpenSession {
  /** Value of the cookie: 256 random bits, kept here only as a digest. */
  readonly cookie: string
  /** 256 bits of their own: the cookie, which travels to other ports of this machine, says nothing about them. */
  readonly csrf: string
}

export interface Sessions {
  /** A code for one link; works once. */
  readonly issueLink: () => string
  /** @returns `undefined` when the code is unknown, used or too old */
  readonly openWith: (linkCode: string) => OpenSession | undefined
  /** @returns digest of the value that requests must carry beside the cookie; `undefined` when it opens nothing */
  readonly csrfDigestOf: (cookie: string) => string | undefined
}

interface Deps {
  readonly db: AccessDatabase
  readonly now: () => number
  readonly monotonicNow: () => number
  readonly random: RandomBytes
}

export function createSessions({ db, now, monotonicNow, random }: Deps): Sessions {
  let links: { readonly digest: string; readonly endsAtMs: number }[] = []
  const valid = db.prepare<{ now: number }, { cookie_digest: string; csrf_digest: string }>(
    'SELECT cookie_digest, csrf_digest FROM session WHERE expires_at_ms > :now',
  )
  const insert = db.prepare(
    `INSERT INTO session (cookie_digest, csrf_digest, opened_at_ms, expires_at_ms)
     VALUES (:cookieDigest, :csrfDigest, :now, :expiresAtMs)`,
  )
  const prune = db.prepare(
    `DELETE FROM session WHERE expires_at_ms <= :now OR cookie_digest NOT IN
       (SELECT cookie_digest FROM session ORDER BY opened_at_ms DESC LIMIT :keep)`,
  )

  const takeLink = (code: string): boolean => {
    const digest = digestOf(code)
    const link = links.find(each => isSameSecret(each.digest, digest))
    links = links.filter(each => each !== link)
    return link !== undefined && monotonicNow() < link.endsAtMs
  }

  return {
    issueLink() {
      const code = newSecret(random)
      const link = { digest: digestOf(code), endsAtMs: monotonicNow() + linkLifeMs }
      links = [...links, link].slice(-linksAtOnce)
      return code
    },
    openWith(linkCode) {
      if (!takeLink(linkCode)) return undefined
      const [cookie, csrf] = [newSecret(random), newSecret(random)]
      const digests = { cookieDigest: digestOf(cookie), csrfDigest: digestOf(csrf) }
      db.transaction(() => {
        insert.run({ ...digests, now: now(), expiresAtMs: now() + sessionLifeMs })
        prune.run({ now: now(), keep: sessionsAtOnce })
      })()
      return { cookie, csrf }
    },
    csrfDigestOf(cookie) {
      const digest = digestOf(cookie)
      return valid.all({ now: now() }).find(row => isSameSecret(row.cookie_digest, digest))?.csrf_digest
    },
  }
}
