import type { ClassSummary } from '@gleaner/shared/dataset'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { useCallback, useMemo, useState } from 'react'
import { Redirect, useSearch } from 'wouter'
import { useDatasetSummary } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { RunningActs } from '../parts/running-acts.tsx'
import { useKept } from '../parts/use-kept.ts'
import { useMedia } from '../parts/use-media.ts'
import { formatNoun } from '../text/format.ts'
import { Chips } from './chips.tsx'
import { FilterPanel } from './filter-panel.tsx'
import { chipsOf } from './filter-words.ts'
import { Head } from './head.tsx'
import { type GridLook, gridShapes, tileSizes } from './image-grid.tsx'
import { Listed } from './listed.tsx'
import { Toolbar } from './toolbar.tsx'
import { useListing } from './use-listing.ts'
import { usePictures } from './use-pictures.ts'
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
