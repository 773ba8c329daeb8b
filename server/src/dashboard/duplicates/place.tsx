import { IconButton } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { formatCount } from '../text/format.ts'

interface PlaceProps {
  readonly what: string
  readonly place: number
  readonly known: number
  readonly left: number
  readonly made: number
  readonly onGo: (by: number) => void
}

/** How far the review has come, and the way to its neighbours. */
export function Place({ what, place, known, left, made, onGo }: PlaceProps) {
  return (
    <div className="place">
      <ProgressBar
        label="Progress"
        isLabelled
        value={made}
        max={Math.max(1, made + left)}
        valueLabel={`${formatCount(made)} decided now, ${formatCount(left)} left`}
      />
      <div className="place-steps">
        <IconButton
          icon="chevron-left"
          aria-label={`Previous ${what}`}
          isDisabled={place === 0}
          onPress={() => onGo(-1)}
        />
        <IconButton
          icon="chevron-right"
          aria-label={`Next ${what}`}
          isDisabled={place >= known - 1}
          onPress={() => onGo(1)}
        />
      </div>
    </div>
  )
}
