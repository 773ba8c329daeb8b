import type { GalleryImage } from '@gleaner/shared/gallery'
import { memo } from 'react'
import { fileVersion } from '../api/client.ts'
import { thumbnailUrl } from '../api/gallery-calls.ts'
import '../parts/picture-tile.css'

interface TrashTileProps {
  readonly datasetId: string
  readonly image: GalleryImage
  readonly isPicked: boolean
  readonly onToggle: (imageId: string) => void
}

/** A removed picture and the class it was in; pressed, it is picked. */
export const TrashTile = memo(function TrashTile({ datasetId, image, isPicked, onToggle }: TrashTileProps) {
  return (
    <li>
      <button
        type="button"
        className="picture-tile trash-tile"
        aria-pressed={isPicked}
        onClick={() => onToggle(image.id)}
      >
        <img
          src={thumbnailUrl(datasetId, image.id, 160 * window.devicePixelRatio, fileVersion(image))}
          alt={image.title ?? 'Picture without a title'}
          loading="lazy"
          decoding="async"
          draggable={false}
        />
        <span className="picture-tile-words">
          <bdi>{image.classLabel}</bdi>
        </span>
      </button>
    </li>
  )
})
