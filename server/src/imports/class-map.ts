/** Classes as others name them, and one's own. */
import { type ClassMap, classNameKey, type ImportFormat } from '@gleaner/shared/imports'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'

export interface Naming {
  /** @returns one's own class; nothing where there is none for it */
  readonly labelOf: (name: string) => string | undefined
  /** Whether what is not named is left out. */
  readonly isMapped: boolean
}

/** @param map - without one, classes are called as they are in the source */
export function createNaming(map: ClassMap | undefined, format: ImportFormat): Naming {
  if (!map) {
    return { isMapped: false, labelOf: name => cleanText(name.normalize('NFC'), limits.classChars) }
  }
  const labels = new Map<string, string>()
  for (const [label, names] of Object.entries(map)) {
    const own = cleanText(label.normalize('NFC'), limits.classChars)
    if (own === undefined) continue
    for (const name of Array.isArray(names) ? names : (names[format] ?? [])) {
      // The first of two classes that claim a name has it.
      if (!labels.has(classNameKey(name))) labels.set(classNameKey(name), own)
    }
  }
  return { isMapped: true, labelOf: name => labels.get(classNameKey(name)) }
}

interface Named {
  readonly labels: readonly string[]
  readonly boxes: readonly { readonly label: string; readonly width: number; readonly height: number }[]
}

/**
 * The class of a picture: the one it is said to be of, or else that of its boxes which cover most of it, or else the one
 * for what names none.
 */
export function classOf({ labels, boxes }: Named, fallback: string | undefined): string | undefined {
  const [first] = labels
  if (first !== undefined) return first
  const areas = new Map<string, number>()
  for (const { label, width, height } of boxes) areas.set(label, (areas.get(label) ?? 0) + width * height)
  const largest = [...areas].sort(([a, areaA], [b, areaB]) => areaB - areaA || (a < b ? -1 : 1))[0]
  return largest?.[0] ?? fallback
}
