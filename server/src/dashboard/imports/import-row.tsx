import { type ImportSummary, importSkips } from '@gleaner/shared/imports'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
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

/** One import: how far it is, what came of it, what was left out. */
export function ImportRow({ datasetId, entry }: ImportRowProps) {
  const { id, source, format, state, done, total, startedAtMs, by, code } = entry
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const cancel = useMutation({
    mutationFn: () => api.cancelImport(datasetId, id),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.imports(datasetId) }),
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
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
      {state === 'reading' || state === 'failed' ? null : <Fate {...{ datasetId, entry }} />}
      <Skipped entry={entry} />
    </li>
  )
}
