import type { DatasetSummary } from '@gleaner/shared/dataset'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { useState } from 'react'
import { Link } from 'wouter'
import { useApi } from '../api/use-app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { CopyText } from '../parts/copy-text.tsx'
import { useToast } from '../parts/toasts.tsx'
import { reviewWords } from '../text/duplicate-words.ts'
import { formatNoun } from '../text/format.ts'
import { ClassCard } from './class-card.tsx'
import { NewClass } from './new-class.tsx'
import { OutcomeBar } from './outcome-bar.tsx'

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
      <OutcomeBar datasetId={dataset.id} counts={dataset.counts} />
      {dataset.classes.length === 0 ? (
        <p className="dataset-none">
          No classes yet. They come by themselves as you collect, or add one to set its goal first.
        </p>
      ) : (
        <ul className="class-grid" aria-label="Classes">
          {dataset.classes.map(one => (
            <ClassCard key={one.id} datasetId={dataset.id} summary={one} />
          ))}
        </ul>
      )}
      <CopyText text={dataset.folder} what="the dataset's folder" isShort />
      <NewClass datasetId={dataset.id} isOpen={isAdding} onClose={() => setAdding(false)} />
    </section>
  )
}
