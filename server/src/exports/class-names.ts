/** What classes are called in an export, and which names some reader would take for something else. */
import type { ExportRequest, Finding } from '@gleaner/shared/exports'
import { folderSlug } from '@gleaner/shared/slug'
import type { VersionClass } from '@gleaner/shared/versions'
import type { ExportClass, Superclass } from './exporter.ts'
import { createTally, finding } from './finding.ts'

/**
 * Words that make Hugging Face `datasets` count a file to a split when they stand alone between ends, digits, `-`, `.`, `_`
 * and spaces. Letter case matters to it.
 */
const splitWord =
  /(?:^|[-._ \d])(?:train|training|validation|valid|dev|val|test|testing|eval|evaluation)(?=$|[-._ \d])/

/** Names Windows keeps for devices, with any extension. */
const reserved = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(?:\.|$)/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[/\\:*?"<>|\u0000-\u001f\u007f]/

export const holdsSplitWord = (name: string): boolean => splitWord.test(name)

/** Whether no system keeps a folder from having this name, and no reader passes over it. */
export const isSafeName = (name: string): boolean =>
  name === name.normalize('NFC') &&
  !forbidden.test(name) &&
  !reserved.test(name) &&
  !name.startsWith('.') &&
  !/[. ]$/.test(name) &&
  !name.startsWith(' ')

/** Orders names as Python, and every consumer written in it, sorts them: by code point, `10 < 9 < A < a < é`. */
export const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const folded = (name: string) => name.normalize('NFC').toLowerCase()

export interface NamedClasses {
  readonly classes: readonly ExportClass[]
  readonly superclasses: readonly Superclass[]
}

/** @param present - classes of the version that have pictures in the export */
export function nameClasses(
  present: readonly VersionClass[],
  { classNames = {} }: Pick<ExportRequest, 'classNames'>,
): NamedClasses {
  const parents = [...new Set(present.flatMap(({ parent }) => parent ?? []))]
  const taken = new Set<string>()
  const superclasses = parents
    .map((label): Superclass => {
      const name = folderSlug(label, taken)
      taken.add(name)
      return { label, name }
    })
    .sort((a, b) => byCodePoint(a.name, b.name))
  const superIndexOf = ({ label, parent }: VersionClass) => {
    const at = superclasses.findIndex(one => one.label === (parent ?? label))
    return at < 0 ? null : at
  }
  const named = present.map(one => ({ ...one, name: classNames[one.label] ?? one.folder }))
  return {
    classes: named
      .sort((a, b) => byCodePoint(a.name, b.name))
      .map((one, index) => ({ ...one, index, superIndex: superIndexOf(one) })),
    superclasses,
  }
}

/** What is wrong with names that were asked for, and which classes go by another name than their label. */
export function namingFindings(
  { classes }: Pick<NamedClasses, 'classes'>,
  { classNames = {} }: Pick<ExportRequest, 'classNames'>,
): readonly Finding[] {
  const keyword = createTally()
  const unsafe = createTally()
  const double = createTally()
  const renamed = createTally()
  const unknown = createTally()
  const better: Record<string, string> = {}
  const names = new Set<string>()
  for (const { label, name, folder } of classes) {
    const isDouble = names.has(folded(name))
    names.add(folded(name))
    if (!isSafeName(name)) unsafe.add(name)
    else if (holdsSplitWord(name)) keyword.add(name)
    else if (isDouble) double.add(name)
    else {
      if (name !== label) renamed.add(`${label} → ${name}`)
      continue
    }
    better[label] = folder
  }
  for (const label of Object.keys(classNames)) {
    if (!classes.some(one => one.label === label)) unknown.add(label)
  }
  const fix = { classNames: { ...classNames, ...better } }
  return [
    ...unsafe.found({ code: 'EXPORT_CLASS_UNSAFE', weight: 'refused', fix }),
    ...double.found({ code: 'EXPORT_CLASS_COLLISION', weight: 'refused', fix }),
    ...keyword.found({ code: 'EXPORT_CLASS_KEYWORD', weight: 'lost', fix }),
    ...unknown.found({ code: 'EXPORT_CLASS_UNKNOWN', weight: 'note' }),
    ...renamed.found({ code: 'EXPORT_CLASS_RENAMED', weight: 'note' }),
    ...(classes.length === 1
      ? [finding({ code: 'EXPORT_ONE_CLASS', weight: 'lost', count: 1, examples: [classes[0]?.label ?? ''] })]
      : []),
  ]
}
