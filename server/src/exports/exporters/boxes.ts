/** Boxes as detection formats are given them: within their picture, and of labels that have a number. */
import type { Finding } from '@gleaner/shared/exports'
import { Type } from 'typebox'
import type { ExportPicture, ExportSet, KeptMarks, PlannedImage, PlannedSet } from '../exporter.ts'
import { createTally, finding } from '../finding.ts'
import type { Rule } from './rules.ts'

/** What becomes of pictures in which nobody has drawn a box. */
export const unboxedOption = Type.Enum(['background', 'leave-out', 'full'], {
  title: 'Pictures without a box',
  description:
    '"background" writes them as showing nothing, "leave-out" writes only pictures with boxes, "full" draws a box round the whole picture.',
  default: 'background',
})
export type Unboxed = 'background' | 'leave-out' | 'full'

/** Of a format that has no place for the class of a picture as a whole. */
export const onlyBoxes = ({ unboxed }: { readonly unboxed: Unboxed }): KeptMarks => ({
  classes: false,
  boxes: 'each',
  isFull: unboxed === 'full',
})

export interface DrawnBox {
  readonly label: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

type Boxed = Pick<PlannedImage, 'boxes' | 'width' | 'height' | 'class'>

/** Whether an export takes a picture at all. */
export const takesBoxed = ({ boxes }: Boxed, { unboxed }: { readonly unboxed: Unboxed }): boolean =>
  unboxed !== 'leave-out' || boxes.length > 0

/** @returns what is to be written; boxes are cut at the edges, and left out where nothing of them is inside */
export function drawnBoxes(picture: Boxed, unboxed: Unboxed): readonly DrawnBox[] {
  const { width, height } = picture
  if (picture.boxes.length === 0 && unboxed === 'full')
    return [{ label: picture.class.label, x: 0, y: 0, width, height }]
  return picture.boxes.flatMap(box => {
    const [x, y] = [Math.max(0, box.x), Math.max(0, box.y)]
    const [right, bottom] = [Math.min(width, box.x + box.width), Math.min(height, box.y + box.height)]
    return right > x && bottom > y ? [{ label: box.label, x, y, width: right - x, height: bottom - y }] : []
  })
}

/** Labels by their number: those of classes first, in their order, then those that only boxes have, by code point. */
export async function boxLabels(set: ExportSet): Promise<readonly string[]> {
  const labels = set.classes.map(({ label }) => label)
  const further = new Set<string>()
  for await (const { boxes } of set.pictures()) for (const { label } of boxes) further.add(label)
  for (const label of labels) further.delete(label)
  return [...labels, ...[...further].sort(byCodePoint)]
}

const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** @returns the number of each label, from `first` */
export const numbered = (labels: readonly string[], first: number): ReadonlyMap<string, number> =>
  new Map(labels.map((label, at) => [label, first + at]))

/**
 * Rules of all formats of boxes.
 *
 * @param options - as they were given; a fix is laid over all of them
 * @param tiny - what is too small for the consumer; by default what is smaller than a pixel
 */
export function boxRules(
  set: PlannedSet,
  options: { readonly unboxed: Unboxed },
  tiny: Rule = tinyRule(({ width, height }) => Math.min(width, height) < 1, 'note'),
): readonly Rule[] {
  return [unboxedRule(options), furtherLabelsRule(set), tiny]
}

function unboxedRule(options: { readonly unboxed: Unboxed }): Rule {
  const without = createTally()
  let boxed = 0
  const weigh = (): Finding[] => {
    const asFull: Finding['fix'] = { options: { ...options, unboxed: 'full' } }
    if (boxed === 0 && options.unboxed !== 'full')
      return without.found({ code: 'EXPORT_NO_BOXES', weight: 'refused', fix: asFull }).slice()
    if (options.unboxed !== 'background') return []
    const fix: Finding['fix'] = { options: { ...options, unboxed: 'leave-out' } }
    return without.found({ code: 'EXPORT_UNBOXED', weight: 'lost', fix }).slice()
  }
  return {
    see: ({ id, boxes }) => {
      if (boxes.length > 0) boxed += 1
      else without.add(id)
    },
    found: weigh,
  }
}

function furtherLabelsRule(set: PlannedSet): Rule {
  const known = new Set(set.classes.map(({ label }) => label))
  const further = new Set<string>()
  return {
    see: ({ boxes }) => {
      for (const { label } of boxes) if (!known.has(label)) further.add(label)
    },
    found: () =>
      further.size === 0
        ? []
        : [
            finding({
              code: 'EXPORT_BOX_LABEL',
              weight: 'note',
              count: further.size,
              examples: [...further],
            }),
          ],
  }
}

/** Boxes too small for a consumer, counted by picture. */
export function tinyRule(
  isTiny: (box: DrawnBox, picture: PlannedImage) => boolean,
  weight: Finding['weight'],
): Rule {
  const tiny = createTally()
  return {
    see: image => {
      if (drawnBoxes(image, 'background').some(box => isTiny(box, image))) tiny.add(image.id)
    },
    found: () => tiny.found({ code: 'EXPORT_BOX_TINY', weight }),
  }
}

export function crowdRule(most: number, weight: Finding['weight']): Rule {
  const crowds = createTally()
  return {
    see: ({ id, boxes }) => {
      if (boxes.length > most) crowds.add(id)
    },
    found: () => crowds.found({ code: 'EXPORT_BOX_CROWD', weight }),
  }
}

/** Where a picture's file goes in most formats: a folder a split. */
export const fileIn = (folder: string, { id, extension }: Pick<ExportPicture, 'id' | 'extension'>): string =>
  `${folder}/${id}.${extension}`
