/** What would be refused, lost, or good to know, before anything is written: the rules that hold for every format. */
import type { Finding, Preflight } from '@gleaner/shared/exports'
import { namingFindings } from './class-names.ts'
import { createTally, finding } from './finding.ts'
import { isGone, type Plan, type Planned } from './plan.ts'

/** Bytes a pixel of a picture that is encoded anew: a guess. */
const bytesAPixel = { jpeg: 0.3, png: 1.8, webp: 0.25 } as const
/** What lies beside the pictures, for each of them: also a guess. */
const bytesBeside = 1_000
/** Ultralytics refuses smaller pictures. */
const leastSidePx = 10

/** @param freeBytes - room on the disk */
export async function preflightOf(plan: Plan, freeBytes: number): Promise<Preflight> {
  const { asked, set } = plan
  const { exporter, options, request } = asked
  const ofPictures = await lookAtPictures(plan)
  const findings: Finding[] = [
    ...(set.count === 0 ? [finding({ code: 'EXPORT_EMPTY', weight: 'refused', count: 0 })] : []),
    ...containerFindings(plan),
    ...namingFindings(set, request),
    ...splitFindings(plan),
    ...ofPictures.findings,
    ...(set.count === 0 ? [] : await exporter.preflight(set, options)),
  ]
  const { sizeBytes, encoded } = ofPictures
  // For a while, the set lies there as a folder and in its archive.
  const needed = sizeBytes * (asked.container === 'folder' ? 1 : 2)
  if (needed > freeBytes) {
    const examples = [`${megabytes(needed)} MB wanted`, `${megabytes(freeBytes)} MB free`]
    findings.push(finding({ code: 'EXPORT_NO_ROOM', weight: 'refused', count: set.count, examples }))
  }
  return {
    findings: inOrder(findings),
    images: set.count,
    classes: set.classes.map(({ label, name, index }) => ({
      ...{ label, name },
      images: set.splits.reduce((sum, split) => sum + (set.tally(split)[index] ?? 0), 0),
    })),
    splits: Object.fromEntries(set.splits.map(split => [split ?? 'all', set.countIn(split)])),
    ...{ sizeBytes, encoded },
  }
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6)

const heaviness = { refused: 0, lost: 1, note: 2 } as const
const inOrder = (findings: readonly Finding[]) =>
  [...findings].sort((a, b) => heaviness[a.weight] - heaviness[b.weight])

function containerFindings({ asked }: Plan): readonly Finding[] {
  const { exporter, container, overruled, render } = asked
  const findings: Finding[] = []
  if (!exporter.containers.includes(container)) {
    const instead = exporter.containers[0] ?? 'folder'
    const fix = { container: instead }
    findings.push(
      finding({ code: 'EXPORT_CONTAINER', weight: 'refused', count: 1, examples: [container], fix }),
    )
  }
  if (overruled.length > 0) {
    const examples = overruled.map(key => `${key}: ${render[key]}`)
    findings.push(
      finding({ code: 'EXPORT_RENDER_CHANGED', weight: 'note', count: overruled.length, examples }),
    )
  }
  return findings
}

function splitFindings({ asked: { exporter, request }, set, choice, version }: Plan): readonly Finding[] {
  const { splits, classes } = set
  const missing = new Set<string>()
  const where = createTally()
  for (const split of splits) {
    for (const [index, count] of set.tally(split).entries()) {
      const label = classes[index]?.label
      if (count > 0 || label === undefined) continue
      missing.add(label)
      where.add(`${label}: none in ${split}`)
    }
  }
  const leaveOut = [...(request.leaveOut ?? []), ...missing]
  const isSplit = splits[0] !== null
  const { certificate } = version.summary
  const { unsplit, backgroundLacks } = choice
  const background = request.balance?.background?.label
  const isUnknown = background !== undefined && !classes.some(({ label }) => label === background)
  return [
    ...where.found({
      code: 'EXPORT_CLASS_MISSING',
      weight: exporter.needsEveryClassInEverySplit ? 'refused' : 'lost',
      fix: missing.size < classes.length ? { leaveOut } : null,
    }),
    ...(!isSplit && set.count > 0
      ? [finding({ code: 'EXPORT_NOT_SPLIT', weight: 'note', count: set.count })]
      : []),
    ...(unsplit > 0 ? [finding({ code: 'EXPORT_UNSPLIT_LEFT_OUT', weight: 'note', count: unsplit })] : []),
    ...(isSplit && certificate.pairs > 0
      ? [
          finding({
            ...{ code: 'EXPORT_PAIRS_ACROSS_SPLITS', weight: 'lost', count: certificate.pairs },
            examples: certificate.examples.map(({ a, b }) => `${a} and ${b}`),
          }),
        ]
      : []),
    ...(isUnknown
      ? [finding({ code: 'EXPORT_CLASS_UNKNOWN', weight: 'refused', count: 1, examples: [background] })]
      : []),
    ...(backgroundLacks > 0 && !isUnknown
      ? [finding({ code: 'EXPORT_BACKGROUND_SHORT', weight: 'note', count: backgroundLacks })]
      : []),
  ]
}

async function lookAtPictures({ asked: { render, request }, pictures, version }: Plan) {
  const gone = createTally()
  const lacking = createTally()
  const enlarged = createTally()
  const tiny = createTally()
  const boxesCut = createTally()
  const thumbnails = createTally()
  const smaller = { ...request.render, sidePx: null }
  let sizeBytes = 0
  let encoded = 0
  for await (const one of pictures()) {
    const { image, view } = one
    const { id } = image
    if (isGone(one)) gone.add(id)
    if (view.lacksOriginal) lacking.add(id)
    if (view.isEnlarged) enlarged.add(`${id}: to ${view.width} × ${view.height}`)
    if (Math.min(view.width, view.height) < leastSidePx) tiny.add(`${id}: ${view.width} × ${view.height}`)
    for (let cut = 0; cut < view.boxesCut; cut++) boxesCut.add(id)
    if (image.from.isThumbnail) thumbnails.add(id)
    if (view.wanted) encoded += 1
    sizeBytes += bytesBeside + (view.wanted ? guess(one, render) : image.from.rendered.sizeBytes)
  }
  const findings = [
    ...gone.found({ code: 'EXPORT_FILES_GONE', weight: 'refused', fix: { leaveOutGone: true } }),
    ...(request.leaveOutGone && version.summary.gone > 0
      ? [finding({ code: 'EXPORT_GONE_LEFT_OUT', weight: 'note', count: version.summary.gone })]
      : []),
    ...lacking.found({ code: 'EXPORT_ORIGINALS_GONE', weight: 'lost', fix: { render: smaller } }),
    ...tiny.found({ code: 'EXPORT_TINY', weight: 'lost' }),
    ...boxesCut.found({
      ...{ code: 'EXPORT_BOXES_CUT', weight: 'lost' },
      fix: { render: { ...request.render, fit: 'inside', useCrops: false } },
    }),
    ...enlarged.found({
      ...{ code: 'EXPORT_ENLARGED', weight: 'note' },
      fix: { render: { ...request.render, fit: 'inside' } },
    }),
    ...thumbnails.found({ code: 'EXPORT_THUMBNAILS', weight: 'note' }),
  ] as const
  return { findings, sizeBytes: Math.round(sizeBytes), encoded }
}

function guess({ view }: Planned, { format, isGrey }: Plan['asked']['render']): number {
  return view.width * view.height * bytesAPixel[format] * (isGrey ? 0.6 : 1)
}
