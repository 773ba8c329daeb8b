import type { GalleryImage } from '@gleaner/shared/gallery'
import { useEffect, useRef } from 'react'
import { fileVersion, imageFileUrl } from '../api/client.ts'

interface LayerProps {
  readonly datasetId: string
  readonly image: GalleryImage
  readonly isShown: boolean
}

/** A picture that is loaded and decoded before its turn comes, so that showing it is no more than painting it. */
function Layer({ datasetId, image, isShown }: LayerProps) {
  const ref = useRef<HTMLImageElement>(null)
  useEffect(() => {
    // What cannot be decoded shows its title where it stands.
    ref.current?.decode().catch(() => undefined)
  }, [])
  return (
    <img
      ref={ref}
      className={isShown ? 'stage-picture' : 'stage-picture stage-waiting'}
      src={imageFileUrl(datasetId, image.id, fileVersion(image))}
      alt={isShown ? (image.title ?? 'Picture without a title') : ''}
      aria-hidden={!isShown}
      width={image.width}
      height={image.height}
      decoding="sync"
      draggable={false}
      fetchPriority={isShown ? 'high' : 'auto'}
    />
  )
}

interface StageProps {
  readonly datasetId: string
  readonly shown: GalleryImage
  /** Other pictures a key may lead to. */
  readonly near: readonly GalleryImage[]
}

/** The picture that is looked at, over those that may be looked at next. */
export function Stage({ datasetId, shown, near }: StageProps) {
  return (
    <div className="stage-frame">
      {[shown, ...near]
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .map(image => (
          <Layer
            key={`${image.id} ${fileVersion(image)}`}
            datasetId={datasetId}
            image={image}
            isShown={image === shown}
          />
        ))}
    </div>
  )
}
