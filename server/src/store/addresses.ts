/** The same picture under another address: keys of candidates by the rules of today, and what a smaller one leads to. */
import { parseHttpUrl, urlKey } from '@gleaner/shared/url'
import { sizeFree, urlRules } from '@gleaner/shared/url-parameters'
import type { Database } from './database.ts'
import type { ImageId, LeasedCandidate } from './types.ts'

/** A picture an address leads to, as far as another candidate found out. */
export interface AddressMatch {
  readonly imageId: ImageId
  readonly state: 'stored' | 'removed'
  /** The other address. */
  readonly url: string
}

/** What a candidate is found by beside its key: nothing, unless its address asks for a size. */
export function sizeFreeKey(url: string | undefined): {
  readonly sizeFreeKey: string | null
  readonly askedSidePx: number | null
} {
  const parsed = parseHttpUrl(url)
  const free = parsed && sizeFree(parsed)
  return free
    ? { sizeFreeKey: urlKey(free.url), askedSidePx: free.askedSidePx }
    : { sizeFreeKey: null, askedSidePx: null }
}

// An address that asks for no size leads to the picture as large as it is there. Only the first way has a key.
const matches = (key: string) => `
  SELECT c.image_id AS imageId, iif(i.state = 'stored', 'stored', 'removed') AS state, s.url
    FROM candidate c CROSS JOIN image i ON i.id = c.image_id
   CROSS JOIN source s ON s.candidate_id = c.id AND s.position = 0
   WHERE ${key} = :key AND c.id <> :id
     AND ((c.state IN ('stored', 'duplicate', 'upgraded') AND c.source_index = 0 AND i.state = 'stored'
           AND coalesce(c.asked_side_px, :side) >= :side)
          OR (c.state = 'blocked' AND c.code = 'BLOCKED_REMOVED' AND i.state <> 'stored'))`

export const addressSql = {
  match: `${matches('c.url_key')} UNION ALL ${matches('c.size_free_key')} LIMIT 1`,
} as const

/** Keys of files that a person brought. What such a candidate has for addresses is hearsay. */
export const fileKeys = 'import:*'
export const fileKey = (digest: string): string => `import:${digest}`

export function createAddressStore(db: Database) {
  const match = db.prepare<{ key: string; id: number; side: number }, AddressMatch>(addressSql.match)
  const isWanted = db
    .prepare<[number], number>(
      `SELECT 1 FROM candidate c LEFT JOIN action a ON a.id = c.action_id
        WHERE c.id = ? AND (a.kind IN ('retry', 'decide', 'repair') OR c.url_key GLOB '${fileKeys}')`,
    )
    .pluck()
  return {
    /** See {@link DatasetStore.sameAddress}. */
    same: ({ id, sources, sourceIndex, heldImageId }: LeasedCandidate): AddressMatch | undefined => {
      if (sourceIndex !== 0 || heldImageId) return undefined
      const { sizeFreeKey: key, askedSidePx: side } = sizeFreeKey(sources[0]?.url)
      if (key === null || side === null || isWanted.get(id)) return undefined
      return match.get({ key, id, side })
    },
  }
}

interface KeyRow {
  readonly id: number
  readonly url_key: string
}

/**
 * Brings keys that were made by earlier rules up to date, inside a transaction. Where the new key is taken, two
 * candidates were what is one now: the later of them stays known by its earlier key.
 */
export function renewKeys(db: Database): void {
  const rules = db.prepare<[], number>('SELECT url_rules FROM dataset').pluck().get()
  if (rules === undefined || rules >= urlRules) return
  const slice = db.prepare<[number], KeyRow>(
    `SELECT id, url_key FROM candidate WHERE id > ? AND instr(url_key, '?') > 0 ORDER BY id LIMIT 1000`,
  )
  const renew = db.prepare('UPDATE OR IGNORE candidate SET url_key = :key WHERE id = :id')
  const setFree = db.prepare(
    'UPDATE candidate SET size_free_key = :sizeFreeKey, asked_side_px = :askedSidePx WHERE id = :id',
  )
  const renewed = (text: string) => {
    const url = parseHttpUrl(text)
    return url ? urlKey(url) : text
  }
  for (let rows = slice.all(0); rows.length > 0; rows = slice.all(rows.at(-1)?.id ?? 0)) {
    for (const { id, url_key: held } of rows) {
      const key = renewed(held)
      if (key !== held) renew.run({ id, key })
      const free = sizeFreeKey(held)
      if (free.sizeFreeKey !== null) setFree.run({ ...free, id })
    }
  }
  const removed = db
    .prepare<[], string>(`SELECT url_key FROM removed_url WHERE instr(url_key, '?') > 0`)
    .pluck()
    .all()
  const renewRemoved = db.prepare<[string, string]>(
    'INSERT INTO removed_url SELECT ?, image_seq FROM removed_url WHERE url_key = ? ON CONFLICT DO NOTHING',
  )
  for (const held of removed) if (renewed(held) !== held) renewRemoved.run(renewed(held), held)
  db.prepare('UPDATE dataset SET url_rules = ?').run(urlRules)
}
