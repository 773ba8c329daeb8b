/** An export before anything is made: which pictures, under which names, in which sizes. */
import type { SplitName } from '@gleaner/shared/splits'
import { splitNames } from '@gleaner/shared/splits'
import type { VersionImage } from '@gleaner/shared/versions'
import type { OpenVersion, Versions } from '../store/versions/types.ts'
import type { Asked } from './asked.ts'
import { type Choice, choose } from './choose.ts'
import { nameClasses } from './class-names.ts'
import type { ExportClass, PlannedImage, PlannedSet } from './exporter.ts'
import { type View, viewOf } from './view.ts'

/** Of a picture, and of the files it can be made from. */
export interface Planned {
  readonly image: PlannedImage
  readonly view: View
  /** As it was filed; `undefined` when it is gone. */
  readonly filed: string | undefined
  readonly original: string | undefined
}

export interface Plan {
  readonly asked: Asked
  readonly version: OpenVersion
  readonly set: PlannedSet
  readonly choice: Choice
  /** In the order of ids, each with where it comes from. */
  readonly pictures: () => AsyncIterable<Planned>
}

const extensions = { jpeg: 'jpg', png: 'png', webp: 'webp' } as const

/** @throws AppError `VERSION_DAMAGED` */
export async function planExport(
  asked: Asked,
  version: OpenVersion,
  files: Versions['files'],
): Promise<Plan> {
  const { request, exporter, options, render } = asked
  const { header, summary } = version
  const extension = extensions[render.format]
  const every = nameClasses(header.classes, request)
  const everyByLabel = new Map(every.classes.map(one => [one.label, one]))

  const planned = (from: VersionImage, byLabel: ReadonlyMap<string, ExportClass>, isSplit: boolean) => {
    const ofClass = byLabel.get(from.label)
    if (!ofClass) return undefined
    const view = viewOf(from, header.render, render)
    const { id, fold, trial } = from
    const { width, height, boxes } = view
    const split = isSplit ? from.split : null
    return { view, image: { id, class: ofClass, split, fold, trial, width, height, extension, boxes, from } }
  }
  /** With the files there are now: what was kept when the version was made may be gone. */
  const withFiles = (from: VersionImage, byLabel: ReadonlyMap<string, ExportClass>, isSplit: boolean) => {
    const held = files(from)
    const isKept = held.original !== undefined
    const now = isKept === from.original.isKept ? from : { ...from, original: { ...from.original, isKept } }
    const one = planned(now, byLabel, isSplit)
    if (!one) return undefined
    const image = { ...one.image, from }
    return { image, view: one.view, filed: held.rendered?.path, original: held.original?.path }
  }
  const takes = (from: VersionImage) => {
    if (!exporter.takes && !request.leaveOutGone) return true
    const one = withFiles(from, everyByLabel, true)
    if (!one || (request.leaveOutGone && isGone(one))) return false
    return exporter.takes?.(one.image, options) ?? true
  }
  const choice = await choose(version, request, takes)
  const { isChosen, isSplit } = choice

  const counts = await countChosen(version, choice)
  const { classes, superclasses } = nameClasses(
    header.classes.filter(({ label }) => counts.has(label)),
    request,
  )
  const byLabel = new Map(classes.map(one => [one.label, one]))
  const tally = (split: SplitName | null) =>
    classes.map(({ label }) => counts.get(label)?.get(isSplit ? split : null) ?? 0)
  const countIn = (split: SplitName | null) => tally(split).reduce((sum, count) => sum + count, 0)
  const splits = isSplit ? splitNames.filter(split => countIn(split) > 0) : [null]

  async function* pictures(): AsyncGenerator<Planned> {
    let at = 0
    for await (const from of version.images()) {
      const one = isChosen(at++) ? withFiles(from, byLabel, isSplit) : undefined
      if (one) yield one
    }
  }
  const set: PlannedSet = {
    header,
    version: {
      ...{ name: summary.name, description: summary.description, digest: summary.digest },
      createdAtMs: summary.createdAtMs,
    },
    ...{ classes, superclasses, splits, countIn, tally, render },
    count: splits.reduce((sum, split) => sum + countIn(split), 0),
    images: async function* () {
      for await (const { image } of pictures()) yield image
    },
  }
  return { asked, version, set, choice, pictures }
}

/** Whether nothing is left that a picture could be made from. */
export const isGone = ({ view, filed, original }: Planned): boolean =>
  (view.source === 'original' ? original : filed) === undefined

/** Pictures by label and split. */
async function countChosen(version: OpenVersion, { isChosen, isSplit }: Choice) {
  const counts = new Map<string, Map<SplitName | null, number>>()
  let at = 0
  for await (const { label, split } of version.images()) {
    if (!isChosen(at++)) continue
    const ofLabel = counts.get(label) ?? new Map<SplitName | null, number>()
    counts.set(label, ofLabel)
    const key = isSplit ? split : null
    ofLabel.set(key, (ofLabel.get(key) ?? 0) + 1)
  }
  return counts
}
