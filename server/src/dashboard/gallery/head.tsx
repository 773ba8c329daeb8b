import type { ClassSummary } from '@gleaner/shared/dataset'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { ClassMenu } from '../classes/class-menu.tsx'
import { GoalField } from '../overview/goal-field.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { formatCount, formatNoun } from '../text/format.ts'
import { isWide } from './filter-words.ts'
import type { ListingAddress } from './use-listing.ts'

/** The class that is shown alone. */
export function oneClass(classIds: readonly number[] | undefined, classes: readonly ClassSummary[]) {
  return classIds?.length === 1 ? classes.find(({ id }) => id === classIds[0]) : undefined
}

interface HeadProps {
  readonly datasetId: string
  readonly address: ListingAddress
  readonly classes: readonly ClassSummary[]
  readonly total: number | undefined
}

/** What is shown, and how much of it there is; for one class its folder and goal as well. */
export function Head({ datasetId, address, classes, total }: HeadProps) {
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
          <>
            {summary && !isTrash ? <ClassMenu {...{ datasetId, summary, classes }} /> : null}
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
          </>
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
