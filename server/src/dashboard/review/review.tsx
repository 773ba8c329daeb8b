import type { ClassSummary } from '@gleaner/shared/dataset'
import { type ReviewMark, reviewMarks } from '@gleaner/shared/gallery'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { useState } from 'react'
import { Link, Redirect, useLocation, useSearchParams } from 'wouter'
import { withQuery } from '../api/paths.ts'
import { useDatasetSummary } from '../api/use-app.ts'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { useKept } from '../parts/use-kept.ts'
import { useOwnUndo, useUndo } from '../shell/undo.tsx'
import { formatCount, formatNoun } from '../text/format.ts'
import { AssignDialog } from './assign-dialog.tsx'
import { classesByKey, readAssigned } from './class-keys.ts'
import { Session } from './session.tsx'
import { useKeptText, useReview, useUnsavedGuard } from './use-review.ts'
import type { MarkCounts } from './verdict.ts'
import { markWords } from './words.ts'
import './review.css'

/** How pictures are shown: one at a time or a screenful. */
const ways = ['one', 'grid'] as const

interface MarksProps {
  readonly base: string
  readonly shown: ReviewMark
  readonly counts: MarkCounts | undefined
}

/** Which pictures are gone through. */
function Marks({ base, shown, counts }: MarksProps) {
  return (
    <nav aria-label="Which pictures" className="views">
      {(['none', 'unsure', 'kept'] as const).map(mark => (
        <Link
          key={mark}
          href={mark === 'none' ? base : withQuery(base, { mark })}
          className="view-link"
          aria-current={mark === shown ? 'page' : undefined}
        >
          {markWords[mark]} {counts ? <span className="view-count">{formatCount(counts[mark])}</span> : null}
        </Link>
      ))}
    </nav>
  )
}

interface ClassReviewProps {
  readonly datasetId: string
  readonly summary: ClassSummary
  readonly classes: readonly ClassSummary[]
}

/** The pictures of the address: which mark they have. */
function useMark(): ReviewMark {
  const [search] = useSearchParams()
  const mark = reviewMarks.find(one => one === search.get('mark'))
  return mark ?? 'none'
}

function ClassReview({ datasetId, summary, classes }: ClassReviewProps) {
  const mark = useMark()
  const review = useReview({ datasetId, classId: summary.id, mark })
  useUnsavedGuard(review.saving > 0)
  const all = useUndo()
  const history = {
    undo: () => void (review.deck.undo() || all.undo()),
    redo: () => void (review.deck.redo() || all.redo()),
  }
  useOwnUndo(history)
  const [way, setWay] = useKept('gleaner-review-way', ways, 'one')
  const isGrid = way === 'grid'
  const [kept, keep] = useKeptText(`gleaner-class-keys ${datasetId}`)
  const byKey = classesByKey(readAssigned(kept), classes)
  const [isAssigning, setAssigning] = useState(false)
  return (
    <>
      <Marks base={`/datasets/${datasetId}/review/${summary.id}`} shown={mark} counts={review.counts} />
      <Session
        {...{ datasetId, summary, classes, mark, review, byKey, isGrid, ...history }}
        onAssign={() => setAssigning(true)}
        turn={() => setWay(isGrid ? 'one' : 'grid')}
      />
      <AssignDialog
        classes={classes}
        assigned={byKey.map(one => one?.id ?? null)}
        isOpen={isAssigning}
        onClose={() => setAssigning(false)}
        onAssign={assigned => keep(JSON.stringify(assigned))}
      />
    </>
  )
}

/** One class at a time, one key for each picture. */
export default function Review({ datasetId, classId }: { datasetId: string; classId: number | null }) {
  const classes = useDatasetSummary(datasetId)?.classes ?? []
  const [, navigate] = useLocation()
  const summary = classes.find(({ id }) => id === classId)
  const first = classes.find(({ images }) => images > 0) ?? classes[0]
  if (!summary && first) return <Redirect to={`/datasets/${datasetId}/review/${first.id}`} replace />
  if (!summary)
    return (
      <>
        <PageHead title="Review" about="One key for each picture." />
        <Empty icon="review" title="No classes yet">
          Classes come by themselves as you collect. Then look through them here, one key for each picture.
        </Empty>
      </>
    )
  return (
    <>
      <PageHead
        title="Review"
        about={
          <>
            Does each of these show “<bdi>{summary.label}</bdi>”? One key for each, and no key that cannot be
            taken back.
          </>
        }
        actions={
          <div className="review-picker">
            <Select
              label="Class under review"
              isLabelHidden
              options={classes.map(one => ({
                id: `${one.id}`,
                label: one.label,
                detail: formatNoun(one.images, 'picture'),
              }))}
              value={`${summary.id}`}
              onChange={id => navigate(`/datasets/${datasetId}/review/${id}`)}
            />
          </div>
        }
      />
      <ClassReview key={summary.id} datasetId={datasetId} summary={summary} classes={classes} />
    </>
  )
}
