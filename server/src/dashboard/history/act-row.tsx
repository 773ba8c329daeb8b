import type { ActSummary } from '@gleaner/shared/acts'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { memo, useState } from 'react'
import { useApp } from '../api/use-app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatAgo, formatCount, formatNoun, formatTime } from '../text/format.ts'
import { reasonOf } from '../text/reasons.ts'
import { RunningAct, stateWords } from './running-act.tsx'
import { isUnderWay } from './under-way.ts'
import { walkTo } from './walk.ts'

interface StepButtonProps {
  readonly datasetId: string
  readonly kind: 'undo' | 'redo'
  readonly act: ActSummary
  /** How many acts lie on the way, this one among them; `undefined` where that is not known. */
  readonly steps: number | undefined
}

/** Takes one act back and leaves those after it as they are; pictures that have changed since are left alone. */
function OnlyThis({ datasetId, act }: Pick<StepButtonProps, 'datasetId' | 'act'>) {
  const queue = useApp().actsOf(datasetId)
  const toast = useToast()
  const go = async () => {
    const undone = await queue.perform({ kind: 'undo', actId: act.id })
    if (!undone || isUnderWay(undone)) return
    const left = undone.skipped === 0 ? '' : `; ${formatNoun(undone.skipped, 'picture')} left alone`
    toast(`Undone: ${act.title}${left}`)
  }
  return (
    <Button size="small" kind="quiet" aria-label={`Undo only this: ${act.title}`} onPress={() => void go()}>
      Undo only this
    </Button>
  )
}

/** Goes back or forth to an act; asks first where others lie between. */
function StepButton({ datasetId, kind, act, steps }: StepButtonProps) {
  const queue = useApp().actsOf(datasetId)
  const toast = useToast()
  const [isAsking, setAsking] = useState(false)
  const isUndo = kind === 'undo'
  const go = async () => {
    const done = await walkTo(queue, kind, act.id)
    const what = done === 1 ? act.title : formatNoun(done, 'act')
    if (done > 0) toast(`${isUndo ? 'Undone' : 'Done again'}: ${what}`)
  }
  const words = isUndo ? 'Undo' : 'Redo'
  const isNext = steps === 1
  return (
    <>
      <Button
        size="small"
        kind="quiet"
        icon={kind}
        aria-label={isNext ? `${words}: ${act.title}` : `${words} to here: ${act.title}`}
        onPress={() => (isNext ? void go() : setAsking(true))}
      >
        {isNext ? words : `${words} to here`}
      </Button>
      {isAsking ? (
        <Confirm
          title={isUndo ? 'Undo all that came after, too?' : 'Redo all that came before, too?'}
          doLabel={steps === undefined ? 'Redo them' : `${words} ${formatNoun(steps, 'act')}`}
          isOpen
          onClose={() => setAsking(false)}
          onConfirm={go}
        >
          <p>
            {isUndo
              ? 'Acts are taken back in order, the newest first, up to and with this one.'
              : 'Acts are done again in order, the one undone last first, up to and with this one.'}
          </p>
        </Confirm>
      ) : null}
    </>
  )
}

interface ActRowProps {
  readonly datasetId: string
  readonly act: ActSummary
  /** The way that leads to it, if any. */
  readonly way: 'undo' | 'redo' | undefined
  /** How many acts lie on that way, this one among them; `undefined` where that is not known. */
  readonly steps: number | undefined
  readonly nowMs: number
}

/** One act: what, by whom, when, how many. There may be hundreds, so each is drawn anew only when it changes. */
export const ActRow = memo(function ActRow({ datasetId, act, way, steps, nowMs }: ActRowProps) {
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
        {isUnderWay(act) ? <RunningAct datasetId={datasetId} act={act} /> : null}
      </div>
      {way ? (
        <div className="act-ways">
          {way === 'undo' && steps !== 1 ? <OnlyThis datasetId={datasetId} act={act} /> : null}
          <StepButton datasetId={datasetId} kind={way} act={act} steps={steps} />
        </div>
      ) : null}
    </li>
  )
})
