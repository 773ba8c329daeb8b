/** Filters a person gave a name: all SQL about the table `saved_view`. */
import { AppError } from '@gleaner/shared/errors'
import type { SavedView } from '@gleaner/shared/gallery'
import { cleanText } from '@gleaner/shared/text'
import type { Database } from '../database.ts'
import { inTransaction } from '../transaction.ts'

interface ViewRow {
  readonly id: number
  readonly name: string
  readonly filter: string
  readonly by_order: string
}

const nameChars = 80
const mostViews = 200

export interface SavedViews {
  /** In order of their names. */
  readonly list: () => readonly SavedView[]
  /**
   * Takes the place of the view that has this name.
   *
   * @throws AppError `PROTOCOL_INVALID` when the name is empty, `PROTOCOL_CONFLICT` when there are too many
   */
  readonly save: (view: Omit<SavedView, 'id'>) => SavedView
  /** @throws AppError `PROTOCOL_NOT_FOUND` */
  readonly remove: (viewId: number) => void
}

export function createSavedViews(db: Database): SavedViews {
  const all = db.prepare<[], ViewRow>('SELECT * FROM saved_view ORDER BY name')
  const count = db.prepare<[], number>('SELECT count(*) FROM saved_view').pluck()
  const save = db
    .prepare<[string, string, string], number>(
      `INSERT INTO saved_view (name, filter, by_order) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET filter = excluded.filter, by_order = excluded.by_order RETURNING id`,
    )
    .pluck()
  const remove = db.prepare<[number]>('DELETE FROM saved_view WHERE id = ?')
  return {
    list: () => all.all().map(toView),
    save: ({ name, filter, order }) => {
      const clean = cleanText(name.normalize('NFC'), nameChars)
      if (!clean) throw new AppError('PROTOCOL_INVALID', { part: 'body', at: 'name' })
      return inTransaction(db, () => {
        const id = save.get(clean, JSON.stringify(filter), JSON.stringify(order)) ?? 0
        if ((count.get() ?? 0) > mostViews) throw new AppError('PROTOCOL_CONFLICT', { views: mostViews })
        return { id, name: clean, filter, order }
      })
    },
    remove: viewId =>
      inTransaction(db, () => {
        if (remove.run(viewId).changes === 0) throw new AppError('PROTOCOL_NOT_FOUND', { viewId })
      }),
  }
}

function toView({ id, name, filter, by_order: order }: ViewRow): SavedView {
  return {
    id,
    name,
    filter: JSON.parse(filter) as SavedView['filter'],
    order: JSON.parse(order) as SavedView['order'],
  }
}
