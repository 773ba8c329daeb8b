import type { Activity } from '@gleaner/shared/activity'
import type { Overview } from '@gleaner/shared/api'
import { Button, IconButton } from '@gleaner/shared/ui/button.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { keys } from '../api/keys.ts'
import { useApi, useOverview } from '../api/use-app.ts'
import { reasonOfError } from '../text/reasons.ts'
import { useToast } from './toasts.tsx'

function useSwitch() {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const { isPaused } = useOverview().activity
  const { mutate, isPending } = useMutation({
    mutationFn: () => (isPaused ? api.resume() : api.pause()),
    onSuccess: (activity: Activity) =>
      cache.setQueryData<Overview>(keys.overview, current => current && { ...current, activity }),
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  return { isPaused, isPending, flip: () => mutate() }
}

interface PauseButtonProps {
  /** `primary` where it is the one thing to do. */
  readonly kind: 'primary' | 'plain'
}

/** Stops everything at once and lets it go on: the same button, with words for what pressing does. */
export function PauseButton({ kind }: PauseButtonProps) {
  const { isPaused, isPending, flip } = useSwitch()
  return (
    <Button size="small" kind={kind} icon={isPaused ? 'play' : 'pause'} isPending={isPending} onPress={flip}>
      {isPaused ? 'Resume' : 'Pause'}
    </Button>
  )
}

/** The same, as small as can be: it stands on every page. */
export function PauseIconButton() {
  const { isPaused, isPending, flip } = useSwitch()
  return (
    <IconButton
      icon={isPaused ? 'play' : 'pause'}
      aria-label={isPaused ? 'Resume collecting' : 'Pause collecting'}
      isPending={isPending}
      onPress={flip}
    />
  )
}
