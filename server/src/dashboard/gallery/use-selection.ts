import { useCallback, useEffect, useRef, useState } from 'react'
import type { Listing } from '../api/gallery-calls.ts'
import { useApi } from '../api/use-app.ts'
import { useToast } from '../parts/toasts.tsx'
import { formatCount } from '../text/format.ts'
import { reasonOfError } from '../text/reasons.ts'
import { everything, mostNamed, nothingPicked, type Picked, toggled, withPicked } from './picked.ts'
import type { Pictures } from './use-pictures.ts'

const askedAtOnce = 500

interface Options {
  readonly datasetId: string
  readonly listing: Listing
  readonly pictures: Pictures
}

/** Ids of a range of places, of which only some are held; the others are asked for. */
function useIdsBetween({ datasetId, listing, pictures }: Options) {
  const api = useApi()
  return async (first: number, last: number): Promise<readonly string[]> => {
    const places = Array.from({ length: last - first + 1 }, (_, step) => first + step)
    const held = places.map(place => pictures.at(place)?.id)
    if (held.every(id => id !== undefined)) return held
    const offset = pictures.toServer?.(first) ?? first
    const end = pictures.toServer?.(last) ?? last
    const ids: string[] = []
    for (let from = offset; from <= end; from += askedAtOnce) {
      const limit = Math.min(askedAtOnce, end - from + 1)
      const { images } = await api.gallery(datasetId, listing, from, limit)
      ids.push(...images.map(({ id }) => id))
    }
    return ids
  }
}

/** What is selected in a listing, by clicks, keys and rectangles. */
export function useSelection(options: Options) {
  const { listing } = options
  const toast = useToast()
  const [picked, setPicked] = useState<Picked>(nothingPicked)
  /** Where a range begins, and what was selected before it was drawn. */
  const anchor = useRef<{ place: number; before: Picked }>({ place: 0, before: nothingPicked })
  const asking = useRef(0)
  const idsBetween = useIdsBetween(options)
  const [shownListing, setShownListing] = useState(listing)
  if (shownListing !== listing) {
    setShownListing(listing)
    setPicked(nothingPicked)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another listing starts at its beginning
  useEffect(() => {
    asking.current++
    anchor.current = { place: 0, before: nothingPicked }
  }, [listing])

  const begin = (place: number, before: Picked) => {
    anchor.current = { place, before }
  }
  const toggle = (id: string, place: number) => {
    const next = toggled(picked, id)
    begin(place, next)
    setPicked(next)
  }
  /** Selects from where the last range began to here, and lets go of what only the last range held. */
  const extendTo = async (place: number) => {
    const mine = ++asking.current
    const from = anchor.current
    const [first, last] = [Math.min(from.place, place), Math.max(from.place, place)]
    if (last - first >= mostNamed) {
      toast(
        `More than ${formatCount(mostNamed)} cannot be picked one by one: narrow the filter and press Ctrl A.`,
        'warning',
      )
      return
    }
    try {
      const ids = await idsBetween(first, last)
      if (mine === asking.current) setPicked(withPicked(from.before, ids, true))
    } catch (error) {
      toast(reasonOfError(error).say, 'warning')
    }
  }
  const clear = useCallback(() => {
    anchor.current = { place: anchor.current.place, before: nothingPicked }
    setPicked(nothingPicked)
  }, [])
  return {
    picked,
    setPicked,
    begin,
    toggle,
    extendTo,
    all: () => setPicked(everything),
    clear,
  }
}
export type SelectionControl = ReturnType<typeof useSelection>
