/** Classes as a source calls them, and what they are called here. */
import { type ClassMap, classNameKey, type ImportSeen } from '@gleaner/shared/imports'
import { limits } from '@gleaner/shared/limits'

export interface NamedClass {
  readonly seen: ImportSeen['names'][number]
  /** One's own class; empty where what is of it is left out. */
  readonly own: string
  /** What that was before a person had a say. */
  readonly proposed: string
}

/** @returns the name as far as a class may have it, cut between characters */
export const asItIs = (name: string): string => [...name].slice(0, limits.classChars).join('')

/** @returns for each the class of one's own that is called alike, or else one of the same name */
export function proposalsOf(names: ImportSeen['names'], own: readonly string[]): readonly NamedClass[] {
  const byKey = new Map(own.map(label => [classNameKey(label), label]))
  return names.map(seen => {
    const proposed = byKey.get(classNameKey(seen.name)) ?? asItIs(seen.name)
    return { seen, own: proposed, proposed }
  })
}

/**
 * @param isWhole - whether these are all classes of the source
 * @returns nothing where classes keep the names they have, and where nobody changed what is only a part of them: then all
 *   come, also those that were not seen
 */
export function mapOf(classes: readonly NamedClass[], isWhole: boolean): ClassMap | undefined {
  if (!isWhole && classes.every(({ own, proposed }) => own === proposed)) return undefined
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
