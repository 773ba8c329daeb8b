import { type ImportSummary, importSkips } from '@gleaner/shared/imports'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatCount, formatNoun, formatTime } from '../text/format.ts'
import { reasonOf, reasonOfError } from '../text/reasons.ts'
import { formatWords, skippedOf, skipWords, stateWords } from './import-words.ts'

interface ImportRowProps {
  readonly datasetId: string
  readonly entry: ImportSummary
}

/** What was left out, and why. */
function Skipped({ entry }: { readonly entry: ImportSummary }) {
  const skipped = skippedOf(entry)
  const reasons = importSkips.filter(reason => (skipped[reason] ?? 0) > 0)
  if (reasons.length === 0) return null
  return (
    <ul className="import-skips small soft">
      {reasons.map(reason => (
        <li key={reason}>
          {formatCount(skipped[reason] ?? 0)} left out: {skipWords[reason]}
        </li>
      ))}
    </ul>
  )
}

/** How the pictures that were taken fare: they go through the same checks as those of the web. */
function Fate({ datasetId, entry }: ImportRowProps) {
  const { counts, accepted, known, refused, notesLeft } = entry
  const waiting = counts.queued + counts.leased
  const kept = counts.stored + counts.upgraded
  const parts = [
    `${formatCount(kept)} stored`,
    counts.duplicate > 0 ? formatNoun(counts.duplicate, 'copy', 'copies') : '',
    counts.rejected + counts.failed > 0 ? `${formatCount(counts.rejected + counts.failed)} not usable` : '',
    counts.blocked > 0 ? `${formatCount(counts.blocked)} removed before` : '',
    waiting > 0 ? `${formatCount(waiting)} waiting` : '',
  ]
  return (
    <>
      <p>
        {formatNoun(accepted, 'new picture')}
        {known > 0 ? `, ${formatCount(known)} known before` : ''}
        {refused > 0 ? `, ${formatCount(refused)} refused` : ''}.{' '}
        <Link href={`/datasets/${datasetId}/activity`}>{parts.filter(part => part !== '').join(' · ')}</Link>
      </p>
      {notesLeft > 0 ? (
        <p className="small soft">
          Boxes or splits of {formatNoun(notesLeft, 'picture')} were not kept, because a copy is held.
        </p>
      ) : null}
    </>
  )
}

/** What nothing else brought goes again; there is no way back but to import it once more. */
function TakeBack({
  entry,
  onConfirm,
}: {
  readonly entry: ImportSummary
  readonly onConfirm: () => Promise<unknown>
}) {
  const [isAsking, setAsking] = useState(false)
  const { counts, source } = entry
  const kept = counts.stored + counts.upgraded
  const waiting = counts.queued + counts.leased
  return (
    <>
      <Button kind="quiet" size="small" icon="undo" onPress={() => setAsking(true)}>
        Undo
      </Button>
      <Confirm
        title="Take this import back?"
        doLabel="Take it back"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={onConfirm}
      >
        <p>
          {formatNoun(kept, 'picture')} {kept === 1 ? 'goes' : 'go'} from this dataset
          {waiting > 0 ? `, and ${formatCount(waiting)} that wait are not taken` : ''}, but for what was
          brought otherwise as well. Nothing in <bdi>{source}</bdi> is changed: it can be imported again.
        </p>
      </Confirm>
    </>
  )
}

/** Says when an import that was seen under way is done, with a way back. */
function useEndTold({ state, accepted }: ImportSummary, undo: () => void) {
  const toast = useToast()
  const before = useRef(state)
  useEffect(() => {
    const wasGoing = before.current === 'reading' || before.current === 'taking'
    before.current = state
    if (!wasGoing || state !== 'done') return
    const say =
      accepted === 0 ? 'Imported: nothing new.' : `Imported: ${formatNoun(accepted, 'new picture')}.`
    toast(say, 'good', accepted === 0 ? undefined : { label: 'Undo', run: undo })
  })
}

/** One import: how far it is, what came of it, what was left out. */
export function ImportRow({ datasetId, entry }: ImportRowProps) {
  const { id, source, format, state, done, total, startedAtMs, by, code, undone } = entry
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const cancel = useMutation({
    mutationFn: () => api.cancelImport(datasetId, id),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.imports(datasetId) }),
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  const undo = useMutation({
    mutationFn: () => api.undoImport(datasetId, id),
    onSuccess: () => {
      toast('The import is taken back; its pictures go in the background.')
      return cache.invalidateQueries({ queryKey: keys.imports(datasetId) })
    },
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  useEndTold(entry, () => undo.mutate())
  const isGoing = state === 'reading' || state === 'taking'
  const reason = reasonOf(code ?? 'PROTOCOL_INTERNAL')
  return (
    <li className="card import">
      <div className="import-head">
        <div className="import-words">
          <h3 className="import-source">
            <bdi>{source}</bdi>
          </h3>
          <p className="small soft">
            {format ? formatWords[format] : 'Being looked at'} · {formatTime(startedAtMs)} · {by}
          </p>
        </div>
        {isGoing ? (
          <Button size="small" isPending={cancel.isPending} onPress={() => cancel.mutate()}>
            Stop
          </Button>
        ) : undone === 'no' && total > 0 ? (
          <TakeBack entry={entry} onConfirm={() => undo.mutateAsync()} />
        ) : null}
      </div>
      {isGoing ? (
        <ProgressBar
          label={stateWords[state]}
          isLabelled
          {...(state === 'taking' && { value: done, max: Math.max(1, total) })}
          valueLabel={state === 'taking' ? `${formatCount(done)} of ${formatCount(total)}` : ''}
        />
      ) : null}
      {state === 'failed' ? (
        <p className="import-failed">
          {reason.say} <span className="soft">{reason.hint}</span>
        </p>
      ) : null}
      {state === 'cancelled' ? <p className="soft">Stopped. What was taken until then stays.</p> : null}
      {undone === 'no' ? null : (
        <p className="soft">{undone === 'all' ? 'Taken back.' : 'Being taken back…'}</p>
      )}
      {state === 'reading' || state === 'failed' ? null : <Fate {...{ datasetId, entry }} />}
      <Skipped entry={entry} />
    </li>
  )
}
