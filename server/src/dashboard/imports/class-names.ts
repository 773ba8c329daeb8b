/** Classes as a source calls them, and what they are called here. */
import { type ClassMap, classNameKey, type ImportSeen } from '@gleaner/shared/imports'
import { limits } from '@gleaner/shared/limits'

export interface NamedClass {
  readonly seen: ImportSeen['names'][number]
  /** One's own class; empty where what is of it is left out. */
  readonly own: string
}

/** @returns for each the class of one's own that is called alike, or else one of the same name */
export function proposalsOf(names: ImportSeen['names'], own: readonly string[]): readonly NamedClass[] {
  const byKey = new Map(own.map(label => [classNameKey(label), label]))
  return names.map(seen => ({
    seen,
    own: byKey.get(classNameKey(seen.name)) ?? [...seen.name].slice(0, limits.classChars).join(''),
  }))
}

/** @returns nothing where classes keep the names they have: then all of them come, also those that were not seen */
export function mapOf(classes: readonly NamedClass[]): ClassMap | undefined {
  if (classes.every(({ seen, own }) => own === seen.name)) return undefined
  const map = new Map<string, string[]>()
  for (const { seen, own } of classes) {
    const label = own.trim()
    if (label !== '') map.set(label, [...(map.get(label) ?? []), seen.name])
  }
  return Object.fromEntries(map)
}

/** Whether a map would leave out everything. */
export const isNothing = (classes: readonly NamedClass[]): boolean =>
  classes.length > 0 && classes.every(({ own }) => own.trim() === '')
