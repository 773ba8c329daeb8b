import { defaultSplitPlan, type SplitDiff, type SplitPlan, type SplitState } from '@gleaner/shared/splits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { useSettled } from '../parts/use-settled.ts'
import { useNoteAct } from '../shell/undo.tsx'
import { formatCount, formatNoun } from '../text/format.ts'
import { ChosenGroups } from './chosen-groups.tsx'
import { AllSplits, ClassSplits } from './class-splits.tsx'
import { readPlanDraft, toPlanDraft } from './plan-draft.ts'
import { PlanForm } from './plan-form.tsx'
import { splitWords } from './split-words.ts'
import './splits.css'

const samePlan = (a: SplitPlan | null, b: SplitPlan) => JSON.stringify(a) === JSON.stringify(b)
const nameOf = (split: keyof typeof splitWords | null) =>
  split === null ? 'no split' : splitWords[split].toLowerCase()

/** What moves from where to where, in words. */
function Moves({ diff }: { readonly diff: SplitDiff }) {
  return (
    <ul className="split-moves">
      {diff.byMove.map(({ from, to, count }) => (
        <li key={`${from} ${to}`}>
          {formatNoun(count, 'picture')} from {nameOf(from)} to {nameOf(to)}
        </li>
      ))}
    </ul>
  )
}

interface PlannedProps {
  readonly datasetId: string
  readonly state: SplitState
  readonly plan: SplitPlan
  readonly isValid: boolean
}

/** What a plan comes to before it is followed, and the buttons that follow it. */
function Planned({ datasetId, state, plan, isValid }: PlannedProps) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const note = useNoteAct()
  const [isAsking, setAsking] = useState(false)
  const isOther = !samePlan(state.plan, plan) && state.plan !== null
  const { settled: shown, isSettled } = useSettled(plan)
  const preview = useQuery({
    queryKey: keys.splitPreview(datasetId, { shown, fresh: state.fresh, rebalance: isOther }),
    queryFn: () => api.assignSplits(datasetId, { plan: shown, rebalance: isOther, dryRun: true }),
    enabled: isValid && isSettled && (isOther || state.plan === null || state.fresh > 0),
    placeholderData: keepPreviousData,
  })
  const { mutateAsync, isPending, error } = useMutation({
    mutationFn: (rebalance: boolean) => api.assignSplits(datasetId, { plan, rebalance }),
    onSuccess: ({ assigned, moved }) => {
      note(datasetId)
      const more = moved > 0 ? `, ${formatNoun(moved, 'picture')} moved` : ''
      toast(`${formatNoun(assigned, 'picture')} put into splits${more}.`)
      return cache.invalidateQueries({ queryKey: keys.splits(datasetId) })
    },
  })
  const rebalance = () => mutateAsync(true)
  const data = preview.data
  return (
    <>
      {error ? <Problem error={error} /> : null}
      {preview.error ? <Problem error={preview.error} onRetry={() => void preview.refetch()} /> : null}
      <div className="plan-deeds">
        <p className="soft" role="status">
          {!isValid
            ? 'Some values need another look.'
            : state.plan === null
              ? data
                ? `Puts ${formatNoun(data.assigned, 'picture')} into splits.`
                : 'Nothing is split yet.'
              : isOther
                ? data
                  ? `This plan moves ${formatNoun(data.moved, 'picture')} that are in splits already.`
                  : 'This plan differs from the one in force.'
                : state.fresh > 0
                  ? `${formatNoun(state.fresh, 'picture')} came since. None that is in a split moves.`
                  : 'Every picture is where this plan puts it.'}
        </p>
        <div className="row">
          {state.plan !== null ? (
            <Button isDisabled={!isValid} isPending={isPending} onPress={() => setAsking(true)}>
              Re-balance…
            </Button>
          ) : null}
          <Button
            kind="primary"
            isDisabled={!isValid || isOther || (state.plan !== null && state.fresh === 0)}
            isPending={isPending}
            onPress={() => void mutateAsync(false).catch(() => undefined)}
          >
            {state.plan === null
              ? 'Split pictures'
              : state.fresh === 0
                ? 'Split new pictures'
                : `Split ${formatCount(state.fresh)} new`}
          </Button>
        </div>
      </div>
      <Rebalance
        {...{ datasetId, plan }}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={rebalance}
      />
    </>
  )
}

interface RebalanceProps {
  readonly datasetId: string
  readonly plan: SplitPlan
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onConfirm: () => Promise<unknown>
}

/** Assigning everything anew makes figures of earlier models incomparable, so it says first what would move. */
function Rebalance({ datasetId, plan, isOpen, onClose, onConfirm }: RebalanceProps) {
  const api = useApi()
  const { data, error } = useQuery({
    queryKey: keys.splitPreview(datasetId, { plan, rebalance: 'asked' }),
    queryFn: () => api.assignSplits(datasetId, { plan, rebalance: true, dryRun: true }),
    enabled: isOpen,
    staleTime: 0,
  })
  return (
    <Confirm
      title="Share out all pictures anew?"
      doLabel={data ? `Move ${formatCount(data.moved)}` : 'Re-balance'}
      {...{ isOpen, onClose, onConfirm }}
    >
      {error ? <Problem error={error} /> : null}
      {data ? <Moves diff={data} /> : error ? null : <p className="soft">Counting…</p>}
      <p>
        Pinned pictures stay. Figures of models trained on earlier versions cannot be compared with later
        ones. It can be undone.
      </p>
    </Confirm>
  )
}

function Left({ datasetId, state }: { readonly datasetId: string; readonly state: SplitState }) {
  if (state.bridging === 0) return null
  return (
    <Notice tone="warning" title={`${formatNoun(state.bridging, 'picture')} left out of every split`}>
      Each looks like pictures of two splits, and neither of those may move. Decide about the copies on{' '}
      <Link href={`/datasets/${datasetId}/duplicates`}>Duplicates</Link>, or re-balance. In the gallery they
      are found by the place they had, if they had one.
    </Notice>
  )
}

function Loaded({ datasetId, state }: { readonly datasetId: string; readonly state: SplitState }) {
  const [draft, setDraft] = useState(() => toPlanDraft(state.plan ?? defaultSplitPlan))
  const { plan, errors } = readPlanDraft(draft)
  const isValid = Object.keys(errors).length === 0
  return (
    <>
      <Left {...{ datasetId, state }} />
      {state.plan ? (
        <section className="card stack" aria-label="Splits">
          <AllSplits datasetId={datasetId} classes={state.classes} />
          <p className="soft small">
            {formatNoun(state.groups, 'group')} of pictures that stay together · {formatCount(state.pinned)}{' '}
            pinned
          </p>
          <ClassSplits datasetId={datasetId} classes={state.classes} />
        </section>
      ) : null}
      <ChosenGroups datasetId={datasetId} />
      <section className="card stack" aria-label="Plan">
        <h2 className="card-title">{state.plan ? 'Plan' : 'How to share pictures out'}</h2>
        <PlanForm {...{ draft, errors }} onChange={patch => setDraft(now => ({ ...now, ...patch }))} />
        <Planned {...{ datasetId, state, plan, isValid }} />
      </section>
    </>
  )
}

/** Which pictures are learned from, and which are asked about afterwards. */
export default function Splits({ datasetId }: { readonly datasetId: string }) {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: keys.splits(datasetId),
    queryFn: () => api.splits(datasetId),
  })
  const isEmpty = data?.classes.every(row => row.train + row.validation + row.test + row.unassigned === 0)
  return (
    <>
      <PageHead
        title="Splits"
        about="Train, validation and test. Copies and shots of one scene are never on two sides, and what is in a split stays there."
      />
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        isEmpty ? (
          <Empty icon="split" title="No pictures yet">
            Collect some first; they can be split as soon as there are any.
          </Empty>
        ) : (
          <Loaded key={JSON.stringify(data.plan)} datasetId={datasetId} state={data} />
        )
      ) : error ? null : (
        <p className="page-wait">Loading…</p>
      )}
    </>
  )
}
