/** Pictures that hosts send in place of others: all SQL about the tables `stand_in` and `stand_in_sent`. */
import type { CandidateSource } from '@gleaner/shared/candidate'
import type { Digest, PerceptualHash } from '@gleaner/shared/hash'
import type { DatasetParts } from './parts.ts'
import type { Remover } from './removal.ts'
import { inTransaction } from './transaction.ts'
import type { ImageId, LeasedCandidate } from './types.ts'

/** A picture that a host sends for any address it does not want to give the picture of. */
export interface StandIn {
  readonly id: number
  /** Different addresses it was sent for when it was found. */
  readonly addresses: number
  readonly widthPx: number
  readonly heightPx: number
  /** None where the picture is too flat. */
  readonly perceptualHash: PerceptualHash | null
}

/** One way by which a candidate came to a held picture, as far as it is known what came by it. */
export interface WayToPicture {
  readonly url: string
  readonly kind: CandidateSource['kind']
  /** Where redirects led to. */
  readonly finalUrl: string | null
  readonly digest: Digest
  readonly sizeBytes: number | null
  readonly widthPx: number | null
  readonly heightPx: number | null
}

export interface StandIns {
  /** The stand-in of a host with these bytes, unless a person said that it is a picture. */
  readonly byDigest: (host: string, digest: Digest) => StandIn | undefined
  /** All stand-ins of a host, but for those a person said are pictures. */
  readonly ofHost: (host: string) => readonly StandIn[]
  /** Whether a person said that what the host sends with these bytes is a picture. */
  readonly isBelieved: (host: string, digest: Digest) => boolean
  /** How candidates came to a held picture: a few dozen at most. */
  readonly waysTo: (imageId: ImageId) => readonly WayToPicture[]
  /**
   * Notes that a held picture is a stand-in. Durable when it returns; {@link StandIns.takeBack} is to follow.
   *
   * @param digest - of the bytes the host sends
   */
  readonly add: (host: string, imageId: ImageId, digest: Digest, addresses: number) => void
  /**
   * Lets go of a held picture that was found out. All that led to it are tried anew, and told apart then; whoever brought
   * it keeps the bytes, so that nothing is lost should a person want them after all.
   *
   * @returns candidates queued again
   */
  readonly takeBack: (imageId: ImageId) => Promise<number>
  /** Notes what a candidate was given, for a person's retry to say that it is a picture. */
  readonly sent: (lease: Pick<LeasedCandidate, 'id'>, standIn: Pick<StandIn, 'id'>) => void
}

/** More do not make it clearer. */
const mostWays = 64

export const standInSql = {
  byDigest: `SELECT id, addresses, width_px AS widthPx, height_px AS heightPx, perceptual_hash AS perceptualHash
               FROM stand_in WHERE host = ? AND digest = ? AND is_believed = 0`,
  ofHost: `SELECT id, addresses, width_px AS widthPx, height_px AS heightPx, perceptual_hash AS perceptualHash
             FROM stand_in WHERE host = ? AND is_believed = 0`,
  // What a duplicate was is among its facts; whoever was stored with the picture brought the picture itself.
  ways: `
    SELECT s.url, s.kind, json_extract(a.hops, '$[#-1].url') AS finalUrl,
           coalesce(json_extract(c.facts, '$.digest'), i.original_digest) AS digest,
           iif(c.state = 'stored', i.original_bytes, json_extract(c.facts, '$.sizeBytes')) AS sizeBytes,
           iif(c.state = 'stored', i.original_width_px, json_extract(c.facts, '$.widthPx')) AS widthPx,
           iif(c.state = 'stored', i.original_height_px, json_extract(c.facts, '$.heightPx')) AS heightPx
      FROM candidate c
      JOIN image i ON i.id = c.image_id
      JOIN source s ON s.candidate_id = c.id AND s.position = c.source_index
      LEFT JOIN attempt a ON a.id = (SELECT max(x.id) FROM attempt x WHERE x.candidate_id = c.id)
     WHERE c.image_id = ?
       AND (c.state = 'stored' OR (c.state = 'duplicate' AND json_extract(c.facts, '$.digest') IS NOT NULL))
     ORDER BY c.id LIMIT ${mostWays}`,
} as const

export function createStandIns(
  { db, now }: Pick<DatasetParts, 'db' | 'now'>,
  { requeueImage }: Pick<Remover, 'requeueImage'>,
): StandIns {
  /**
   * Hosts that may have any: asked three times a picture, and hardly one does. Only a process that has the dataset open
   * adds to the table; one whose commit failed is looked up in vain.
   */
  const hosts = new Set(db.prepare<[], string>('SELECT DISTINCT host FROM stand_in').pluck().all())
  const byDigest = db.prepare<[string, string], StandIn>(standInSql.byDigest)
  const ofHost = db.prepare<[string], StandIn>(standInSql.ofHost)
  const ways = db.prepare<[string], WayToPicture>(standInSql.ways)
  const isBelieved = db
    .prepare<[string, string], number>('SELECT is_believed FROM stand_in WHERE host = ? AND digest = ?')
    .pluck()
  const add = db.prepare(
    `INSERT INTO stand_in (host, digest, width_px, height_px, perceptual_hash, addresses, found_at_ms)
     SELECT :host, :digest, original_width_px, original_height_px, perceptual_hash, :addresses, :now
       FROM image WHERE id = :imageId
     ON CONFLICT DO NOTHING`,
  )
  const sent = db.prepare(
    `INSERT INTO stand_in_sent (candidate_id, stand_in_id) VALUES (:candidateId, :standInId)
     ON CONFLICT DO UPDATE SET stand_in_id = excluded.stand_in_id`,
  )
  return {
    byDigest: (host, digest) => (hosts.has(host) ? byDigest.get(host, digest) : undefined),
    ofHost: host => (hosts.has(host) ? ofHost.all(host) : []),
    isBelieved: (host, digest) => hosts.has(host) && isBelieved.get(host, digest) === 1,
    waysTo: imageId => ways.all(imageId),
    add: (host, imageId, digest, addresses) => {
      hosts.add(host)
      inTransaction(db, () => add.run({ host, imageId, digest, addresses, now: now() }))
    },
    takeBack: imageId => requeueImage(imageId, 'The host sends the same picture for many addresses.'),
    sent: ({ id: candidateId }, { id: standInId }) =>
      void inTransaction(db, () => sent.run({ candidateId, standInId })),
  }
}
