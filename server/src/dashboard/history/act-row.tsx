import type { ActPage, ActState, ActSummary } from '@gleaner/shared/acts'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useActs, useApi } from '../api/use-app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatAgo, formatCount, formatNoun, formatTime } from '../text/format.ts'
import { reasonOf, reasonOfError } from '../text/reasons.ts'
import { stepsBack, stepsForth } from './steps.ts'

const stateWords: Readonly<Record<ActState, string>> = {
  running: 'Under way',
  done: 'Done',
  cancelled: 'Stopped',
  failed: 'Failed',
  undoing: 'Being taken back',
  undone: 'Taken back',
  redoing: 'Being done again',
}

const isUnderWay = ({ state }: ActSummary) =>
  state === 'running' || state === 'undoing' || state === 'redoing'

function Running({ datasetId, act }: { readonly datasetId: string; readonly act: ActSummary }) {
  const api = useApi()
  const toast = useToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.cancelAct(datasetId, act.id),
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  return (
    <div className="act-running">
      <ProgressBar
        label={stateWords[act.state]}
        isLabelled
        value={act.done}
        max={Math.max(1, act.total)}
        valueLabel={`${formatCount(act.done)} of ${formatCount(act.total)}`}
      />
      <Button size="small" isPending={isPending} onPress={() => mutate()}>
        Stop
      </Button>
    </div>
  )
}

interface StepButtonProps {
  readonly datasetId: string
  readonly kind: 'undo' | 'redo'
  /** In order; the last one is the act the button stands at. */
  readonly steps: readonly number[]
  readonly title: string
}

/** Goes back or forth to an act; asks first where others lie between. */
function StepButton({ datasetId, kind, steps, title }: StepButtonProps) {
  const { perform } = useActs(datasetId)
  const toast = useToast()
  const [isAsking, setAsking] = useState(false)
  if (steps.length === 0) return null
  const isUndo = kind === 'undo'
  const go = async () => {
    const answers = await Promise.all(steps.map(actId => perform({ kind, actId })))
    const done = answers.filter(answer => answer !== undefined).length
    if (done > 0)
      toast(`${isUndo ? 'Undone' : 'Done again'}: ${done === 1 ? title : formatNoun(done, 'act')}`)
  }
  const words = isUndo ? 'Undo' : 'Redo'
  const many = `${words} ${formatNoun(steps.length, 'act')}`
  return (
    <>
      <Button
        size="small"
        kind="quiet"
        icon={kind}
        aria-label={steps.length === 1 ? `${words}: ${title}` : `${words} back to: ${title}`}
        onPress={() => (steps.length === 1 ? void go() : setAsking(true))}
      >
        {steps.length === 1 ? words : `${words} to here`}
      </Button>
      <Confirm
        title={isUndo ? 'Undo all that came after, too?' : 'Redo all that came before, too?'}
        doLabel={many}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={go}
      >
        <p>
          {isUndo
            ? 'Acts are taken back in order, the newest first, up to and with this one.'
            : 'Acts are done again in order, the oldest first, up to and with this one.'}
        </p>
      </Confirm>
    </>
  )
}

interface ActRowProps {
  readonly datasetId: string
  readonly act: ActSummary
  readonly acts: readonly ActSummary[]
  readonly ends: Pick<ActPage, 'undoId' | 'redoId'>
  readonly nowMs: number
}

/** One act: what, by whom, when, how many. */
export function ActRow({ datasetId, act, acts, ends, nowMs }: ActRowProps) {
  const { state, title, by, atMs, total, done, skipped, code } = act
  const isPart = done < total && (state === 'cancelled' || state === 'failed')
  return (
    <li className={`act act-${state}`}>
      <div className="act-words">
        <p className="act-title">
          <bdi>{title}</bdi>
        </p>
        <p className="small soft">
          {state === 'done' ? null : <b className="act-state">{stateWords[state]} · </b>}
          <bdi>{by}</bdi> · <time title={formatTime(atMs)}>{formatAgo(atMs, nowMs)}</time>
          {total > 0 ? ` · ${formatNoun(total, 'picture')}` : ''}
          {isPart ? `, ${formatCount(done)} of them done` : ''}
          {skipped > 0 ? `, ${formatCount(skipped)} left alone because they had changed` : ''}
        </p>
        {code === null ? null : <p className="small act-why">{reasonOf(code).say}</p>}
        {isUnderWay(act) ? <Running datasetId={datasetId} act={act} /> : null}
      </div>
      <StepButton datasetId={datasetId} kind="undo" steps={stepsBack(acts, ends, act.id)} title={title} />
      <StepButton datasetId={datasetId} kind="redo" steps={stepsForth(acts, ends, act.id)} title={title} />
    </li>
  )
}
