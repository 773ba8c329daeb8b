/** Files of pictures of a version, as they are now. */
import type { Database } from '../database.ts'
import { absolutePath, imagePlace, originalPlace } from '../places.ts'
import type { Versions } from './types.ts'

interface Row {
  readonly state: 'stored' | 'deleting'
  readonly folder: string
  readonly version: number
  readonly digest: string
  readonly sizeBytes: number
  readonly originalDigest: string
  readonly originalBytes: number
  readonly format: string
  readonly isOriginalKept: 0 | 1
}

export function createImageFiles(db: Database, root: string): Versions['files'] {
  const held = db.prepare<[string], Row>(
    `SELECT i.state, k.folder, i.version, i.digest, i.size_bytes AS sizeBytes, i.original_digest AS originalDigest,
            i.original_bytes AS originalBytes, i.original_format AS format, i.original_kept AS isOriginalKept
       FROM image i CROSS JOIN class k ON k.id = i.class_id
      WHERE i.id = CAST(? AS TEXT) -- see lineSql
        AND (i.state = 'stored'
                          OR (i.state = 'deleting' AND EXISTS (SELECT 1 FROM set_aside a WHERE a.image_seq = i.seq)))`,
  )
  return ({ id, rendered, original }) => {
    const row = held.get(id)
    // What is in the trash lies among the originals, by the digest of its file.
    const place =
      row?.state === 'stored'
        ? imagePlace(row.folder, id, row.version)
        : originalPlace(row?.digest ?? '', 'jpeg')
    const isSame = row?.digest === rendered.digest
    const isKept = row?.isOriginalKept === 1 && row.originalDigest === original.digest
    return {
      rendered:
        row && isSame
          ? { path: absolutePath(root, place), sizeBytes: row.sizeBytes, contentType: 'image/jpeg' }
          : undefined,
      original:
        row && isKept
          ? {
              path: absolutePath(root, originalPlace(row.originalDigest, row.format)),
              sizeBytes: row.originalBytes,
              contentType: `image/${row.format}`,
            }
          : undefined,
    }
  }
}
