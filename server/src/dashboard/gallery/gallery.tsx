import type { ClassSummary } from '@gleaner/shared/dataset'
import type { GalleryImage, ReviewMark } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Redirect, useSearch } from 'wouter'
import type { Listing } from '../api/gallery-calls.ts'
import { useDatasetSummary } from '../api/use-app.ts'
import { GoalField } from '../overview/goal-field.tsx'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { RunningActs } from '../parts/running-acts.tsx'
import { areSingleKeysOn } from '../parts/single-keys.ts'
import { useKept } from '../parts/use-kept.ts'
import { useMedia } from '../parts/use-media.ts'
import { useIsAtTop } from '../parts/use-window.ts'
import { formatCount, formatNoun } from '../text/format.ts'
import { BulkBar } from './bulk-bar.tsx'
import { Chips } from './chips.tsx'
import { FilterPanel } from './filter-panel.tsx'
import { chipsOf, isWide } from './filter-words.ts'
import { type GridLook, gridShapes, ImageGrid, tileSizes } from './image-grid.tsx'
import { ImagePanel } from './image-panel.tsx'
import { countOf, selectionOf } from './picked.ts'
import { Toolbar } from './toolbar.tsx'
import { type Deeds, useDeeds } from './use-deeds.ts'
import { type ListingAddress, useListing } from './use-listing.ts'
import { type Pictures, usePictures } from './use-pictures.ts'
import { type SelectionControl, useSelection } from './use-selection.ts'
import { ViewsDialog } from './views-dialog.tsx'
import './gallery.css'

const noClasses: readonly ClassSummary[] = []

function useLook(): readonly [GridLook, (look: GridLook) => void] {
  const [shape, setShape] = useKept('gleaner-gallery-shape', gridShapes, 'rows')
  const [size, setSize] = useKept('gleaner-gallery-size', tileSizes, 'medium')
  const look = useMemo(() => ({ shape, size }), [shape, size])
  return [
    look,
    next => {
      setShape(next.shape)
      setSize(next.size)
    },
  ]
}

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

interface NothingProps {
  readonly address: ListingAddress
  readonly label: string | undefined
}

/** Why there is nothing, and what to do about it. */
function Nothing({ address, label }: NothingProps) {
  const { filter, order } = address.listing
  if (!isWide(filter)) {
    return (
      <Empty
        icon="filter"
        title="No picture is all of this"
        actions={<Button onPress={() => address.show({ filter: {}, order })}>Show all pictures</Button>}
      >
        Let go of a part of the filter, or of all of it.
      </Empty>
    )
  }
  if (filter.place === 'trash') {
    return (
      <Empty icon="trash" title="The trash is empty">
        What you take out of the dataset lies here until it is emptied.
      </Empty>
    )
  }
  return label === undefined ? (
    <Empty icon="image" title="No pictures yet">
      Classes come by themselves as you collect. The first pictures show up here.
    </Empty>
  ) : (
    <Empty icon="image" title="No pictures in this class yet">
      Search for “<bdi>{label}</bdi>” on an image search, choose this class in the Gleaner bar and press
      Collect.
    </Empty>
  )
}

interface HeadProps {
  readonly datasetId: string
  readonly address: ListingAddress
  readonly classes: readonly ClassSummary[]
  readonly total: number | undefined
}

/** What is shown, and how much of it there is; for one class its folder and goal as well. */
function Head({ datasetId, address, classes, total }: HeadProps) {
  const { filter } = address.listing
  const summary = oneClass(filter.classIds, classes)
  const isTrash = filter.place === 'trash'
  return (
    <>
      <PageHead
        title={isTrash ? 'Trash' : (summary?.label ?? 'All pictures')}
        about={
          <>
            {total === undefined ? 'Counting…' : formatNoun(total, 'picture')}
            {summary && !isTrash && isWide(filter) ? (
              <>
                {' '}
                in <bdi className="gl-mono">images/{summary.folder}</bdi>
              </>
            ) : null}
          </>
        }
        actions={
          <div className="class-picker">
            <Select
              label="Class"
              isLabelHidden
              options={[
                { id: 'all', label: 'All pictures' },
                ...classes.map(one => ({
                  id: `${one.id}`,
                  label: one.label,
                  detail: formatCount(one.images),
                })),
              ]}
              value={summary ? `${summary.id}` : 'all'}
              onChange={id => address.change({ classIds: id === 'all' ? undefined : [Number(id)] })}
            />
          </div>
        }
      />
      {summary && !isTrash ? (
        <div className="gallery-goal">
          {summary.goal === null ? null : (
            <ProgressBar
              label="Goal"
              isLabelled
              value={summary.images}
              max={summary.goal}
              valueLabel={`${formatCount(summary.images)} of ${formatCount(summary.goal)}`}
            />
          )}
          <GoalField datasetId={datasetId} classId={summary.id} label={summary.label} goal={summary.goal} />
        </div>
      ) : null}
    </>
  )
}

function oneClass(classIds: readonly number[] | undefined, classes: readonly ClassSummary[]) {
  return classIds?.length === 1 ? classes.find(({ id }) => id === classIds[0]) : undefined
}

/** Deeds by one key, about what is selected, or else about the picture that has the focus. */
function useDeedKeys(
  deeds: Deeds,
  selection: SelectionControl,
  address: ListingAddress,
  askMove: () => void,
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
    else if (name === 'u') mark('unsure')
    else if (name === 'm' && picked) askMove()
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
function Listed({ datasetId, address, classes, pictures, look }: ListedProps) {
  const { openId, open } = address
  const { listing } = pictures
  const { filter } = listing
  useTopOf(listing)
  const selection = useSelection({ datasetId, listing, pictures })
  const deeds = useDeeds(datasetId)
  const [isMoving, setMoving] = useState(false)
  const openImage = useCallback((image: GalleryImage) => open(image.id), [open])
  const onKey = useDeedKeys(deeds, selection, address, () => setMoving(true))
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
          count={countOf(selection.picked, total)}
          total={total}
          isEverything={selection.picked.kind === 'all'}
          isTrash={filter.place === 'trash'}
          selection={picked}
          classes={classes}
          deeds={deeds}
          isMoving={isMoving}
          onMoving={setMoving}
          onAll={selection.all}
          onClear={selection.clear}
        />
      ) : null}
      <ImagePanel {...{ datasetId, address, pictures, classes, selection, deeds }} />
    </>
  )
}

interface PageProps {
  readonly datasetId: string
}

function Page({ datasetId }: PageProps) {
  const address = useListing()
  const { listing, error } = address
  const classes = useDatasetSummary(datasetId)?.classes ?? noClasses
  const pictures = usePictures({ datasetId, listing, classes })
  const [look, setLook] = useLook()
  const [panel, setPanel] = useKept('gleaner-gallery-filter', ['open', 'closed'], 'closed')
  const [isSheetOpen, setSheetOpen] = useState(false)
  const [areViewsOpen, setViewsOpen] = useState(false)
  const isRoomy = useMedia('(min-width: 62rem)')
  const labelOf = useCallback(
    (id: number) => classes.find(each => each.id === id)?.label ?? `Class ${id}`,
    [classes],
  )
  const isPanelOpen = isRoomy && panel === 'open'
  const filters = <FilterPanel {...{ datasetId, address, labelOf }} />
  const isReady = pictures.total !== undefined && pictures.shapes !== undefined
  return (
    <>
      <Head {...{ datasetId, address, classes }} total={pictures.total} />
      <Toolbar
        {...{ address, look }}
        onLook={setLook}
        isFilterOpen={isRoomy ? isPanelOpen : isSheetOpen}
        filterCount={chipsOf(listing.filter, labelOf).length}
        onFilter={() => (isRoomy ? setPanel(isPanelOpen ? 'closed' : 'open') : setSheetOpen(true))}
        onViews={() => setViewsOpen(true)}
      />
      <Chips address={address} labelOf={labelOf} />
      <RunningActs datasetId={datasetId} />
      {error ? (
        <Problem error={error} onRetry={() => address.show({ filter: {}, order: listing.order })} />
      ) : null}
      {pictures.error ? <Problem error={pictures.error} onRetry={pictures.retry} /> : null}
      <div className={isPanelOpen ? 'gallery-columns' : undefined}>
        {isPanelOpen ? (
          <aside className="filter-column" aria-label="Filter">
            {filters}
          </aside>
        ) : null}
        <div className="gallery-listed">
          {isReady ? (
            <Listed {...{ datasetId, address, classes, pictures, look }} />
          ) : pictures.error ? null : (
            <p className="page-wait">Loading…</p>
          )}
        </div>
      </div>
      <Dialog
        placement="side"
        title="Filter"
        isOpen={isSheetOpen && !isRoomy}
        onClose={() => setSheetOpen(false)}
        actions={
          <Button kind="primary" onPress={() => setSheetOpen(false)}>
            {pictures.total === undefined ? 'Show' : `Show ${formatNoun(pictures.total, 'picture')}`}
          </Button>
        }
      >
        {filters}
      </Dialog>
      <ViewsDialog
        {...{ datasetId, address, labelOf }}
        isOpen={areViewsOpen}
        onClose={() => setViewsOpen(false)}
      />
    </>
  )
}

/** Every picture of a dataset, filtered and sorted as the address says; the address of a class leads there too. */
export default function Gallery({ datasetId, classId }: PageProps & { readonly classId: number | null }) {
  const search = useSearch()
  if (classId === null) return <Page datasetId={datasetId} />
  const query = new URLSearchParams(search)
  query.set('class', `${classId}`)
  return <Redirect to={`/datasets/${datasetId}/gallery?${query}`} replace />
}
