import type { GalleryFilter, GalleryImage, GalleryOrder } from '@gleaner/shared/gallery'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { keys } from '../api/keys.ts'
import { useActs, useApi, useDatasetSummary } from '../api/use-app.ts'
import { effectOf, leavesNothing } from '../gallery/laid-over.ts'
import { isUnderWay } from '../history/under-way.ts'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { RunningActs } from '../parts/running-acts.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatNoun } from '../text/format.ts'
import { EmptyTrash } from './empty-trash.tsx'
import { TrashTile } from './trash-tile.tsx'
import './trash.css'

const pageSize = 120
const filter: GalleryFilter = { place: 'trash' }
const order: GalleryOrder = { by: 'stored', isDescending: true }

/** What is in the trash, with what is being put back left out already. */
function useTrash(datasetId: string) {
  const api = useApi()
  const classes = useDatasetSummary(datasetId)?.classes ?? []
  const { pending } = useActs(datasetId)
  const list = useInfiniteQuery({
    queryKey: keys.gallery(datasetId, 'trash', ''),
    queryFn: ({ pageParam }) => api.galleryAfter(datasetId, { filter, order }, pageParam, pageSize),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.cursor,
    staleTime: 0,
  })
  const listed = list.data?.pages.flatMap(({ images }) => images) ?? []
  const effect = leavesNothing(pending, filter, classes) ? () => null : effectOf(pending, filter, classes)
  const images = effect ? listed.filter(image => effect(image) !== null) : listed
  const total = (list.data?.pages[0]?.total ?? 0) - (listed.length - images.length)
  return { ...list, images, total: effect && images.length === 0 ? 0 : total }
}

function usePicked(images: readonly GalleryImage[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const held = images.filter(({ id }) => ids.has(id)).map(({ id }) => id)
  const toggle = (id: string) => {
    const next = new Set(ids)
    if (!next.delete(id)) next.add(id)
    setIds(next)
  }
  return { ids: held, has: (id: string) => ids.has(id), toggle, clear: () => setIds(new Set()) }
}

/** Everything that was removed: it can be put back until the trash is emptied. */
export default function Trash({ datasetId }: { readonly datasetId: string }) {
  const { perform } = useActs(datasetId)
  const toast = useToast()
  const trash = useTrash(datasetId)
  const { images, total, error, isPending, hasNextPage, isFetchingNextPage } = trash
  const picked = usePicked(images)
  const restore = async (of: { imageIds: string[] } | { filter: GalleryFilter }) => {
    picked.clear()
    const act = await perform({ kind: 'act', act: { kind: 'restore', of } })
    // One that goes on is told of when it has come to its end.
    if (act && !isUnderWay(act))
      toast(act.title, 'good', { label: 'Undo', run: () => void perform({ kind: 'undo', actId: act.id }) })
  }
  return (
    <>
      <PageHead
        title="Trash"
        about={
          <>
            {formatNoun(total, 'picture')} removed from class folders. How long they are kept is set in the{' '}
            <Link href={`/datasets/${datasetId}/settings`}>settings</Link>.
          </>
        }
        actions={
          total > 0 ? (
            <div className="row">
              <Button icon="undo" onPress={() => void restore({ filter })}>
                Put all back
              </Button>
              <EmptyTrash datasetId={datasetId} total={total} onEmptied={() => void trash.refetch()} />
            </div>
          ) : null
        }
      />
      <RunningActs datasetId={datasetId} />
      {error ? <Problem error={error} onRetry={() => void trash.refetch()} /> : null}
      {isPending && !error ? <p className="page-wait">Loading…</p> : null}
      {!isPending && !error && total === 0 ? (
        <Empty icon="trash" title="The trash is empty">
          Pictures you remove come here first, and can be put back.
        </Empty>
      ) : null}
      {images.length > 0 ? (
        <>
          <div className="trash-bar" role="status">
            {picked.ids.length === 0 ? (
              <span className="soft">Pick the pictures to put back into their classes.</span>
            ) : (
              <>
                <Button kind="primary" icon="undo" onPress={() => void restore({ imageIds: picked.ids })}>
                  Put back {formatNoun(picked.ids.length, 'picture')}
                </Button>
                <Button kind="quiet" onPress={picked.clear}>
                  Pick none
                </Button>
              </>
            )}
          </div>
          <ul className="trash-grid" aria-label="Pictures in the trash">
            {images.map(image => (
              <TrashTile
                key={image.id}
                datasetId={datasetId}
                image={image}
                isPicked={picked.has(image.id)}
                onToggle={picked.toggle}
              />
            ))}
          </ul>
        </>
      ) : null}
      {hasNextPage ? (
        <div>
          <Button isPending={isFetchingNextPage} onPress={() => void trash.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </>
  )
}
