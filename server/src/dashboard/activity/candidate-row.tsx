import type { CandidateRow as Row } from '@gleaner/shared/api'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { StatePill } from '@gleaner/shared/ui/state-pill.tsx'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'wouter'
import { useApi, useDatasetSummary } from '../api/use-app.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { Picture } from '../parts/picture.tsx'
import { useToast } from '../parts/toasts.tsx'
import { WebLink } from '../parts/web-link.tsx'
import { formatAgo, formatNoun, formatTime } from '../text/format.ts'
import { hostName } from '../text/host-name.ts'
import { isRetriable, reasonOf, reasonOfError } from '../text/reasons.ts'
import { sourceKindWords } from '../text/source-kinds.ts'
import { webAddress } from '../text/web-address.ts'

interface CandidateRowProps {
  readonly datasetId: string
  readonly row: Row
  readonly nowMs: number
  readonly isOpen: boolean
  readonly onToggle: () => void
}

/** Address of the picture a candidate led to: itself, or the one it is a duplicate of. */
function useImageLink(datasetId: string, row: Row): string | undefined {
  const dataset = useDatasetSummary(datasetId)
  const held = dataset?.classes.find(({ label }) => label === row.classLabel)
  if (row.imageId === null || row.state === 'blocked' || !held) return undefined
  return `/datasets/${datasetId}/gallery/${held.id}?image=${row.imageId}`
}

const linkWords = (row: Row): string => {
  if (row.state !== 'duplicate') return 'Open the picture'
  const far = row.distanceBits === null ? '' : `, ${formatNoun(row.distanceBits, 'bit')} apart`
  return `Open the picture it duplicates${far}`
}

function Sight({ datasetId, row }: { readonly datasetId: string; readonly row: Row }) {
  const link = useImageLink(datasetId, row)
  if (link === undefined || row.imageId === null) {
    return (
      <span className="candidate-sight candidate-blind">
        <Icon name="image" sizePx={20} />
      </span>
    )
  }
  return (
    <Link href={link} className="candidate-sight" aria-label={linkWords(row)}>
      <Picture datasetId={datasetId} imageId={row.imageId} alt="" />
    </Link>
  )
}

function RetryOne({ datasetId, row }: { readonly datasetId: string; readonly row: Row }) {
  const api = useApi()
  const toast = useToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.retry(datasetId, { candidateIds: [row.id] }),
    onSuccess: ({ affected }) =>
      affected > 0 ? toast('Back in the queue.') : toast('It is no longer there to retry.', 'warning'),
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  return (
    <Button size="small" icon="refresh" isPending={isPending} onPress={() => mutate()}>
      Retry this one
    </Button>
  )
}

/** For what was dropped as a copy and is none: it is fetched again, and not taken for one any more. */
function NotDuplicate({ datasetId, row }: { readonly datasetId: string; readonly row: Row }) {
  const api = useApi()
  const toast = useToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.notDuplicate(datasetId, row.id),
    onSuccess: () => toast('Back in the queue. It will not be taken for a copy of that picture again.'),
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  return (
    <Button size="small" isPending={isPending} onPress={() => mutate()}>
      Not a duplicate
    </Button>
  )
}

/** For what stays away because the picture was removed: the picture may come again, with all that led to it. */
function Revive({ datasetId, imageId }: { readonly datasetId: string; readonly imageId: string }) {
  const api = useApi()
  const toast = useToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.reviveImage(datasetId, imageId),
    onSuccess: ({ affected }) =>
      toast(`It may come again: ${formatNoun(affected, 'candidate')} back in the queue.`),
    onError: error => toast(reasonOfError(error).say, 'warning'),
  })
  return (
    <Button size="small" icon="undo" isPending={isPending} onPress={() => mutate()}>
      Let it come back
    </Button>
  )
}

function More({ datasetId, row }: { readonly datasetId: string; readonly row: Row }) {
  const link = useImageLink(datasetId, row)
  const hint = row.code === null ? '' : reasonOf(row.code).hint
  return (
    <div className="candidate-more stack-close">
      <Facts>
        <Fact name="Address">
          <WebLink address={row.url} />
        </Fact>
        {row.explanation ? (
          <Fact name="Why">
            <bdi>{row.explanation}</bdi>
          </Fact>
        ) : null}
        {hint ? <Fact name="What to do">{hint}</Fact> : null}
        {row.sourceKind ? <Fact name="Way used">{sourceKindWords[row.sourceKind]}</Fact> : null}
        <Fact name="Tries">{row.attempts}</Fact>
        <Fact name="Changed">{formatTime(row.updatedAtMs)}</Fact>
        {row.code ? (
          <Fact name="Code">
            <bdi className="gl-mono">{row.code}</bdi>
          </Fact>
        ) : null}
      </Facts>
      <div className="row">
        {link ? <Link href={link}>{linkWords(row)}</Link> : null}
        {isRetriable(row.state, row.code) ? <RetryOne datasetId={datasetId} row={row} /> : null}
        {row.state === 'duplicate' && row.code === 'DUPLICATE_LOOK' ? (
          <NotDuplicate datasetId={datasetId} row={row} />
        ) : null}
        {row.code === 'BLOCKED_REMOVED' && row.imageId !== null ? (
          <Revive datasetId={datasetId} imageId={row.imageId} />
        ) : null}
      </div>
    </div>
  )
}

/** One candidate: what it is, what became of it, and on demand everything known. */
export function CandidateRow({ datasetId, row, nowMs, isOpen, onToggle }: CandidateRowProps) {
  const host = webAddress(row.url)?.host ?? hostName(row.host)
  const say = row.code === null ? 'Waits for its first try.' : reasonOf(row.code).say
  return (
    <article className="candidate">
      <Sight datasetId={datasetId} row={row} />
      <div className="candidate-words">
        <p className="candidate-title">
          <bdi>{row.title ?? host}</bdi>
        </p>
        <p className="candidate-about">
          <bdi className="candidate-class">{row.classLabel}</bdi>
          <bdi className="candidate-host">{host}</bdi>
          <time dateTime={new Date(row.updatedAtMs).toISOString()}>{formatAgo(row.updatedAtMs, nowMs)}</time>
        </p>
      </div>
      <div className="candidate-outcome">
        <StatePill state={row.state} />
        <p className="candidate-say">
          <bdi>{say}</bdi>
          {row.state === 'duplicate' && row.distanceBits !== null ? ` ${row.distanceBits} bits apart.` : ''}
        </p>
      </div>
      <button
        type="button"
        className="gl-bare-button candidate-toggle"
        aria-expanded={isOpen}
        aria-label={`Details of ${row.title ?? host}`}
        onClick={onToggle}
      >
        <Icon name="chevron-down" />
      </button>
      {isOpen ? <More datasetId={datasetId} row={row} /> : null}
    </article>
  )
}
