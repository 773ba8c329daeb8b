import type { DatasetSummary } from '@gleaner/shared/dataset'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { lazy, Suspense, useState } from 'react'
import { Link } from 'wouter'
import { useApi } from '../api/use-app.ts'
import { groupClasses } from '../classes/facts.ts'
import { RunningActs } from '../history/running-act.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { CopyText } from '../parts/copy-text.tsx'
import { useToast } from '../parts/toasts.tsx'
import { useSeen } from '../parts/use-seen.ts'
import { reviewWords } from '../text/duplicate-words.ts'
import { formatNoun } from '../text/format.ts'
import { ClassCard } from './class-card.tsx'
import { NewClass } from './new-class.tsx'
import { OutcomeBar } from './outcome-bar.tsx'

const Stats = lazy(() => import('./stats.tsx'))

/** Counts and plots, asked for once they come into sight. */
function StatsInSight({ dataset }: { readonly dataset: DatasetSummary }) {
  const { ref, isSeen } = useSeen<HTMLDivElement>()
  return (
    <div ref={ref} className="stats-place">
      {isSeen ? (
        <Suspense fallback={<p className="page-wait">Loading…</p>}>
          <Stats dataset={dataset} />
        </Suspense>
      ) : null}
    </div>
  )
}

function CancelWaiting({ dataset }: { readonly dataset: DatasetSummary }) {
  const api = useApi()
  const toast = useToast()
  const [isAsking, setAsking] = useState(false)
  const waiting = dataset.counts.queued
  const cancel = async () => {
    const { affected } = await api.cancelWaiting(dataset.id)
    toast(`Cancelled ${formatNoun(affected, 'candidate')}.`)
  }
  return (
    <>
      {waiting > 0 ? (
        <Button kind="quiet" size="small" onPress={() => setAsking(true)}>
          Cancel waiting
        </Button>
      ) : null}
      <Confirm
        title="Cancel what is waiting?"
        doLabel={`Cancel ${formatNoun(waiting, 'candidate')}`}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={cancel}
      >
        <p>
          {formatNoun(waiting, 'candidate')} of <bdi>{dataset.name}</bdi> will not be fetched. What is stored
          stays, and you can retry the cancelled ones under Activity.
        </p>
      </Confirm>
    </>
  )
}

/** Classes that stand alone, then each superclass with those below it. */
function ClassGroups({ dataset }: { readonly dataset: DatasetSummary }) {
  const { id, classes } = dataset
  return groupClasses(classes).map(({ parent, classes: group }) => (
    <div key={parent?.id ?? 0} className="class-group">
      {parent ? (
        <h3 className="class-group-title">
          <bdi>{parent.label}</bdi>{' '}
          <span className="soft small">
            {formatNoun(
              group.reduce((sum, { images }) => sum + images, 0),
              'picture',
            )}
          </span>
        </h3>
      ) : null}
      <ul className="class-grid" aria-label={parent ? `Classes of ${parent.label}` : 'Classes'}>
        {group.map(one => (
          <ClassCard key={one.id} datasetId={id} summary={one} classes={classes} />
        ))}
      </ul>
    </div>
  ))
}

/** One dataset: where its candidates stand, and its classes. */
export function DatasetSection({ dataset }: { readonly dataset: DatasetSummary }) {
  const [isAdding, setAdding] = useState(false)
  const review = reviewWords(dataset.review)
  const titleId = `dataset-${dataset.id}`
  return (
    <section className="dataset" aria-labelledby={titleId}>
      <header className="dataset-head">
        <div className="dataset-words">
          <h2 className="dataset-title" id={titleId}>
            <Link href={`/datasets/${dataset.id}/gallery`}>
              <bdi>{dataset.name}</bdi>
            </Link>
          </h2>
          <p className="soft small">
            {formatNoun(dataset.images, 'picture')} in{' '}
            {formatNoun(dataset.classes.length, 'class', 'classes')}
          </p>
          {review ? (
            <p className="small">
              <Link href={`/datasets/${dataset.id}/duplicates`}>{review}</Link>
            </p>
          ) : null}
        </div>
        <div className="row">
          <CancelWaiting dataset={dataset} />
          <Button kind="quiet" size="small" icon="plus" onPress={() => setAdding(true)}>
            Add class
          </Button>
        </div>
      </header>
      <RunningActs datasetId={dataset.id} />
      <OutcomeBar datasetId={dataset.id} counts={dataset.counts} />
      {dataset.classes.length === 0 ? (
        <p className="dataset-none">
          No classes yet. They come by themselves as you collect, or add one to set its goal first.
        </p>
      ) : (
        <ClassGroups dataset={dataset} />
      )}
      {dataset.classes.length > 0 ? <StatsInSight dataset={dataset} /> : null}
      <CopyText text={dataset.folder} what="the dataset's folder" isShort />
      <NewClass
        datasetId={dataset.id}
        classes={dataset.classes}
        isOpen={isAdding}
        onClose={() => setAdding(false)}
      />
    </section>
  )
}
