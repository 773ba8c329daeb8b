import type { GalleryImage } from '@gleaner/shared/gallery'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { type CSSProperties, type MouseEvent, memo, type RefCallback, useState } from 'react'
import { fileVersion } from '../api/client.ts'
import { thumbnailUrl } from '../api/gallery-calls.ts'

export interface TileActions {
  readonly onFocus: (place: number) => void
  readonly onClick: (event: MouseEvent, place: number, image: GalleryImage) => void
  readonly onCheck: (event: MouseEvent, place: number, image: GalleryImage) => void
}

interface TileProps {
  readonly datasetId: string
  /** `undefined` while it is still being read. */
  readonly image: GalleryImage | undefined
  readonly place: number
  readonly column: number
  readonly leftPx: number
  readonly widthPx: number
  readonly heightPx: number
  readonly isActive: boolean
  readonly isPicked: boolean
  /** Its picture is not asked for while it only flies by. */
  readonly isFast: boolean
  readonly cellRef: RefCallback<HTMLDivElement> | undefined
  readonly actions: TileActions
}

interface SmallPictureProps {
  readonly src: string
  readonly isFast: boolean
}

/** A picture that is asked for once its tile stays in sight, and a quiet mark where it is not there. */
function SmallPicture({ src, isFast }: SmallPictureProps) {
  const [wantedSrc, setWantedSrc] = useState(isFast ? null : src)
  const [missingSrc, setMissingSrc] = useState<string | null>(null)
  if (!isFast && wantedSrc !== src) setWantedSrc(src)
  if (missingSrc === src) return <Icon name="image" sizePx={22} />
  return wantedSrc === src ? (
    <img src={src} alt="" decoding="async" draggable={false} onError={() => setMissingSrc(src)} />
  ) : null
}

const markWords = { kept: 'Kept', unsure: 'Unsure' } as const

/** What stands on a tile beside its picture, in words too for those who cannot see it. */
function nameOf(image: GalleryImage | undefined, place: number): string {
  if (!image) return `Picture ${place + 1}`
  const marks = [
    image.mark === 'none' ? [] : [markWords[image.mark]],
    image.isThumbnail ? ['Thumbnail'] : [],
  ].flat()
  return [image.title ?? `Picture ${place + 1}`, ...marks].join(', ')
}

/** Longest side a picture needs to fill a tile sharply, in pixels of the screen. */
function longSidePx({ width, height }: GalleryImage, widthPx: number, heightPx: number): number {
  const scale = Math.max(widthPx / width, heightPx / height)
  return Math.max(width, height) * scale * Math.min(2, window.devicePixelRatio)
}

/** One picture of the grid. */
export const Tile = memo(function Tile(props: TileProps) {
  const { datasetId, image, place, column, leftPx, widthPx, heightPx, isActive, isPicked, isFast } = props
  const { cellRef, actions } = props
  const style: CSSProperties = { transform: `translateX(${leftPx}px)`, width: widthPx, height: heightPx }
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the grid
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys of all its tiles
    <div
      className="tile"
      role="gridcell"
      ref={cellRef}
      tabIndex={isActive ? 0 : -1}
      aria-colindex={column + 1}
      aria-selected={isPicked}
      aria-label={nameOf(image, place)}
      aria-busy={image === undefined}
      data-place={place}
      style={style}
      onFocus={() => actions.onFocus(place)}
      onClick={event => image && actions.onClick(event, place, image)}
    >
      {image ? (
        <>
          <SmallPicture
            src={thumbnailUrl(datasetId, image.id, longSidePx(image, widthPx, heightPx), fileVersion(image))}
            isFast={isFast}
          />
          <span className="tile-title" aria-hidden="true">
            <bdi>{image.title ?? `Picture ${place + 1}`}</bdi>
          </span>{' '}
          <span className="tile-marks" aria-hidden="true">
            {image.mark === 'none' ? null : (
              <span className={`tile-mark tile-mark-${image.mark}`}>{markWords[image.mark]}</span>
            )}
            {image.isThumbnail ? <span className="tile-mark tile-mark-thumbnail">Thumbnail</span> : null}
          </span>
          <button
            type="button"
            className="tile-check"
            tabIndex={-1}
            aria-label={isPicked ? 'Deselect' : 'Select'}
            onClick={event => actions.onCheck(event, place, image)}
          >
            <span className="tile-check-box">{isPicked ? <Icon name="check" sizePx={14} /> : null}</span>
          </button>
        </>
      ) : null}
    </div>
  )
})
