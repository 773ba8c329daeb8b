import { ProgressBar as AriaProgressBar } from 'react-aria-components/ProgressBar'
import './progress-bar.css'

interface ProgressBarProps {
  /** What progresses; read by screen readers. */
  readonly label: string
  /** Done so far, in the unit of `max`; leave out while the end is not known. */
  readonly value?: number
  readonly max?: number
  /** Words for the value, for example `31 of 200`. */
  readonly valueLabel?: string
  /** Shows label and value above the bar. */
  readonly isLabelled?: boolean
}

/** A bar for something with an end. */
export function ProgressBar({ label, value, max = 100, valueLabel, isLabelled }: ProgressBarProps) {
  const bounded = value === undefined ? undefined : Math.min(value, max)
  return (
    <AriaProgressBar
      className="gl-progress"
      aria-label={label}
      maxValue={max}
      isIndeterminate={bounded === undefined}
      {...(bounded === undefined ? {} : { value: bounded })}
      {...(valueLabel === undefined ? {} : { valueLabel })}
    >
      {({ percentage, isIndeterminate, valueText }) => (
        <>
          {isLabelled ? (
            <span className="gl-progress-words" aria-hidden="true">
              <span>{label}</span>
              <span>{valueText}</span>
            </span>
          ) : null}
          <span className="gl-progress-track">
            <span
              className={isIndeterminate ? 'gl-progress-fill gl-progress-unknown' : 'gl-progress-fill'}
              data-complete={percentage === 100 || undefined}
              style={{ width: isIndeterminate ? '35%' : `${percentage ?? 0}%` }}
            />
          </span>
        </>
      )}
    </AriaProgressBar>
  )
}
