import type { Attempt } from '@gleaner/shared/image'
import { WebLink } from '../parts/web-link.tsx'
import { formatDuration, formatTime } from '../text/format.ts'
import { reasonOf } from '../text/reasons.ts'
import { sourceKindWords } from '../text/source-kinds.ts'

const isSuccess = (code: string) => code.startsWith('STORED') || code === 'UPGRADED'

const tookWords = (tookMs: number) => (tookMs < 1000 ? `${tookMs} ms` : formatDuration(tookMs))

/** Every request made on the way to a picture, by the server or by the browser: where it led and who answered. */
export function Journey({ attempts }: { readonly attempts: readonly Attempt[] }) {
  if (attempts.length === 0) return <p className="faint">Not recorded.</p>
  return (
    <ol className="journey">
      {attempts.map((attempt, place) => (
        <li key={`${attempt.startedAtMs}-${String(place)}`} className="attempt">
          <p>
            <b>{sourceKindWords[attempt.sourceKind]}</b>
            {attempt.isFromBrowser ? <span className="small">by your browser</span> : null}
            <span className={isSuccess(attempt.code) ? 'attempt-good' : 'attempt-bad'}>
              {isSuccess(attempt.code) ? 'Fetched' : <bdi>{reasonOf(attempt.code).say}</bdi>}
            </span>
            <span className="small faint">
              {formatTime(attempt.startedAtMs)}
              {attempt.isFromBrowser ? '' : `, ${tookWords(attempt.tookMs)}`}
            </span>
          </p>
          <ol className="hops" hidden={attempt.hops.length === 0}>
            {attempt.hops.map((hop, hopPlace) => (
              <li key={`${hop.url}-${String(hopPlace)}`}>
                <WebLink address={hop.url} />
                <span className="small faint">
                  <bdi className="gl-mono">{hop.peerIp ?? 'no connection'}</bdi>
                  {hop.status === null ? '' : ` · ${hop.status}`}
                </span>
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  )
}
