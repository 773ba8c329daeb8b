/** Reading candidates: the activity list and the look-up by address. */
import type { CandidatePage, CandidateRow } from '@gleaner/shared/api'
import type { Known } from '@gleaner/shared/collect'
import { parseHttpUrl, urlKey } from '@gleaner/shared/url'
import { pageSize, readCursor, writeCursor } from './cursor.ts'
import type { Database } from './database.ts'
import type { CandidateFilter, Page } from './types.ts'

/** Rows looked at for a page at most when they are searched for a text. */
const searchedRows = 20_000

const columns = `
  c.id, c.state, c.code, k.label AS classLabel, coalesce(s.url, c.url_key) AS url, c.host,
  CASE WHEN c.state NOT IN ('queued', 'leased') AND c.total_attempts > 0 THEN s.kind END AS sourceKind, c.title,
  c.image_id AS imageId, c.distance_bits AS distanceBits, c.explanation, c.total_attempts AS attempts,
  c.updated_at_ms AS updatedAtMs`

const joins = `
  JOIN class k ON k.id = c.class_id
  LEFT JOIN source s ON s.candidate_id = c.id AND s.position = c.source_index`

/** Filters as SQL over `candidate c`, newest change first; one text for each combination that is asked for. */
function selectSql(what: string, from: string, filter: CandidateFilter, hasCursor: boolean): string {
  const conditions = [
    filter.state === undefined ? '' : 'c.state = :state',
    filter.code === undefined ? '' : 'c.code = :code',
    filter.classId === undefined ? '' : 'c.class_id = :classId',
    hasCursor ? '(c.updated_at_ms, c.id) < (:beforeMs, :beforeId)' : '',
  ].filter(Boolean)
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return `SELECT ${what} FROM ${from} ${where} ORDER BY c.updated_at_ms DESC, c.id DESC`
}

/** The statement that lists a page; `searched` many rows are looked at for a text. */
export function listSql(filter: CandidateFilter, hasCursor: boolean): string {
  if (filter.text === undefined) {
    return `${selectSql(columns, `candidate c ${joins}`, filter, hasCursor)} LIMIT :limit`
  }
  const searched = `${selectSql('c.id', 'candidate c', filter, hasCursor)} LIMIT ${searchedRows}`
  return `SELECT ${columns} FROM (${searched}) seen CROSS JOIN candidate c ON c.id = seen.id ${joins}
           WHERE c.url_key LIKE :pattern ESCAPE '!' OR c.title LIKE :pattern ESCAPE '!'
           ORDER BY c.updated_at_ms DESC, c.id DESC LIMIT :limit`
}

/** What is known of many addresses, in one go. The class and the thumbnail are those of the picture that is held. */
export const lookupSql = `
  SELECT asked.key AS place, c.state, c.code, k.label AS class, coalesce(i.is_thumbnail, 0) AS isThumbnail
    FROM json_each(:keys) asked
   CROSS JOIN candidate c ON c.url_key = asked.value
    LEFT JOIN image i ON i.id = c.image_id AND i.state = 'stored'
    JOIN class k ON k.id = coalesce(i.class_id, c.class_id)`

interface KnownRow extends Omit<Known, 'isThumbnail'> {
  readonly place: number
  readonly isThumbnail: 0 | 1
}

function likePattern(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`
}

type Bound = Record<string, unknown>

export function createCandidateList(db: Database) {
  const statements = new Map<string, ReturnType<typeof prepare>>()
  const prepare = (sql: string) => db.prepare<Bound, CandidateRow>(sql)
  const prepared = (sql: string) => {
    const found = statements.get(sql) ?? prepare(sql)
    statements.set(sql, found)
    return found
  }
  const known = db.prepare<{ keys: string }, KnownRow>(lookupSql)

  /** Where a search that looked at its fill of rows goes on. */
  const searchedUpTo = (filter: CandidateFilter, bound: Bound, hasCursor: boolean) => {
    const what = 'c.updated_at_ms AS updatedAtMs, c.id'
    const sql = `${selectSql(what, 'candidate c', filter, hasCursor)} LIMIT 1 OFFSET ${searchedRows - 1}`
    return prepared(sql).get(bound)
  }

  const list = (filter: CandidateFilter, page: Page): CandidatePage => {
    const key = readCursor(page.cursor, 2)
    const limit = pageSize(page.limit)
    const hasCursor = key !== undefined
    const { text, ...rest } = filter
    const bound = { ...rest, beforeMs: key?.[0], beforeId: key?.[1] }
    const pattern = text === undefined ? undefined : likePattern(text)
    const candidates = prepared(listSql(filter, hasCursor)).all({ ...bound, pattern, limit })
    const isFull = candidates.length === limit
    const last = isFull || text === undefined ? candidates.at(-1) : searchedUpTo(filter, bound, hasCursor)
    const goesOn = isFull || text !== undefined
    return { candidates, cursor: goesOn && last ? writeCursor(last.updatedAtMs, last.id) : null }
  }

  return {
    list,
    lookup: (urls: readonly string[]): (Known | null)[] => {
      const keys = urls.map(url => {
        const parsed = parseHttpUrl(url)
        return parsed ? urlKey(parsed) : url
      })
      const found = new Map(
        known.all({ keys: JSON.stringify(keys) }).map(({ place, isThumbnail, ...rest }) => {
          return [place, { ...rest, isThumbnail: isThumbnail === 1 }]
        }),
      )
      return urls.map((_, place) => found.get(place) ?? null)
    },
  }
}
