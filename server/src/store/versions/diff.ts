/** What became of pictures from one version to another: both are read once, side by side, in the order of ids. */
import {
  type VersionChange,
  type VersionDiff,
  type VersionImage,
  versionChanges,
} from '@gleaner/shared/versions'

export interface DiffSide {
  readonly id: number
  readonly images: AsyncIterable<VersionImage>
}

type ClassChange = VersionDiff['byClass'][number]

/**
 * @param page - pictures after this id, so many of them at most; counts are always of all
 * @throws AppError `VERSION_DAMAGED`
 */
export async function diffVersions(
  from: DiffSide,
  to: DiffSide,
  { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<VersionDiff> {
  const counts = Object.fromEntries(versionChanges.map(change => [change, 0])) as Record<
    VersionChange,
    number
  >
  const byClass = new Map<string, { -readonly [Key in keyof ClassChange]: ClassChange[Key] }>()
  const images: VersionDiff['images'] = []
  let isMore = false
  const ofClass = (label: string) => {
    const none = { label, before: 0, after: 0, added: 0, removed: 0, moved: 0 }
    const held = byClass.get(label) ?? none
    byClass.set(label, held)
    return held
  }
  for await (const [before, now] of pairsById(from.images, to.images)) {
    if (before) ofClass(before.label).before += 1
    if (now) ofClass(now.label).after += 1
    const changes = changesOf(before, now)
    if (changes.length === 0) continue
    for (const change of changes) counts[change] += 1
    if (before && now?.label !== before.label) ofClass(before.label).removed += 1
    if (now && before?.label !== now.label) ofClass(now.label).added += 1
    if (now && changes.includes('resplit')) ofClass(now.label).moved += 1
    const id = now?.id ?? before?.id ?? ''
    if (id <= after) continue
    if (images.length < limit) images.push({ id, changes, before: shown(before), after: shown(now) })
    else isMore = true
  }
  return {
    ...{ from: from.id, to: to.id, counts },
    byClass: [...byClass.values()].sort((a, b) => (a.label < b.label ? -1 : 1)),
    images,
    cursor: isMore ? (images.at(-1)?.id ?? null) : null,
  }
}

const shown = (image: VersionImage | undefined) => (image ? { label: image.label, split: image.split } : null)

function changesOf(before: VersionImage | undefined, now: VersionImage | undefined): VersionChange[] {
  if (!before) return ['added']
  if (!now) return ['removed']
  const isOther: Partial<Record<VersionChange, boolean>> = {
    relabelled: before.label !== now.label,
    resplit: before.split !== now.split,
    rerendered: before.rendered.digest !== now.rendered.digest,
    reboxed: JSON.stringify([before.crop, before.boxes]) !== JSON.stringify([now.crop, now.boxes]),
  }
  return versionChanges.filter(change => isOther[change] === true)
}

/** Each picture of either side once, with what the other side has of it. */
async function* pairsById(
  one: AsyncIterable<VersionImage>,
  other: AsyncIterable<VersionImage>,
): AsyncGenerator<readonly [VersionImage | undefined, VersionImage | undefined]> {
  const [left, right] = [one[Symbol.asyncIterator](), other[Symbol.asyncIterator]()]
  const next = async (side: AsyncIterator<VersionImage>) => {
    const { done, value } = await side.next()
    return done ? undefined : value
  }
  try {
    let [before, now] = [await next(left), await next(right)]
    while (before || now) {
      const isBefore = before !== undefined && (now === undefined || before.id <= now.id)
      const isNow = now !== undefined && (before === undefined || now.id <= before.id)
      yield [isBefore ? before : undefined, isNow ? now : undefined]
      if (isBefore) before = await next(left)
      if (isNow) now = await next(right)
    }
  } finally {
    await left.return?.()
    await right.return?.()
  }
}
