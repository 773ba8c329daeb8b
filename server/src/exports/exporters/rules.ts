/** What consumers ask of pictures and boxes, as small rules that look at each picture once. */
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Finding } from '@gleaner/shared/exports'
import type { PlannedImage, PlannedSet } from '../exporter.ts'
import { createTally, finding } from '../finding.ts'

export interface Rule {
  readonly see: (image: PlannedImage) => void
  readonly found: () => readonly Finding[]
}

type Fix = Finding['fix']

/** Goes through the pictures once, whatever the number of rules. */
export async function heldTo(set: PlannedSet, rules: readonly Rule[]): Promise<readonly Finding[]> {
  for await (const image of set.images()) for (const rule of rules) rule.see(image)
  return rules.flatMap(rule => rule.found())
}

const nameOf = ({ id, extension }: PlannedImage) => `${id}.${extension}`

/** Pictures of which `isMet` is true are counted. */
export function pictureRule(
  isMet: (image: PlannedImage) => boolean,
  as: {
    readonly code: ErrorCode & `EXPORT_${string}`
    readonly weight: Finding['weight']
    readonly fix?: Fix
  },
): Rule {
  const tally = createTally()
  return {
    see: image => {
      if (isMet(image)) tally.add(nameOf(image))
    },
    found: () => tally.found(as),
  }
}

/** The consumer opens pictures of some kinds only. */
export const kindsRule = (read: readonly PlannedImage['extension'][]): Rule =>
  pictureRule(({ extension }) => !read.includes(extension), {
    code: 'EXPORT_PICTURE_FORMAT',
    weight: 'refused',
    fix: { render: { format: 'jpeg' } },
  })

export const tooSmallRule = (leastPx: number, weight: Finding['weight']): Rule =>
  pictureRule(({ width, height }) => Math.min(width, height) < leastPx, {
    code: 'EXPORT_PICTURE_TOO_SMALL',
    weight,
  })

export const tooLargeRule = (mostPx: number, weight: Finding['weight']): Rule =>
  pictureRule(({ width, height }) => Math.max(width, height) > mostPx, {
    code: 'EXPORT_PICTURE_TOO_LARGE',
    weight,
    fix: { render: { sidePx: mostPx, fit: 'inside' } },
  })

/** Classes with fewer than so many pictures in all. */
export function smallClasses(set: PlannedSet, least: number, weight: Finding['weight']): readonly Finding[] {
  const tallies = set.splits.map(split => set.tally(split))
  const small = set.classes.filter(
    ({ index }) => tallies.reduce((sum, tally) => sum + (tally[index] ?? 0), 0) < least,
  )
  if (small.length === 0) return []
  const examples = small.map(({ label }) => label)
  return [finding({ code: 'EXPORT_CLASS_TOO_SMALL', weight, count: small.length, examples })]
}

export function classCount(
  set: PlannedSet,
  { least, most }: { readonly least: number; readonly most: number },
): readonly Finding[] {
  const count = set.classes.length
  return count >= least && count <= most
    ? []
    : [finding({ code: 'EXPORT_TOO_MANY_CLASSES', weight: 'refused', count })]
}
