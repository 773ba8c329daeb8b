import type { ImageSummary } from '@gleaner/shared/image'
import { memo, type RefCallback } from 'react'
import { fileVersion } from '../api/client.ts'
import { Picture } from '../parts/picture.tsx'

interface TileProps {
  readonly datasetId: string
  /** `undefined` while it is still being read. */
  readonly image: ImageSummary | undefined
  readonly place: number
  readonly column: number
  readonly tilePx: number
  readonly isActive: boolean
  readonly buttonRef: RefCallback<HTMLButtonElement> | undefined
  readonly onFocus: (place: number) => void
  readonly onOpen: (image: ImageSummary) => void
}

/** One picture of the grid. */
export const Tile = memo(function Tile(props: TileProps) {
  const { datasetId, image, place, column, tilePx, isActive, buttonRef, onFocus, onOpen } = props
  const title = image?.title ?? `Picture ${place + 1}`
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the grid
    <div className="tile" role="gridcell" tabIndex={-1} aria-colindex={column + 1} style={{ width: tilePx }}>
      <button
        type="button"
        className="tile-button"
        ref={buttonRef}
        tabIndex={isActive ? 0 : -1}
        {...(image ? {} : { 'aria-label': title })}
        aria-busy={image === undefined}
        onFocus={() => onFocus(place)}
        onClick={() => image && onOpen(image)}
      >
        {image ? (
          <>
            <Picture datasetId={datasetId} imageId={image.id} version={fileVersion(image)} alt="" />
            <span className="tile-title">
              <bdi>{title}</bdi>
            </span>
            {image.isThumbnail ? <span className="tile-mark">Thumbnail</span> : null}
          </>
        ) : null}
      </button>
    </div>
  )
})
