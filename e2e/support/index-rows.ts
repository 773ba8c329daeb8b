import { existsSync } from 'node:fs'
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
