import type { ActSummary } from '@gleaner/shared/acts'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { useMutation } from '@tanstack/react-query'
import { useActs, useApi } from '../api/use-app.ts'
import { formatCount } from '../text/format.ts'
import { reasonOfError } from '../text/reasons.ts'
import { useToast } from './toasts.tsx'
import './running-acts.css'

function RunningAct({ datasetId, act }: { readonly datasetId: string; readonly act: ActSummary }) {
  const api = useApi()
  const toast = useToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.cancelAct(datasetId, act.id),
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  const words = act.state === 'undoing' ? 'Taking back: ' : act.state === 'redoing' ? 'Doing again: ' : ''
  return (
    <li className="running-act">
      <ProgressBar
        label={`${words}${act.title}`}
        isLabelled
        value={act.done}
        max={Math.max(1, act.total)}
        valueLabel={`${formatCount(act.done)} of ${formatCount(act.total)}`}
      />
      <Button size="small" icon="close" isPending={isPending} onPress={() => mutate()}>
        Cancel
      </Button>
    </li>
  )
}

/** Acts about many pictures that are being done, in this window or another, with how far they are. */
export function RunningActs({ datasetId }: { readonly datasetId: string }) {
  const { running } = useActs(datasetId)
  if (running.length === 0) return null
  return (
    <ul className="running-acts" aria-label="Under way">
      {running.map(act => (
        <RunningAct key={act.id} datasetId={datasetId} act={act} />
      ))}
    </ul>
  )
}
