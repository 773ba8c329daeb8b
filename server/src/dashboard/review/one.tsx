import type { GalleryImage } from '@gleaner/shared/gallery'
import { useState } from 'react'
import { DeedButton, type KeyDeed, KeyFrame } from '../parts/key-frame.tsx'
import { formatPixels } from '../text/format.ts'
import { Aside } from './aside.tsx'
import { verdictDeeds, wayDeeds } from './deeds.ts'
import { LastLine } from './last-line.tsx'
import { MoveDialog } from './move-dialog.tsx'
import type { SessionProps } from './session.tsx'
import { Stage } from './stage.tsx'
import type { Verdict } from './verdict.ts'

/** Loaded and decoded before they are looked at: enough for a fast hand on a slow disk. */
const preloaded = 8

function Words({ image }: { readonly image: GalleryImage }) {
  return (
    <p className="picture-words">
      <bdi className="picture-title">{image.title ?? 'Without a title'}</bdi>
      <span className="soft small">
        {formatPixels(image.originalWidth, image.originalHeight)}
        {image.host === null ? null : (
          <>
            {' · '}
            <bdi>{image.host}</bdi>
          </>
        )}
        {image.isThumbnail ? ' · thumbnail only' : ''}
        {image.mark === 'unsure' ? ' · unsure before' : ''}
      </span>
    </p>
  )
}

interface OneProps extends SessionProps {
  readonly image: GalleryImage
}

/** One picture at a time, one key for each. */
export function One(props: OneProps) {
  const { datasetId, summary, review, byKey, image } = props
  const give = (verdict: Verdict) => {
    // A key that was pressed before the next picture was painted is about none.
    if (review.deck.state().ahead[0]?.id === image.id) review.deck.decide([{ image, verdict }])
  }
  const { keep, remove, unsure, moves } = verdictDeeds({ give, classId: summary.id, byKey })
  const [isMoving, setMoving] = useState(false)
  const ways = wayDeeds({ ...props, moveElsewhere: () => setMoving(true), isGrid: false })
  const deeds: readonly KeyDeed[] = [keep, remove, unsure, ...moves, ...Object.values(ways)]
  const before = review.made.at(-1)?.judged.map(judged => judged.image) ?? []
  const near = [...review.ahead.slice(1, preloaded), ...(before.length === 1 ? before : [])]
  return (
    <KeyFrame itemKey={image.id} label="Picture under review" deeds={deeds}>
      <div className="review-parts">
        <div className="review-main">
          <Stage datasetId={datasetId} shown={image} near={near} />
          <Words image={image} />
          <div className="review-bar">
            <DeedButton deed={keep} kind="primary" />
            <DeedButton deed={remove} kind="danger" />
            <DeedButton deed={unsure} />
            <DeedButton deed={ways.undo} kind="quiet">
              Undo
            </DeedButton>
          </div>
          <div className="review-under">
            <LastLine review={review} />
            <DeedButton deed={ways.turn} kind="quiet" />
          </div>
        </div>
        <Aside {...props} moves={moves} move={ways.move} />
      </div>
      <MoveDialog
        classes={props.classes}
        hereId={summary.id}
        isOpen={isMoving}
        onClose={() => setMoving(false)}
        onPick={label => give({ kind: 'move', label })}
      />
    </KeyFrame>
  )
}
