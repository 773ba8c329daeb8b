import type { QualityProblem } from '@gleaner/shared/quality-problems'
import { problemRules } from '@gleaner/shared/quality-problems'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { type CSSProperties, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { formatNoun } from '../text/format.ts'
import { measureName, thresholdValue, thresholdWords } from '../text/quality-words.ts'
import { scaleOf, shareOf, takenBy } from './scale.ts'

/** The pictures follow the slider as soon as it rests that long. */
const restMs = 150

interface SpreadProps {
  readonly problem: QualityProblem
  readonly counts: readonly number[]
  readonly threshold: number
}

/** How many pictures have each score, those that are taken in another colour. The words below say it, too. */
function Spread({ problem, counts, threshold }: SpreadProps) {
  const most = Math.max(1, ...counts)
  const { takes } = problemRules[problem]
  return (
    <svg className="spread" viewBox={`0 0 ${counts.length} 40`} preserveAspectRatio="none" aria-hidden="true">
      {counts.map((count, score) => {
        const height = count === 0 ? 0 : Math.max(1.5, 40 * Math.sqrt(count / most))
        const isTaken = takes === 'below' ? score <= threshold : score >= threshold
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a score is its place
            key={score}
            className={isTaken ? 'spread-taken' : undefined}
            x={score + 0.1}
            width={0.8}
            y={40 - height}
            height={height}
          />
        )
      })}
    </svg>
  )
}

interface ThresholdProps {
  readonly problem: QualityProblem
  readonly about: string
  /** In use now. */
  readonly threshold: number
  /** Of the dataset. */
  readonly held: number
  /** Pictures of each score, where it is a score and they have been counted. */
  readonly counts: readonly number[] | undefined
  /** Pictures it takes, once they have been listed. */
  readonly total: number | undefined
  readonly isSaving: boolean
  readonly onChange: (threshold: number) => void
  /** Makes this the threshold of the dataset. */
  readonly onSave: (threshold: number) => void
  readonly onUsual: () => void
  readonly children?: ReactNode
}

/** A slider for where a problem begins; what it takes is counted while it moves. */
export function Threshold(props: ThresholdProps) {
  const { problem, about, threshold, held, counts, total, isSaving, onChange, onSave, onUsual } = props
  const id = useId()
  const { measure, takes, usual } = problemRules[problem]
  const scale = scaleOf(problem)
  const [draft, setDraft] = useState<number | null>(null)
  const change = useRef(onChange)
  useEffect(() => {
    change.current = onChange
  })
  useEffect(() => {
    if (draft === null) return
    const timer = setTimeout(() => {
      change.current(draft)
      setDraft(null)
    }, restMs)
    return () => clearTimeout(timer)
  }, [draft])
  const shown = draft ?? threshold
  /** What was being moved to is decided about now. */
  const settle = (decide: () => void) => {
    setDraft(null)
    decide()
  }
  const taken = counts ? takenBy(problem, shown, counts) : draft === null ? total : undefined
  return (
    <section className="threshold" aria-label="Threshold">
      <p className="threshold-about">{about}</p>
      {counts ? <Spread {...{ problem, counts }} threshold={shown} /> : null}
      <label className="threshold-slider" htmlFor={id}>
        <span className="gl-visually-hidden">{`${measureName(problem)}, at most or at least`}</span>
        <input
          id={id}
          type="range"
          className={takes === 'below' ? 'takes-below' : 'takes-above'}
          min={scale.least}
          max={scale.most}
          step={1}
          value={scale.toPosition(shown)}
          style={{ '--at': shareOf(scale, shown) } as CSSProperties}
          aria-valuetext={thresholdValue(measure, shown)}
          onChange={event => setDraft(scale.toValue(Number(event.target.value)))}
        />
      </label>
      <div className="threshold-foot">
        <p role="status">
          <b>{taken === undefined ? 'Counting…' : formatNoun(taken, 'picture')}</b>
          <span className="threshold-words"> · {thresholdWords(problem, shown)}</span>
        </p>
        <div className="threshold-deeds">
          {props.children}
          {shown === held ? null : (
            <Button size="small" isPending={isSaving} onPress={() => settle(() => onSave(shown))}>
              Keep this threshold
            </Button>
          )}
          {held === usual && shown === usual ? null : (
            <Button size="small" kind="quiet" onPress={() => settle(onUsual)}>
              Usual: {thresholdValue(measure, usual)}
            </Button>
          )}
        </div>
      </div>
    </section>
  )
}
