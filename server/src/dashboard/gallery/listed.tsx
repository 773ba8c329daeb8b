import type { ClassSummary } from '@gleaner/shared/dataset'
import type { GalleryImage, ReviewMark } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { Listing } from '../api/gallery-calls.ts'
import { areSingleKeysOn } from '../parts/single-keys.ts'
import { useIsAtTop } from '../parts/use-window.ts'
import { formatNoun } from '../text/format.ts'
import { type Asked, BulkBar } from './bulk-bar.tsx'
import { oneClass } from './head.tsx'
import { type GridLook, ImageGrid } from './image-grid.tsx'
import { ImagePanel } from './image-panel.tsx'
import { Nothing } from './nothing.tsx'
import { countOf, selectionOf } from './picked.ts'
import { type Deeds, useDeeds } from './use-deeds.ts'
import type { ListingAddress } from './use-listing.ts'
import type { Pictures } from './use-pictures.ts'
import { type SelectionControl, useSelection } from './use-selection.ts'

/** Pictures that came above what is in sight since the top was left. */
function useNewCount({ shifted }: Pictures): number {
  const isAtTop = useIsAtTop()
  const [seen, setSeen] = useState(shifted)
  if (isAtTop && seen !== shifted) setSeen(shifted)
  return isAtTop ? 0 : Math.max(0, shifted - seen)
}

function News({ pictures }: { readonly pictures: Pictures }) {
  const count = useNewCount(pictures)
  if (count === 0) return null
  return (
    <div className="news">
      <Button kind="primary" size="small" onPress={() => window.scrollTo({ top: 0, behavior: 'smooth' })}>
        {formatNoun(count, 'new picture')}
      </Button>
    </div>
  )
}

/** Deeds by one key, about what is selected, or else about the picture that has the focus. */
function useDeedKeys(
  deeds: Deeds,
  selection: SelectionControl,
  address: ListingAddress,
  ask: (asked: Asked) => void,
) {
  const { filter } = address.listing
  const isTrash = filter.place === 'trash'
  return (key: string, image: GalleryImage | undefined): boolean => {
    const isPlain = key.length === 1
    if (isPlain && !areSingleKeysOn()) return false
    const picked = selectionOf(selection.picked, filter)
    const of = picked ?? (image && { imageIds: [image.id] })
    if (!of) return false
    const leave = (run: () => void) => {
      run()
      if (picked) selection.clear()
    }
    // A picture that is marked so already is unmarked by the same key.
    const mark = (to: ReviewMark) => deeds.mark(of, !picked && image?.mark === to ? 'none' : to)
    const name = key.toLowerCase()
    if (isTrash && name === 'r') leave(() => deeds.restore(of))
    else if (isTrash) return false
    else if (name === 'delete') leave(() => deeds.trash(of))
    else if (name === 'k') mark('kept')
    else if (name === 'n') mark('unsure')
    else if (name === 'm' && picked) ask('move')
    else if (name === 'c' && picked) ask('split')
    else return false
    return true
  }
}

/** Another listing is looked at from its beginning. */
function useTopOf(listing: Listing): void {
  const shown = useRef(listing)
  useLayoutEffect(() => {
    if (shown.current !== listing) window.scrollTo({ top: 0, behavior: 'instant' })
    shown.current = listing
  }, [listing])
}

interface ListedProps {
  readonly datasetId: string
  readonly address: ListingAddress
  readonly classes: readonly ClassSummary[]
  readonly pictures: Pictures
  readonly look: GridLook
}

/** The grid with what can be done in it. */
export function Listed({ datasetId, address, classes, pictures, look }: ListedProps) {
  const { openId, open } = address
  const { listing } = pictures
  const { filter } = listing
  useTopOf(listing)
  const selection = useSelection({ datasetId, listing, pictures })
  const deeds = useDeeds(datasetId)
  const [asked, setAsked] = useState<Asked | null>(null)
  const openImage = useCallback((image: GalleryImage) => open(image.id), [open])
  const onKey = useDeedKeys(deeds, selection, address, setAsked)
  const { total = 0 } = pictures
  const picked = selectionOf(selection.picked, filter)
  const label = oneClass(filter.classIds, classes)?.label
  return (
    <>
      <News pictures={pictures} />
      {total === 0 ? (
        <Nothing address={address} label={label} />
      ) : (
        <ImageGrid
          key={filterToQuery(filter, listing.order).toString()}
          datasetId={datasetId}
          label={label === undefined ? 'Pictures' : `Pictures of ${label}`}
          {...{ pictures, look, selection, openId, onKey }}
          onOpen={openImage}
        />
      )}
      {picked ? (
        <BulkBar
          datasetId={datasetId}
          count={countOf(selection.picked, total)}
          total={total}
          isEverything={selection.picked.kind === 'all'}
          isTrash={filter.place === 'trash'}
          selection={picked}
          classes={classes}
          deeds={deeds}
          asked={asked}
          onAsk={setAsked}
          onAll={selection.all}
          onClear={selection.clear}
        />
      ) : null}
      <ImagePanel {...{ datasetId, address, pictures, classes, selection, deeds }} />
    </>
  )
}
