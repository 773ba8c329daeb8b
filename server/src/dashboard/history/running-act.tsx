import type { ActState, ActSummary } from '@gleaner/shared/acts'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useActs, useApi } from '../api/use-app.ts'
import { useToast } from '../parts/toasts.tsx'
import { formatCount, formatDuration } from '../text/format.ts'
import { reasonOfError } from '../text/reasons.ts'
import { leftMs } from './left.ts'
import './history.css'

export const stateWords: Readonly<Record<ActState, string>> = {
  running: 'Under way',
  done: 'Done',
  cancelled: 'Stopped',
  failed: 'Failed',
  undoing: 'Being taken back',
  undone: 'Taken back',
  redoing: 'Being done again',
}

/** How far an act has come, how long it will take, and a way to stop it. */
export function RunningAct({ datasetId, act }: { readonly datasetId: string; readonly act: ActSummary }) {
  const api = useApi()
  const toast = useToast()
  const [began] = useState(() => ({ atMs: performance.now(), done: act.done }))
  const rest = leftMs(began, act, performance.now())
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
        valueLabel={`${formatCount(act.done)} of ${formatCount(act.total)}${rest === undefined ? '' : `, about ${formatDuration(rest)} left`}`}
      />
      <Button size="small" isPending={isPending} onPress={() => mutate()}>
        Stop
      </Button>
    </div>
  )
}

/** Acts on many pictures that go on while other things are done. */
export function RunningActs({ datasetId }: { readonly datasetId: string }) {
  const { running } = useActs(datasetId)
  if (running.length === 0) return null
  return (
    <ul className="acts" aria-label="Under way">
      {running.map(act => (
        <li key={act.id} className="act">
          <div className="act-words">
            <p className="act-title">
              <bdi>{act.title}</bdi>
            </p>
            <RunningAct datasetId={datasetId} act={act} />
          </div>
        </li>
      ))}
    </ul>
  )
}
