/** Classes that became part of others: what was said of one that is gone is said of the one it became part of. */
import type { Database } from './database.ts'
import type { ClassRef } from './types.ts'

type Named = Pick<ClassRef, 'id' | 'label'>

interface Row extends Named {
  readonly isDeleted: 0 | 1
}

interface MergeRow {
  readonly classId: number
  readonly intoClassId: number
}

export const mergesSql = `
  SELECT x.about ->> '$.classId' AS classId, x.about ->> '$.intoClassId' AS intoClassId
    FROM act a CROSS JOIN action x ON x.id = a.id WHERE a.kind = 'merge-class' AND a.state = 'done' ORDER BY a.id`

/** @returns the class that stands for one: itself, when it is there or was deleted; nothing, when there never was one */
export function createMergedClasses(db: Database): (classId: number) => Named | undefined {
  const merges = db.prepare<[], MergeRow>(mergesSql)
  const classOf = db.prepare<[number], Row>(
    'SELECT id, label, is_deleted AS isDeleted FROM class WHERE id = ?',
  )
  const changes = db.prepare<[], number>('SELECT total_changes()').pluck()
  let known = { at: -1, into: new Map<number, number>() }

  const mergedInto = (classId: number): number | undefined => {
    const at = changes.get() ?? 0
    if (known.at !== at) {
      known = { at, into: new Map(merges.all().map(each => [each.classId, each.intoClassId])) }
    }
    return known.into.get(classId)
  }

  return classId => {
    const seen = new Set<number>()
    let found = classOf.get(classId)
    while (found?.isDeleted === 1 && !seen.has(found.id)) {
      seen.add(found.id)
      const into = mergedInto(found.id)
      found = (into === undefined ? undefined : classOf.get(into)) ?? found
    }
    return found && { id: found.id, label: found.label }
  }
}
