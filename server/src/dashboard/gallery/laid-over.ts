/** What acts that are under way change about a listing, before the server's lists say it themselves. */
import type { Act } from '@gleaner/shared/acts'
import type { GalleryFilter, GalleryImage, Selection } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import type { PendingDeed } from '../api/act-queue.ts'

interface ClassName {
  readonly id: number
  readonly label: string
}

/** A picture as it is to be shown; `null` where it leaves the listing. */
export type Effect = (image: GalleryImage) => GalleryImage | null

const sameFilter = (one: GalleryFilter, other: GalleryFilter) =>
  filterToQuery(one).toString() === filterToQuery(other).toString()

/** Whether an act takes a picture of this listing; one about another filter is not foreseen. */
function takes(of: Selection, filter: GalleryFilter): (id: string) => boolean {
  if ('imageIds' in of) {
    const ids = new Set(of.imageIds)
    return id => ids.has(id)
  }
  if (!sameFilter(of.filter, filter)) return () => false
  const except = new Set(of.except)
  return id => !except.has(id)
}

/** What an act makes of a picture it takes; `undefined` for acts that are not about pictures. */
function changeBy(act: Act, filter: GalleryFilter, classes: readonly ClassName[]): Effect | undefined {
  switch (act.kind) {
    case 'trash':
      return image => (filter.place === 'trash' ? image : null)
    case 'restore':
      return image => (filter.place === 'trash' ? null : image)
    case 'mark': {
      const { mark } = act
      const isIn = !filter.marks || filter.marks.includes(mark)
      return image => (isIn ? { ...image, mark } : null)
    }
    case 'move': {
      const into = classes.find(({ label }) => label === act.label)
      const classId = into?.id ?? 0
      const isIn = !filter.classIds || filter.classIds.includes(classId)
      return image => (isIn ? { ...image, classId, classLabel: act.label } : null)
    }
    default:
      return undefined
  }
}

/** All that is under way, one after another. `undefined` where nothing of it is about pictures. */
export function effectOf(
  pending: readonly PendingDeed[],
  filter: GalleryFilter,
  classes: readonly ClassName[],
): Effect | undefined {
  const steps = pending.flatMap(({ deed }): Effect[] => {
    if (deed.kind !== 'act' || !('of' in deed.act)) return []
    const change = changeBy(deed.act, filter, classes)
    if (!change) return []
    const isTaken = takes(deed.act.of, filter)
    return [image => (isTaken(image.id) ? change(image) : image)]
  })
  if (steps.length === 0) return undefined
  return image => steps.reduce<GalleryImage | null>((current, step) => current && step(current), image)
}

/** Whether an act under way empties the listing but for exceptions. */
export function leavesNothing(
  pending: readonly PendingDeed[],
  filter: GalleryFilter,
  classes: readonly ClassName[],
): boolean {
  return pending.some(({ deed }) => {
    if (deed.kind !== 'act' || !('of' in deed.act) || !('filter' in deed.act.of)) return false
    const change = changeBy(deed.act, filter, classes)
    return change !== undefined && sameFilter(deed.act.of.filter, filter) && change(anyImage) === null
  })
}

/** Acts leave or stay by the filter alone, whatever the picture. */
const anyImage: GalleryImage = {
  ...{ id: '0'.repeat(20), classId: 0, width: 1, height: 1, title: null, isThumbnail: false, storedAtMs: 0 },
  ...{ classLabel: '', place: 'held', mark: 'none', originalWidth: 1, originalHeight: 1 },
  ...{ host: null, engine: null, scores: null },
}

/** The places of a listing that are shown, in order: all of them but for those that leave it. */
export interface Shown {
  readonly total: number
  /** Where the server has what is shown at this place. */
  readonly toServer: (place: number) => number
  readonly toShown: (place: number) => number
}

/**
 * @param gone - places on the server that are not shown, ascending
 */
export function withoutPlaces(total: number, gone: readonly number[]): Shown {
  if (gone.length === 0) return { total, toServer: place => place, toShown: place => place }
  const goneBefore = (place: number) => {
    let low = 0
    let high = gone.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((gone[middle] ?? 0) < place) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    total: total - gone.length,
    toServer: place => {
      let at = place
      for (let next = place + goneBefore(at + 1); next !== at; next = place + goneBefore(at + 1)) at = next
      return at
    },
    toShown: place => place - goneBefore(place),
  }
}

/** Only these places, ascending. */
export const onlyPlaces = (kept: readonly number[]): Shown => ({
  total: kept.length,
  toServer: place => kept[place] ?? 0,
  toShown: place => Math.max(0, kept.indexOf(place)),
})
