import type { ReasonCounts } from '@gleaner/shared/api'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { StatePill } from '@gleaner/shared/ui/state-pill.tsx'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import type { CandidateFilter } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { useToast } from '../parts/toasts.tsx'
import { formatCount, formatNoun } from '../text/format.ts'
import { isRetriable, reasonOf, reasonOfError } from '../text/reasons.ts'

type ReasonCount = ReasonCounts['reasons'][number]

interface ReasonsProps {
  readonly datasetId: string
  readonly filter: CandidateFilter
  readonly onChange: (filter: CandidateFilter) => void
}

interface ReasonProps extends ReasonsProps {
  readonly reason: ReasonCount & { readonly code: string }
}

function Retry({ datasetId, reason }: Pick<ReasonProps, 'datasetId' | 'reason'>) {
  const api = useApi()
  const toast = useToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.retry(datasetId, { code: reason.code }),
    onSuccess: ({ affected }) => toast(`${formatNoun(affected, 'candidate')} back in the queue.`),
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  return (
    <Button
      size="small"
      icon="refresh"
      isPending={isPending}
      aria-label={`Retry these: ${reasonOf(reason.code).say}`}
      onPress={() => mutate()}
    >
      Retry these
    </Button>
  )
}

function Reason({ reason, ...rest }: ReasonProps) {
  const { datasetId, filter, onChange } = rest
  const { say, hint } = reasonOf(reason.code)
  const isChosen = filter.code === reason.code && filter.state === reason.state
  const toggle = () =>
    onChange({
      ...filter,
      code: isChosen ? undefined : reason.code,
      state: isChosen ? undefined : reason.state,
    })
  return (
    <li className={isChosen ? 'reason reason-chosen' : 'reason'}>
      <button type="button" className="reason-button" aria-pressed={isChosen} onClick={toggle}>
        <span className="reason-head">
          <StatePill state={reason.state} />
          <b className="reason-count">{formatCount(reason.count)}</b>
        </span>
        <bdi className="reason-say">{say}</bdi>
      </button>
      {isRetriable(reason.state, reason.code) ? (
        <>
          <p className="small faint">{hint}</p>
          <span>
            <Retry datasetId={datasetId} reason={reason} />
          </span>
        </>
      ) : null}
    </li>
  )
}

const hasCode = (reason: ReasonCount): reason is ReasonCount & { code: string } => reason.code !== null

/** How many ended for which reason; each narrows the list, and can be tried again. */
export function Reasons(props: ReasonsProps) {
  const { datasetId, filter } = props
  const api = useApi()
  const { data } = useQuery({
    queryKey: keys.reasons(datasetId, filter.classId),
    queryFn: () => api.reasons(datasetId, filter.classId),
    placeholderData: keepPreviousData,
  })
  const reasons = (data?.reasons ?? []).filter(hasCode).sort((a, b) => b.count - a.count)
  if (reasons.length === 0) return null
  return (
    <details className="reasons" open={window.matchMedia('(min-width: 60rem)').matches}>
      <summary>Reasons</summary>
      <ul className="reason-list" aria-label="Reasons">
        {reasons.map(reason => (
          <Reason key={`${reason.state} ${reason.code}`} {...props} reason={reason} />
        ))}
      </ul>
    </details>
  )
}
