import type { ClassSummary } from '@gleaner/shared/dataset'
import type { ReviewMark } from '@gleaner/shared/gallery'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Empty } from '../parts/empty.tsx'
import { DeedButton, KeyFrame } from '../parts/key-frame.tsx'
import { Problem } from '../parts/problem.tsx'
import { formatNoun } from '../text/format.ts'
import { wayDeeds } from './deeds.ts'
import { LastLine } from './last-line.tsx'
import { One } from './one.tsx'
import { Screenful } from './screenful.tsx'
import type { Review } from './use-review.ts'
import { sessionWords } from './words.ts'

export interface SessionProps {
  readonly datasetId: string
  /** The class under review. */
  readonly summary: ClassSummary
  readonly classes: readonly ClassSummary[]
  readonly mark: ReviewMark
  readonly review: Review
  /** Classes by the digit that moves a picture there. */
  readonly byKey: readonly (ClassSummary | undefined)[]
  readonly onAssign: () => void
  readonly undo: () => void
  readonly redo: () => void
  /** Goes over to the other way of showing pictures. */
  readonly turn: () => void
}

const nothingWords: Readonly<Record<ReviewMark, string>> = {
  none: 'Every picture of this class has been reviewed.',
  unsure: 'No picture of this class is marked as unsure.',
  kept: 'No picture of this class has been kept in a review yet.',
}

/** The class that has most pictures nobody has looked at. */
function useNextClass(datasetId: string, classId: number) {
  const api = useApi()
  const { data } = useQuery({
    queryKey: keys.gallery(datasetId, 'facet', 'class of unreviewed'),
    queryFn: () =>
      api.facet(
        datasetId,
        'class',
        { filter: { marks: ['none'] }, order: { by: 'stored', isDescending: true } },
        50,
      ),
    staleTime: 0,
  })
  return data?.values.find(({ value, count }) => value !== `${classId}` && count > 0)
}

function Done(props: SessionProps) {
  const { datasetId, summary, review, mark } = props
  const next = useNextClass(datasetId, summary.id)
  const ways = wayDeeds({ ...props, moveElsewhere: () => undefined, isGrid: false })
  const deeds = [ways.undo, ways.redo]
  return (
    <KeyFrame itemKey="done" label="Nothing left to review" deeds={deeds}>
      <Empty
        icon="check"
        title={mark === 'none' ? 'All reviewed' : 'Nothing here'}
        actions={
          <div className="row">
            <DeedButton deed={ways.undo}>Undo the last one</DeedButton>
            {next ? (
              <Link href={`/datasets/${datasetId}/review/${next.value}`}>
                Go on with <bdi>{next.label}</bdi> ({formatNoun(next.count, 'picture')})
              </Link>
            ) : null}
          </div>
        }
      >
        {nothingWords[mark]} {review.made.length > 0 ? sessionWords(review.made) : ''}
      </Empty>
      <LastLine review={review} />
    </KeyFrame>
  )
}

/** What there is to review, in the way that was chosen. */
export function Session(props: SessionProps & { readonly isGrid: boolean }) {
  const { review, isGrid } = props
  const [image] = review.ahead
  const trouble =
    review.error && !review.isHeldUp ? (
      <Problem error={review.error} onRetry={() => review.deck.refresh()} />
    ) : null
  if (image)
    return (
      <>
        {trouble}
        {isGrid ? <Screenful session={props} /> : <One session={props} image={image} />}
      </>
    )
  if (trouble) return trouble
  return review.isComplete ? <Done {...props} /> : <p className="page-wait">Loading…</p>
}
