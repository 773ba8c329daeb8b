import type { GalleryImage } from '@gleaner/shared/gallery'
import { useEffect, useState } from 'react'
import { fileVersion } from '../api/client.ts'
import { thumbnailUrl } from '../api/gallery-calls.ts'
import { DeedButton, type KeyDeed } from '../parts/key-frame.tsx'
import '../parts/picture-tile.css'
import { useBox } from '../parts/use-window.ts'
import { formatNoun } from '../text/format.ts'
import { verdictDeeds } from './deeds.ts'
import { Frame } from './frame.tsx'
import { screenShape, stepTo } from './screen-shape.ts'
import type { SessionProps } from './session.tsx'
import { usePicks } from './use-picks.ts'
import type { Verdict } from './verdict.ts'
import { pickWords } from './words.ts'

const tilePx = 128
const narrowTilePx = 100
/** What stands above and below the pictures, in pixels. */
const restPx = 370
const narrowRestPx = 480

const sourceOf = (datasetId: string, image: GalleryImage) =>
  thumbnailUrl(datasetId, image.id, tilePx * 1.5 * window.devicePixelRatio, fileVersion(image))

/** Loads the pictures of the screen after this one. */
function useReadAhead(datasetId: string, next: readonly GalleryImage[]): void {
  const sources = next.map(image => sourceOf(datasetId, image)).join('\n')
  useEffect(() => {
    for (const source of sources.split('\n').filter(Boolean)) {
      const picture = new Image()
      picture.src = source
      picture.decode().catch(() => undefined) // it is asked for again, and its title shown, when its turn comes
    }
  }, [sources])
}

interface TileProps {
  readonly datasetId: string
  readonly image: GalleryImage
  readonly verdict: Verdict | undefined
  readonly isHere: boolean
  readonly onPress: () => void
}

function Tile({ datasetId, image, verdict, isHere, onPress }: TileProps) {
  const kind = verdict?.kind ?? 'keep'
  const title = image.title ?? 'Picture without a title'
  return (
    <li>
      <button
        type="button"
        // The arrows lead here; the keys belong to the whole screen.
        tabIndex={-1}
        className={`picture-tile screen-tile screen-${kind}`}
        data-here={isHere || undefined}
        aria-pressed={verdict !== undefined}
        onMouseDown={event => event.preventDefault()}
        onClick={onPress}
      >
        <img src={sourceOf(datasetId, image)} alt={title} draggable={false} decoding="async" />
        {verdict ? (
          <span className="picture-tile-words screen-verdict">
            <bdi>{pickWords(verdict)}</bdi>
          </span>
        ) : null}
      </button>
    </li>
  )
}

function arrowDeeds(go: (key: string) => void): readonly KeyDeed[] {
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const
  const deeds = keys.map(key => ({ keys: [key], shown: '', does: '', run: () => go(key) }))
  return deeds.map((deed, place) =>
    place === 0 ? { ...deed, shown: '← → ↑ ↓', does: 'Go to a picture' } : deed,
  )
}

/** Many pictures at once: those that do not belong are picked out, and one key says that the others are fine. */
export function Screenful({ session }: { readonly session: SessionProps }) {
  const { datasetId, summary, review, byKey } = session
  const { ref, widthPx } = useBox()
  const isNarrow = widthPx < 480
  const heightPx = window.innerHeight - (isNarrow ? narrowRestPx : restPx)
  const { columns, rows } = screenShape(widthPx, heightPx, isNarrow ? narrowTilePx : tilePx)
  const count = widthPx === 0 ? 0 : columns * rows
  const images = review.ahead.slice(0, count)
  useReadAhead(datasetId, review.ahead.slice(count, 2 * count))
  const { verdictOf, toggle } = usePicks(review)
  const [place, setPlace] = useState(0)
  const here = Math.min(place, Math.max(0, images.length - 1))
  const give = (verdict: Verdict, at = here) => {
    const image = images[at]
    if (image) toggle(image.id, verdict)
  }
  const accept = () => {
    setPlace(0)
    review.deck.decide(images.map(image => ({ image, verdict: verdictOf(image.id) ?? { kind: 'keep' } })))
  }
  const picked = images.filter(({ id }) => verdictOf(id)).length
  const { keep, remove, unsure, moves } = verdictDeeds({ give, classId: summary.id, byKey })
  const fine: KeyDeed = {
    ...{ keys: ['Enter'], shown: 'Enter', isOnce: true, run: accept },
    does: picked === 0 ? 'All on this screen are fine' : 'All others on this screen are fine',
  }
  const go = (key: string) => setPlace(stepTo(key, here, columns, images.length) ?? here)
  const own = [
    { ...keep, keys: ['k'], does: 'Keep the picture after all' },
    { ...remove, keys: [...remove.keys, ' '], does: 'Pick out to remove' },
    { ...unsure, does: 'Pick out as unsure' },
  ]
  const at = images[here]
  const said = at ? verdictOf(at.id) : undefined
  return (
    <Frame
      session={session}
      itemKey="screen"
      label="Screenful under review"
      isGrid
      deeds={[fine, ...arrowDeeds(go), ...own]}
      moves={moves}
      give={give}
      buttons={
        <DeedButton deed={fine} kind="primary">
          {fine.does} ({formatNoun(images.length - picked, 'picture')})
        </DeedButton>
      }
    >
      <div ref={ref}>
        <ul
          className="screen"
          aria-label="Pictures on this screen"
          style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
        >
          {images.map((image, tile) => (
            <Tile
              key={image.id}
              datasetId={datasetId}
              image={image}
              verdict={verdictOf(image.id)}
              isHere={tile === here}
              onPress={() => {
                setPlace(tile)
                give({ kind: 'remove' }, tile)
              }}
            />
          ))}
        </ul>
      </div>
      <p className="gl-visually-hidden" role="status">
        {at ? `Picture ${here + 1} of ${images.length}: ${at.title ?? 'without a title'}. ` : ''}
        {said ? pickWords(said) : 'Fine'}
      </p>
    </Frame>
  )
}
