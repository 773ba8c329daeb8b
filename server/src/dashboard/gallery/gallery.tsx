import type { ClassSummary } from '@gleaner/shared/dataset'
import type { ImageSummary } from '@gleaner/shared/image'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { useCallback, useState } from 'react'
import { Redirect, useLocation, useSearchParams } from 'wouter'
import { useApi, useDatasetSummary } from '../api/use-app.ts'
import { usePagedList } from '../api/use-paged-list.ts'
import { GoalField } from '../overview/goal-field.tsx'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { useIsAtTop } from '../parts/use-window.ts'
import { formatCount, formatNoun } from '../text/format.ts'
import { ImageGrid } from './image-grid.tsx'
import { ImagePanel } from './image-panel.tsx'

/** A small page to begin with; large ones where somebody scrolls far. */
const firstPageSize = 120
const nextPageSize = 500
const idOf = (image: ImageSummary) => image.id

function useImages(datasetId: string, classId: number, isAtTop: boolean) {
  const api = useApi()
  const fetchPage = useCallback(
    async (cursor: string | null) => {
      const page = await api.images(
        datasetId,
        classId,
        cursor,
        cursor === null ? firstPageSize : nextPageSize,
      )
      return { items: page.images, cursor: page.cursor }
    },
    [api, datasetId, classId],
  )
  return usePagedList({ datasetId, fetchPage, idOf, isAtTop })
}

/** Pictures that came since the top was left; what is in sight never moves while somebody looks at it. */
function useNewCount(images: number, isAtTop: boolean): number {
  const [seen, setSeen] = useState(images)
  if (isAtTop && seen !== images) setSeen(images)
  return isAtTop ? 0 : images - seen
}

interface ClassGalleryProps {
  readonly datasetId: string
  readonly summary: ClassSummary
}

function ClassGallery({ datasetId, summary }: ClassGalleryProps) {
  const isAtTop = useIsAtTop()
  const list = useImages(datasetId, summary.id, isAtTop)
  const newCount = useNewCount(summary.images, isAtTop)
  const [search, setSearch] = useSearchParams()
  const openId = search.get('image')
  const open = useCallback(
    (imageId: string | null) => setSearch(imageId ? { image: imageId } : {}),
    [setSearch],
  )
  const openImage = useCallback((image: ImageSummary) => open(image.id), [open])
  const need = useCallback((count: number) => void list.ensure(count), [list.ensure])
  const total = list.isComplete ? list.items.length : Math.max(list.items.length, summary.images)
  const isEmpty = total === 0
  return (
    <>
      {list.error ? <Problem error={list.error} onRetry={() => void list.refreshHead()} /> : null}
      {newCount > 0 ? (
        <div className="news">
          <Button kind="primary" size="small" onPress={() => window.scrollTo({ top: 0, behavior: 'smooth' })}>
            {formatNoun(newCount, 'new picture')}
          </Button>
        </div>
      ) : null}
      {isEmpty && !list.isLoading ? (
        <Empty icon="image" title="No pictures in this class yet">
          Search for “<bdi>{summary.label}</bdi>” on an image search, choose this class in the Gleaner bar and
          press Collect.
        </Empty>
      ) : (
        <ImageGrid
          datasetId={datasetId}
          label={`Pictures of ${summary.label}`}
          images={list.items}
          total={total}
          onNeed={need}
          onOpen={openImage}
        />
      )}
      <ImagePanel
        datasetId={datasetId}
        imageId={openId}
        images={list.items}
        onShow={open}
        onRemoved={list.remove}
      />
    </>
  )
}

/** The pictures of one class, newest first. */
export default function Gallery({ datasetId, classId }: { datasetId: string; classId: number | null }) {
  const dataset = useDatasetSummary(datasetId)
  const [, navigate] = useLocation()
  const classes = dataset?.classes ?? []
  const summary = classes.find(({ id }) => id === classId)
  const first = classes.find(({ images }) => images > 0) ?? classes[0]
  if (!summary && first) return <Redirect to={`/datasets/${datasetId}/gallery/${first.id}`} replace />
  if (!summary) {
    return (
      <>
        <PageHead title="Gallery" about={<bdi>{dataset?.name}</bdi>} />
        <Empty icon="image" title="No classes yet">
          Classes come by themselves as you collect. The first pictures show up here.
        </Empty>
      </>
    )
  }
  const { images, goal } = summary
  return (
    <>
      <PageHead
        title={summary.label}
        about={
          <>
            {formatNoun(images, 'picture')} in <bdi className="gl-mono">images/{summary.folder}</bdi>
          </>
        }
        actions={
          <div className="class-picker">
            <Select
              label="Class"
              isLabelHidden
              options={classes.map(one => ({
                id: `${one.id}`,
                label: one.label,
                detail: formatCount(one.images),
              }))}
              value={`${summary.id}`}
              onChange={id => navigate(`/datasets/${datasetId}/gallery/${id}`)}
            />
          </div>
        }
      />
      <div className="gallery-goal">
        {goal === null ? null : (
          <ProgressBar
            label="Goal"
            isLabelled
            value={images}
            max={goal}
            valueLabel={`${formatCount(images)} of ${formatCount(goal)}`}
          />
        )}
        <GoalField datasetId={datasetId} classId={summary.id} label={summary.label} goal={goal} />
      </div>
      <ClassGallery key={summary.id} datasetId={datasetId} summary={summary} />
    </>
  )
}
