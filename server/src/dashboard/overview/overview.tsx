import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { useState } from 'react'
import { useOverview } from '../api/use-app.ts'
import { CopyText } from '../parts/copy-text.tsx'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { FirstRun } from '../setup/first-run.tsx'
import { formatNoun } from '../text/format.ts'
import { reasonOf } from '../text/reasons.ts'
import { DatasetSection } from './dataset-section.tsx'
import { NewDataset } from './new-dataset.tsx'
import { QueueCard } from './queue-card.tsx'
import './overview.css'

function Steps({ isDone, onHide }: { readonly isDone: boolean; readonly onHide: () => void }) {
  return (
    <>
      <PageHead
        title={isDone ? 'You are all set' : 'Three steps to your first dataset'}
        about={
          isDone
            ? 'Search on, collect more: it all lands in your class folders.'
            : 'Each step ticks itself off as soon as it is done.'
        }
        actions={
          isDone ? (
            <Button kind="primary" onPress={onHide}>
              Go to the overview
            </Button>
          ) : null
        }
      />
      <FirstRun />
    </>
  )
}

/** Datasets whose pictures are there but cannot be shown. */
function BrokenDatasets() {
  const { broken = [] } = useOverview()
  return broken.map(({ id, code, message }) => (
    <Notice
      key={id}
      tone="danger"
      title={
        <>
          The dataset in <bdi className="gl-mono">{id}</bdi> could not be opened. {message}
        </>
      }
    >
      {reasonOf(code).hint} Its pictures are left as they are; nothing is collected into it.
    </Notice>
  ))
}

function Datasets() {
  const { datasets, setup } = useOverview()
  const [isAdding, setAdding] = useState(false)
  if (datasets.length > 0) {
    return datasets.map(dataset => <DatasetSection key={dataset.id} dataset={dataset} />)
  }
  return (
    <>
      <Empty
        icon="folder"
        title="No dataset yet"
        actions={
          <Button kind="primary" icon="plus" onPress={() => setAdding(true)}>
            New dataset
          </Button>
        }
      >
        A dataset is a folder in <bdi className="gl-mono">{setup.homeFolder}</bdi>. One is made when you first
        collect, or make one now.
      </Empty>
      <NewDataset isOpen={isAdding} onClose={() => setAdding(false)} />
    </>
  )
}

/** All datasets at a glance; before the first pictures, the way there. */
export function Overview() {
  const { setup, datasets } = useOverview()
  const [isIntroduced, setIntroduced] = useState(setup.collected)
  if (!isIntroduced) {
    return (
      <>
        <BrokenDatasets />
        <Steps isDone={setup.collected} onHide={() => setIntroduced(true)} />
        {datasets.length > 0 ? <Datasets /> : null}
      </>
    )
  }
  const images = datasets.reduce((sum, dataset) => sum + dataset.images, 0)
  return (
    <>
      <PageHead
        title="Overview"
        about={`${formatNoun(images, 'picture')} in ${formatNoun(datasets.length, 'dataset')}`}
        actions={<CopyText text={setup.homeFolder} what="the home folder" isShort />}
      />
      <BrokenDatasets />
      <QueueCard />
      <Datasets />
    </>
  )
}
