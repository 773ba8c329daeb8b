import { createHash } from 'node:crypto'
import { existsSync, linkSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DatasetSummary } from '@gleaner/shared/dataset'

/** What the index holds of one query, read past the server. */
export interface Arrived {
  readonly batches: number
  /** Addresses of the candidates' first ways, sorted; one line per candidate. */
  readonly urls: readonly string[]
}

/** Reads a dataset's index while the server uses it. */
export function arrivedOf({ folder }: Pick<DatasetSummary, 'folder'>, query: string): Arrived {
  const file = join(folder, 'gleaner.db')
  if (!existsSync(file)) return { batches: 0, urls: [] }
  const index = new DatabaseSync(file, { readOnly: true })
  try {
    const { batches } = index
      .prepare('SELECT count(*) AS batches FROM batch WHERE query = ?')
      .get(query) as unknown as Arrived
    const rows = index
      .prepare(
        `SELECT source.url AS url FROM candidate
           JOIN source ON source.candidate_id = candidate.id AND source.position = 0
          WHERE candidate.id IN (SELECT candidate_id FROM sighting WHERE batch_id IN (SELECT id FROM batch WHERE query = ?))
          ORDER BY url`,
      )
      .all(query) as unknown as { readonly url: string }[]
    return { batches, urls: rows.map(({ url }) => url) }
  } finally {
    index.close()
  }
}

/** What comes along with a copied picture, or the server would work it out anew for each of them. */
const alongside = ['fingerprint', 'quality'] as const

interface HeldImage {
  readonly seq: number
  readonly id: string
  readonly version: number
  readonly folder: string
}

/**
 * Fills the index of a dataset whose server is stopped up to `total` pictures: copies of those it holds under ids of their
 * own, each with the file linked into the class folder. They have not come from anywhere.
 *
 * @param classId - where all of them go; by default each goes where the picture lies that it copies
 */
export function multiplyPictures(
  { folder }: Pick<DatasetSummary, 'folder'>,
  total: number,
  classId?: number,
): void {
  const index = new DatabaseSync(join(folder, 'gleaner.db'))
  const columnsOf = (table: string) =>
    index
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map(({ name }) => String(name))
  const made: Readonly<Record<string, string>> = {
    ...{ seq: 'NULL', id: ':id', class_id: 'coalesce(:classId, class_id)', version: '1' },
    ...{ original_digest: ':digest', original_kept: '0', stored_at_ms: 'stored_at_ms + :step' },
  }
  const imageColumns = columnsOf('image')
  const addImage = index.prepare(
    `INSERT INTO image (${imageColumns.join(', ')})
     SELECT ${imageColumns.map(name => made[name] ?? name).join(', ')} FROM image WHERE seq = :seq`,
  )
  const addRest = alongside.map(table => {
    const rest = columnsOf(table).filter(name => name !== 'image_seq')
    return index.prepare(
      `INSERT INTO ${table} (image_seq, ${rest.join(', ')})
       SELECT :made, ${rest.join(', ')} FROM ${table} WHERE image_seq = :seq`,
    )
  })
  const held = index
    .prepare(
      `SELECT seq, image.id AS id, version, folder FROM image JOIN class ON class.id = class_id
        WHERE state = 'stored' ORDER BY seq`,
    )
    .all() as unknown as HeldImage[]
  const into = index.prepare('SELECT folder FROM class WHERE id = ?').get(classId ?? 0)?.folder
  index.exec('BEGIN')
  for (let step = 0; held.length + step < total; step++) {
    const from = held[step % held.length]
    if (!from) throw new Error('There is no picture to copy.')
    const digest = createHash('sha256').update(`${step} of ${from.id}`).digest('hex')
    const id = digest.slice(0, 20)
    const name = from.version === 1 ? from.id : `${from.id}_${from.version}`
    const images = join(folder, 'images')
    linkSync(join(images, from.folder, `${name}.jpg`), join(images, String(into ?? from.folder), `${id}.jpg`))
    const { lastInsertRowid } = addImage.run({ seq: from.seq, id, classId: classId ?? null, digest, step })
    for (const add of addRest) add.run({ made: lastInsertRowid, seq: from.seq })
  }
  index.exec('COMMIT')
  index.close()
}
