import type { ClassSummary } from '@gleaner/shared/dataset'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import { isQualityProblem, type QualityOverview, type QualityProblem } from '@gleaner/shared/quality-problems'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { keys } from '../api/keys.ts'
import { useApi, useDatasetSummary } from '../api/use-app.ts'
import { usePictures } from '../gallery/use-pictures.ts'
import { useSelection } from '../gallery/use-selection.ts'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { RunningActs } from '../parts/running-acts.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatCount, formatNoun } from '../text/format.ts'
import { problemWords } from '../text/quality-words.ts'
import { reasonOfError } from '../text/reasons.ts'
import { Found } from './found.tsx'
import { ProblemList } from './problem-list.tsx'
import { hasScore } from './scale.ts'
import { Threshold } from './threshold.tsx'
import { type ProblemSearch, useProblemAddress, useProblemSearch } from './use-problem.ts'
import '../gallery/gallery.css'
import './quality.css'

const noClasses: readonly ClassSummary[] = []
const scoreSteps = 101

/** Pictures of before are measured one after the other. */
function Measuring({ images, measured }: QualityOverview) {
  if (measured >= images) return null
  return (
    <Notice tone="info" title={`${formatCount(measured)} of ${formatNoun(images, 'picture')} measured`}>
      The others follow when nothing else is to be done; those whose files cannot be read never do.
    </Notice>
  )
}

interface ShownProps {
  readonly datasetId: string
  readonly overview: QualityOverview
  readonly problem: QualityProblem
  readonly search: ProblemSearch
}

function ClassPicker({ classes, search }: { classes: readonly ClassSummary[]; search: ProblemSearch }) {
  return (
    <div className="class-picker">
      <Select
        label="Class"
        isLabelHidden
        options={[
          { id: 'all', label: 'All classes' },
          ...classes.map(({ id, label, images }) => ({ id: `${id}`, label, detail: formatCount(images) })),
        ]}
        value={search.classId === undefined ? 'all' : `${search.classId}`}
        onChange={id => search.set('class', id === 'all' ? null : id)}
      />
    </div>
  )
}

/** One problem: from where on, and which pictures that takes. */
function Shown({ datasetId, overview, problem, search }: ShownProps) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const found = overview.problems.find(each => each.problem === problem)
  const held = found?.threshold ?? 0
  const threshold = search.threshold ?? held
  const address = useProblemAddress(datasetId, problem, threshold, search)
  const { listing } = address
  const classes = useDatasetSummary(datasetId)?.classes ?? noClasses
  const pictures = usePictures({ datasetId, listing, classes })
  const selection = useSelection({ datasetId, listing, pictures })
  const { scores: _, ...others } = listing.filter
  const measure = found?.measure ?? 'sharpness'
  const spread = useQuery({
    queryKey: keys.gallery(datasetId, `scores ${measure}`, filterToQuery(others).toString()),
    queryFn: () => api.histogram(datasetId, measure, { filter: others, order: listing.order }, scoreSteps),
    placeholderData: keepPreviousData,
    enabled: hasScore(problem),
  })
  const save = useMutation({
    mutationFn: (next: number | null) => api.changeThresholds(datasetId, { [problem]: next }),
    onSuccess: next => {
      cache.setQueryData(keys.quality(datasetId), next)
      search.set('at', null)
    },
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  const { name, about } = problemWords[problem]
  const { total } = pictures
  return (
    <div className="quality-found">
      <h2 className="gl-visually-hidden">{name}</h2>
      <Threshold
        {...{ problem, about, threshold, held, total }}
        counts={hasScore(problem) ? spread.data?.counts : undefined}
        isSaving={save.isPending}
        onChange={next => search.set('at', next === held ? null : `${next}`)}
        onSave={next => save.mutate(next)}
        onUsual={() => save.mutate(null)}
      >
        {total ? (
          <Button size="small" onPress={selection.all}>
            Select all {formatCount(total)}
          </Button>
        ) : null}
      </Threshold>
      {pictures.error ? <Problem error={pictures.error} onRetry={pictures.retry} /> : null}
      {total === 0 ? (
        <Empty icon="check" title="No picture has this problem">
          Move the threshold to look at those that come close. Pictures you kept are not shown again.
        </Empty>
      ) : total === undefined || pictures.shapes === undefined ? (
        pictures.error ? null : (
          <p className="page-wait">Loading…</p>
        )
      ) : (
        <Found {...{ datasetId, address, classes, pictures, selection }} label={`${name}, worst first`} />
      )}
    </div>
  )
}

interface QualityProps {
  readonly datasetId: string
  readonly problem: string | undefined
}

/** What may be wrong with pictures, ranked by how many that takes; every picture is somebody's decision. */
export default function Quality({ datasetId, problem }: QualityProps) {
  const api = useApi()
  const search = useProblemSearch()
  const classes = useDatasetSummary(datasetId)?.classes ?? noClasses
  const { data, error, refetch } = useQuery({
    queryKey: keys.quality(datasetId),
    queryFn: () => api.quality(datasetId),
  })
  const shown =
    problem !== undefined && isQualityProblem(problem) ? problem : (data?.problems[0]?.problem ?? 'blurry')
  return (
    <>
      <PageHead
        title="Quality"
        about="What may be wrong with pictures, worst first. Nothing is removed without you."
        actions={<ClassPicker classes={classes} search={search} />}
      />
      <RunningActs datasetId={datasetId} />
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        data.images === 0 ? (
          <Empty icon="image" title="No pictures yet">
            Classes come by themselves as you collect. Pictures are measured as they come.
          </Empty>
        ) : (
          <>
            <Measuring {...data} />
            <div className="quality-columns">
              <ProblemList datasetId={datasetId} problems={data.problems} shown={shown} />
              <Shown key={shown} {...{ datasetId, search }} overview={data} problem={shown} />
            </div>
          </>
        )
      ) : error ? null : (
        <p className="page-wait">Loading…</p>
      )}
    </>
  )
}
