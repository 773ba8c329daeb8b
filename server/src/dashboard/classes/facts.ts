/** What a person types about a class, and the facts it comes to. */
import type { ClassFacts } from '@gleaner/shared/acts'
import type { ClassSummary } from '@gleaner/shared/dataset'
import { limits } from '@gleaner/shared/limits'
import { readGoal } from '../overview/goal.ts'

export interface FactsDraft {
  /** `#rrggbb`, or empty for a colour of the dashboard's own. */
  readonly color: string
  readonly goal: string
  readonly description: string
  /** Set apart by commas or lines. */
  readonly synonyms: string
  /** Id of the superclass; empty for none. */
  readonly parentId: string
}

export const toDraft = ({ color, goal, description, synonyms, parentId }: ClassSummary): FactsDraft => ({
  color: color ?? '',
  goal: goal === null ? '' : String(goal),
  description,
  synonyms: synonyms.join(', '),
  parentId: parentId === null ? '' : String(parentId),
})

const mostSynonyms = 50

/** @returns each name once, in order; empty ones are left out */
export const readSynonyms = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,;\n]/)
      .map(name => name.trim())
      .filter(Boolean),
  ),
]

/** @returns `undefined` in place of what cannot be meant */
export function readDraft(draft: FactsDraft): ClassFacts | undefined {
  const goal = readGoal(draft.goal)
  const synonyms = readSynonyms(draft.synonyms)
  const areNames = synonyms.length <= mostSynonyms && synonyms.every(name => name.length <= limits.classChars)
  if (goal === undefined || !areNames) return undefined
  return {
    color: draft.color === '' ? null : draft.color,
    goal,
    description: draft.description.trim(),
    synonyms,
    parentId: draft.parentId === '' ? null : Number(draft.parentId),
  }
}

/** Classes that may stand above this one: classes nest one level. */
export function possibleParents(classes: readonly ClassSummary[], classId: number): readonly ClassSummary[] {
  if (classes.some(({ parentId }) => parentId === classId)) return []
  return classes.filter(({ id, parentId }) => id !== classId && parentId === null)
}

export interface ClassGroup {
  /** `undefined` for classes that stand alone. */
  readonly parent: ClassSummary | undefined
  readonly classes: readonly ClassSummary[]
}

/** Superclasses with what is below them, in the order of the classes; those that stand alone come first. */
export function groupClasses(classes: readonly ClassSummary[]): readonly ClassGroup[] {
  const above = new Set(classes.map(({ parentId }) => parentId))
  const parents = classes.filter(({ id }) => above.has(id))
  const alone = classes.filter(({ id, parentId }) => parentId === null && !above.has(id))
  const groups = parents.map(parent => ({
    parent,
    classes: [parent, ...classes.filter(({ parentId }) => parentId === parent.id)],
  }))
  return alone.length > 0 ? [{ parent: undefined, classes: alone }, ...groups] : groups
}
