/** Originals that outlive their picture until it is drawn from them again: all SQL about the table `kept_original`. */
import { createHash } from 'node:crypto'
import { constants, lstatSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Digest } from '@gleaner/shared/hash'
import { isUndone } from './actions.ts'
import type { Database } from './database.ts'
import type { HeldImage } from './images.ts'
import { absolutePath, originalPlace } from './places.ts'
import type { KeptOriginal, LeasedCandidate } from './types.ts'

export interface KeptRow {
  readonly candidateId: number
  readonly digest: Digest
  readonly format: string
  readonly sizeBytes: number
}

const columns = 'candidate_id AS candidateId, digest, format, size_bytes AS sizeBytes'
const noFollow = constants.O_NOFOLLOW ?? 0

/** @returns the bytes of an original; `undefined` unless it is there, every bit of it */
export async function readOriginal(
  root: string,
  { digest, format, sizeBytes }: Omit<KeptRow, 'candidateId' | 'digest'> & { readonly digest: string },
) {
  return readWhole(absolutePath(root, originalPlace(digest, format)), { digest, sizeBytes })
}

/** @returns the bytes of a file; `undefined` unless it is there, every bit of it */
export async function readWhole(
  path: string,
  { digest, sizeBytes }: { readonly digest: string; readonly sizeBytes: number },
): Promise<Buffer | undefined> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found?.isFile() || found.size !== sizeBytes) return undefined
  const bytes = await readFile(path, { flag: constants.O_RDONLY | noFollow })
  return createHash('sha256').update(bytes).digest('hex') === digest ? bytes : undefined
}

/** @param root - folder of the dataset */
export function createKeptStore(db: Database, root: string) {
  // The one whose bytes they are: it replaced the thumbnail, or was stored with them, or waits with its thumbnail. Nobody
  // else is given them, also where its collect was undone.
  const keep = db.prepare<[string]>(
    `INSERT OR REPLACE INTO kept_original (candidate_id, image_id, position, digest, format, size_bytes)
     SELECT c.id, i.id,
            iif(c.state IN ('queued', 'leased'),
                coalesce((SELECT min(position) FROM source s WHERE s.candidate_id = c.id AND s.kind = 'thumbnail'), 0),
                c.source_index),
            i.original_digest, i.original_format, i.original_bytes
       FROM image i
       JOIN candidate c
         ON c.id = (SELECT h.id FROM candidate h
                     WHERE h.image_id = i.id AND h.state IN ('upgraded', 'stored', 'queued', 'leased')
                     ORDER BY h.state = 'upgraded' DESC, h.state = 'stored' DESC, h.updated_at_ms DESC LIMIT 1)
      WHERE i.id = ? AND NOT ${isUndone('c.id')}`,
  )
  const takeThatWay = db.prepare<[string]>(
    `UPDATE candidate SET source_index = k.position FROM kept_original k
      WHERE k.candidate_id = candidate.id AND k.image_id = ? AND candidate.state = 'queued'`,
  )
  const ofWay = db.prepare<[number, number], KeptRow>(
    `SELECT ${columns} FROM kept_original WHERE candidate_id = ? AND position = ?`,
  )
  const has = db.prepare<[string], number>('SELECT 1 FROM kept_original WHERE digest = ?').pluck()
  const all = db.prepare<[], KeptRow>(`SELECT ${columns} FROM kept_original`)
  const size = db
    .prepare<[string], number>('SELECT original_bytes FROM image WHERE id = ? AND original_kept = 1')
    .pluck()
  const drop = db.prepare<[number]>('DELETE FROM kept_original WHERE candidate_id = ?')
  const dropOf = db.prepare<[string]>('DELETE FROM kept_original WHERE image_id = ?')
  const dropServed = db.prepare(
    `DELETE FROM kept_original
      WHERE candidate_id IN (SELECT id FROM candidate WHERE state IN ('stored', 'upgraded', 'blocked'))`,
  )

  const heirs = db
    .prepare<[string], number>(
      `SELECT count(*) FROM candidate WHERE image_id = ? AND state IN ('upgraded', 'stored', 'queued', 'leased')`,
    )
    .pluck()

  return {
    /** Whether somebody is there to draw a held picture again, and its original, every bit of it. */
    mayKeep: async ({ id, originalDigest, originalFormat }: HeldImage) => {
      const sizeBytes = size.get(id)
      if (sizeBytes === undefined || heirs.get(id) === 0) return false
      const row = { digest: originalDigest as Digest, format: originalFormat, sizeBytes }
      return (await readOriginal(root, row)) !== undefined
    },
    /** To be called inside a transaction, before the candidates of the picture are queued again. */
    keep: ({ id }: HeldImage) => void keep.run(id),
    /** To be called after they were. */
    takeThatWay: ({ id }: HeldImage) => void takeThatWay.run(id),
    /** The bytes that once came by the way the candidate is to try now; `undefined` also when they are damaged. */
    find: async ({ id, sourceIndex }: LeasedCandidate): Promise<KeptOriginal | undefined> => {
      const row = ofWay.get(id, sourceIndex)
      const bytes = row && (await readOriginal(root, row))
      return bytes && { bytes, digest: row.digest }
    },
    has: (digest: string) => has.get(digest) !== undefined,
    all: () => all.all(),
    drop: ({ candidateId }: KeptRow) => void drop.run(candidateId),
    /** @returns whether there was one */
    dropOf: (imageId: string) => dropOf.run(imageId).changes > 0,
    /** Forgets those whose candidate has a picture again, or may not have one. */
    dropServed: () => void dropServed.run(),
  }
}
export type KeptStore = ReturnType<typeof createKeptStore>
