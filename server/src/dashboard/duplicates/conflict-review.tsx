import type { ConflictDecision, ConflictOffer, LabelConflict } from '@gleaner/shared/duplicates'
import { useCallback } from 'react'
import { useApi } from '../api/use-app.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { DeedButton, type KeyDeed, KeyFrame } from '../parts/key-frame.tsx'
import { Problem } from '../parts/problem.tsx'
import { levelWords } from '../text/duplicate-words.ts'
import { formatBytes, formatNoun, formatPixels, formatTime } from '../text/format.ts'
import { hostName } from '../text/host-name.ts'
import { BigPicture, titleOf } from './member.tsx'
import { Place } from './place.tsx'
import type { Decisions } from './use-decisions.ts'
import { useQueue, type Wanted } from './use-queue.ts'
import { NothingLeft } from './views.tsx'

const pageSize = 50
const view = 'conflicts'

interface ConflictReviewProps {
  readonly datasetId: string
  readonly decisions: Decisions
  readonly left: number
  readonly wanted: Wanted
  readonly onGo: (id: number) => void
  readonly onUndo: () => void
}

/** Pictures found for several classes, one after another; each number is a class. */
export function ConflictReview(props: ConflictReviewProps) {
  const { datasetId, decisions, wanted, onGo, onUndo } = props
  const api = useApi()
  const fetchPage = useCallback(
    async (cursor: string | null) => {
      const page = await api.conflicts(datasetId, cursor, pageSize)
      return { items: page.conflicts, cursor: page.cursor }
    },
    [api, datasetId],
  )
  const queue = useQueue<LabelConflict>({ datasetId, view, fetchPage, decisions, wanted, onGo })
  const { current } = queue
  if (queue.error) return <Problem error={queue.error} onRetry={queue.retry} />
  if (queue.isLoading) return <p className="page-wait">Loading…</p>
  if (!current) {
    return <NothingLeft datasetId={datasetId} view={view} made={decisions.made} onUndo={onUndo} />
  }
  const left = queue.isComplete ? queue.known : Math.max(queue.known, props.left - decisions.saving)
  return <Conflict {...props} conflict={current} queue={queue} left={left} />
}

interface ConflictProps extends ConflictReviewProps {
  readonly conflict: LabelConflict
  readonly queue: Pick<ReturnType<typeof useQueue>, 'place' | 'known' | 'go'>
}

/** Every class it could be in, the one it is in first. */
const classesOf = ({ image, offers }: LabelConflict) => [
  { classId: image.classId, classLabel: image.classLabel },
  ...offers.filter(({ classId }) => classId !== image.classId),
]

function Conflict({ datasetId, conflict, queue, left, decisions, onUndo }: ConflictProps) {
  const api = useApi()
  const decide = (decision: ConflictDecision) =>
    decisions.decide({ view, id: conflict.id }, () => api.decideConflict(datasetId, conflict.id, decision))
  const classDeeds = classesOf(conflict).map(
    ({ classId, classLabel }, place): KeyDeed => ({
      keys: [`${place + 1}`],
      shown: `${place + 1}`,
      does: place === 0 ? `Stays in ${classLabel}` : `Belongs to ${classLabel}`,
      run: () => decide({ act: 'file', classId }),
    }),
  )
  const remove: KeyDeed = {
    keys: ['r', 'Delete'],
    shown: 'R',
    does: 'Belongs to none: remove',
    run: () => decide({ act: 'remove' }),
  }
  const moves: KeyDeed[] = [
    { keys: ['ArrowDown', 'ArrowRight', 'j'], shown: '↓', does: 'Next, undecided', run: () => queue.go(1) },
    { keys: ['ArrowUp', 'ArrowLeft'], shown: '↑', does: 'Previous', run: () => queue.go(-1) },
    { keys: ['u'], shown: 'U', does: 'Undo', run: onUndo },
  ]
  const { image, offers } = conflict
  return (
    <KeyFrame itemKey={conflict.id} label="Label conflict" deeds={[...classDeeds, remove, ...moves]}>
      <Place what="conflict" {...queue} left={left} made={decisions.made} onGo={queue.go} />
      <h2 className="group-title">
        <bdi>{titleOf(image)}</bdi>
      </h2>
      <div className="conflict">
        <BigPicture datasetId={datasetId} member={image} />
        <div className="stack">
          <Facts>
            <Fact name="Held in">
              <bdi>{image.classLabel}</bdi>, since {formatTime(image.storedAtMs)}
            </Fact>
            <Fact name="Original">
              {formatPixels(image.original.width, image.original.height)},{' '}
              {formatBytes(image.original.sizeBytes)}, <bdi>{image.original.format.toUpperCase()}</bdi>
            </Fact>
            {image.host === null ? null : (
              <Fact name="From">
                <bdi>{hostName(image.host)}</bdi>
              </Fact>
            )}
          </Facts>
          <ul className="offers" aria-label="Found for other classes">
            {offers.map(offer => (
              <Offer key={offer.classId} offer={offer} />
            ))}
          </ul>
        </div>
      </div>
      <div className="decide-bar">
        <div className="decide-more">
          {classDeeds.map(deed => (
            <DeedButton key={deed.shown} deed={deed}>
              <bdi className="deed-words">{deed.does}</bdi>
            </DeedButton>
          ))}
          <DeedButton deed={remove} kind="danger" />
        </div>
      </div>
    </KeyFrame>
  )
}

function Offer({ offer }: { readonly offer: ConflictOffer }) {
  const { classLabel, candidates, level, distanceBits, title, host, engine, query } = offer
  return (
    <li className="offer">
      <h3>
        <bdi>{classLabel}</bdi>
      </h3>
      {title === null ? null : (
        <p>
          <bdi>{title}</bdi>
        </p>
      )}
      <p className="small soft">
        {formatNoun(candidates, 'time')} found
        {engine === null ? null : (
          <>
            {' by '}
            <bdi>{engine}</bdi>
          </>
        )}
        {query === null ? null : (
          <>
            {' for “'}
            <bdi>{query}</bdi>”
          </>
        )}
        {host === null ? null : (
          <>
            {' on '}
            <bdi>{hostName(host)}</bdi>
          </>
        )}
        . {levelWords[level]}
        {distanceBits === null || level !== 'look' ? '' : `, ${distanceBits} of 256 bits apart`}.
      </p>
    </li>
  )
}
