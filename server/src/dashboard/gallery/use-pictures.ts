import type { GalleryImage } from '@gleaner/shared/gallery'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { Listing, Shapes } from '../api/gallery-calls.ts'
import { createSparseList } from '../api/sparse-list.ts'
import { useActs, useApi, useDatasetChanged, useLiveStatus } from '../api/use-app.ts'
import { effectOf, leavesNothing, onlyPlaces, type Shown, withoutPlaces } from './laid-over.ts'

const pageSize = 200
const maxPages = 24

const idOf = (image: GalleryImage) => image.id

function useList(datasetId: string, listing: Listing) {
  const api = useApi()
  const made = useMemo(
    () => ({
      listing,
      list: createSparseList<GalleryImage, Shapes>({
        fetchPage: async (offset, limit) => {
          const { images, total, revision } = await api.gallery(datasetId, listing, offset, limit)
          return { items: images, total, revision }
        },
        fetchWhole: () => api.shapes(datasetId, listing),
        placeOf: async id => {
          const { images, offset } = await api.galleryAround(datasetId, listing, id, 1)
          return images[0]?.id === id ? offset : undefined
        },
        ...{ idOf, pageSize, maxPages },
      }),
    }),
    [api, datasetId, listing],
  )
  useEffect(() => {
    made.list.want(0, 0)
    return made.list.close
  }, [made])
  return made
}

/** The list of a listing, or still the one before it, until something is known of it. */
function useShownList(datasetId: string, listing: Listing) {
  const wanted = useList(datasetId, listing)
  const state = useSyncExternalStore(wanted.list.subscribe, wanted.list.state)
  const [shown, setShown] = useState(wanted)
  const isKnown = (state.total !== undefined && state.whole !== undefined) || state.error !== null
  if (shown !== wanted && isKnown) setShown(wanted)
  return isKnown ? wanted : shown
}

/** Pictures nobody has told the shape of yet stand in a box of 5 to 4. */
const usualShape = 138

/** The shapes of what is shown: without those that leave, and as many as there are pictures. */
function shapesOf(all: Uint8Array, shown: Shown, total: number): Uint8Array {
  if (shown.total === total && all.length === total) return all
  return Uint8Array.from({ length: shown.total }, (_, place) => all[shown.toServer(place)] ?? usualShape)
}

interface Options {
  readonly datasetId: string
  readonly listing: Listing
  readonly classes: readonly { readonly id: number; readonly label: string }[]
}

/** What stays where it is on the screen while the list changes. */
export interface InSight {
  readonly id: string
  readonly place: number
}

/** The pictures of a listing, wherever one looks, with what is being done to them already done. */
export function usePictures({ datasetId, listing: wanted, classes }: Options) {
  const { list, listing } = useShownList(datasetId, wanted)
  const state = useSyncExternalStore(list.subscribe, list.state)
  const { pending } = useActs(datasetId)
  const inSight = useRef<InSight | undefined>(undefined)
  const refresh = useCallback(() => {
    const held = inSight.current
    const place = held && list.heldPlaceOf(held.id)
    return list.refresh(held && place !== undefined ? { id: held.id, place } : undefined)
  }, [list])
  useDatasetChanged(datasetId, refresh)
  const status = useLiveStatus()
  // Once when the connection is there again: what is refused on a good one waits for a person.
  useEffect(() => {
    if (status === 'live' && list.state().error !== null) list.retry()
  }, [list, status])

  const { total, version, whole } = state
  const { filter } = listing
  const effect = useMemo(() => effectOf(pending, filter, classes), [pending, filter, classes])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when what is held has changed
  const shown = useMemo((): Shown | undefined => {
    if (total === undefined) return undefined
    if (!effect) return withoutPlaces(total, [])
    const places = (isShown: boolean) =>
      list
        .held()
        .flatMap(([place, image]) => ((effect(image) !== null) === isShown ? [place] : []))
        .sort((a, b) => a - b)
    return leavesNothing(pending, filter, classes)
      ? onlyPlaces(places(true))
      : withoutPlaces(total, places(false))
  }, [list, version, total, effect, pending, filter, classes])
  const shapes = useMemo(
    () => (shown && whole && total !== undefined ? shapesOf(whole.aspects, shown, total) : undefined),
    [shown, whole, total],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const at = useCallback(
    (place: number): GalleryImage | undefined => {
      const image = shown && list.at(shown.toServer(place))
      return image && effect ? (effect(image) ?? undefined) : image
    },
    [list, version, shown, effect],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const placeOf = useCallback(
    (id: string): number | undefined => {
      const place = list.heldPlaceOf(id)
      return place === undefined ? undefined : shown?.toShown(place)
    },
    [list, version, shown],
  )
  const want = useCallback(
    (first: number, last: number) => shown && list.want(shown.toServer(first), shown.toServer(last)),
    [list, shown],
  )
  /** Where a picture stands that may not be held; `undefined` where it is not among what is listed. */
  const find = useCallback(
    async (id: string) => {
      const place = await list.find(id)
      return place === undefined ? undefined : shown?.toShown(place)
    },
    [list, shown],
  )
  return {
    /** What is shown: for a moment still what was asked for before. */
    listing,
    /** How many are shown; `undefined` until it is known. */
    total: shown?.total,
    shapes,
    at,
    placeOf,
    find,
    want,
    toServer: shown?.toServer,
    inSight,
    shifted: state.shifted,
    isLoading: state.isLoading,
    error: state.error,
    retry: list.retry,
  }
}
export type Pictures = ReturnType<typeof usePictures>
