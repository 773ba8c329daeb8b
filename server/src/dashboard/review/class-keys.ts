/** Which class each of the keys 1 to 9 moves a picture to. */
import type { ClassSummary } from '@gleaner/shared/dataset'

export const classDigits = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const

/** Ids of classes by digit; `null` where a key does nothing. */
export type Assigned = readonly (number | null)[]

export function readAssigned(text: string | null): Assigned | undefined {
  try {
    const ids: unknown = JSON.parse(text ?? 'null')
    if (!Array.isArray(ids)) return undefined
    return classDigits.map((_, place) => (Number.isInteger(ids[place]) ? Number(ids[place]) : null))
  } catch {
    return undefined
  }
}

/** By default the nine oldest classes, whichever is under review: a number means the same class everywhere, for good. */
export function classesByKey(
  assigned: Assigned | undefined,
  classes: readonly ClassSummary[],
): readonly (ClassSummary | undefined)[] {
  if (!assigned) {
    const oldest = classes.toSorted((a, b) => a.id - b.id)
    return classDigits.map((_, place) => oldest[place])
  }
  return assigned.map(classId => classes.find(({ id }) => id === classId))
}

/** Gives a class the key of a digit, and takes from it whichever it had. */
export const assign = (assigned: Assigned, place: number, classId: number | null): Assigned =>
  assigned.map((held, at) => {
    if (at === place) return classId
    return held === classId ? null : held
  })
