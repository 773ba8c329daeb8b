import type { GalleryImage } from '@gleaner/shared/gallery'
import { DeedButton } from '../parts/key-frame.tsx'
import { formatPixels } from '../text/format.ts'
import { hostName } from '../text/host-name.ts'
import { verdictDeeds } from './deeds.ts'
import { Frame } from './frame.tsx'
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
            <bdi>{hostName(image.host)}</bdi>
          </>
        )}
        {image.isThumbnail ? ' · thumbnail only' : ''}
        {image.mark === 'unsure' ? ' · unsure before' : ''}
      </span>
    </p>
  )
}

/** One picture at a time, one key for each. */
export function One({ session, image }: { readonly session: SessionProps; readonly image: GalleryImage }) {
  const { datasetId, summary, review, byKey } = session
  const give = (verdict: Verdict) => {
    // A key that was pressed before the next picture was painted is about none.
    if (review.deck.state().ahead[0]?.id === image.id) review.deck.decide([{ image, verdict }])
  }
  const { keep, remove, unsure, moves } = verdictDeeds({ give, classId: summary.id, byKey })
  const before = review.made.at(-1)?.judged.map(judged => judged.image) ?? []
  const near = [...review.ahead.slice(1, preloaded), ...(before.length === 1 ? before : [])]
  return (
    <Frame
      session={session}
      itemKey={image.id}
      label="Picture under review"
      isGrid={false}
      deeds={[keep, remove, unsure]}
      moves={moves}
      give={give}
      buttons={
        <>
          <DeedButton deed={keep} kind="primary" />
          <DeedButton deed={remove} kind="danger" />
          <DeedButton deed={unsure} />
        </>
      }
    >
      <Stage datasetId={datasetId} shown={image} near={near} />
      <Words image={image} />
    </Frame>
  )
}
