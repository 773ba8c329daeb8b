import type { ImageSummary } from '@gleaner/shared/image'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useBox } from '../parts/use-window.ts'
import { gridShape, moveIndex, neededItems, rowsOf } from './grid-math.ts'
import { Tile } from './tile.tsx'
import './gallery.css'

const gapPx = 8
const minTilePx = 150
const overscanRows = 4

interface ImageGridProps {
  readonly datasetId: string
  readonly label: string
  /** Held so far; the tiles after them stand empty until they are read. */
  readonly images: readonly ImageSummary[]
  readonly total: number
  readonly onNeed: (count: number) => void
  readonly onOpen: (image: ImageSummary) => void
}

/** Focus that follows the keys: one tile can be reached by Tab, the arrows lead on from there. */
function useRovingFocus(total: number, columns: number, showRow: (row: number) => void) {
  const [active, setActive] = useState(0)
  const isMoving = useRef(false)
  const focusIfMoved = (element: HTMLButtonElement | null) => {
    if (!element || !isMoving.current) return
    isMoving.current = false
    element.focus({ preventScroll: true })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const pageRows = Math.max(1, Math.floor(window.innerHeight / (minTilePx * 1.5)))
    const to = moveIndex(event.key, active, { columns, total, pageRows })
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    isMoving.current = to !== active
    setActive(to)
    showRow(Math.floor(to / columns))
  }
  return { active: Math.min(active, Math.max(0, total - 1)), setActive, focusIfMoved, onKeyDown }
}

/** Any number of pictures: only the rows near the window are there, tiles keep their size and place. */
export function ImageGrid({ datasetId, label, images, total, onNeed, onOpen }: ImageGridProps) {
  const { ref, widthPx, topPx } = useBox()
  const narrowTilePx = widthPx < 480 ? 100 : minTilePx
  const { columns, tilePx } = gridShape(widthPx, narrowTilePx, gapPx)
  const rows = useWindowVirtualizer({
    count: widthPx === 0 ? 0 : rowsOf(total, columns),
    estimateSize: () => tilePx + gapPx,
    overscan: overscanRows,
    scrollMargin: topPx,
  })
  // The size of the rows follows the width of the window.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew exactly when the tiles change
  useEffect(() => rows.measure(), [tilePx])
  const shown = rows.getVirtualItems()
  const needed = neededItems(shown.at(-1)?.index ?? 0, columns, total)
  useEffect(() => onNeed(needed), [onNeed, needed])
  const focus = useRovingFocus(total, columns, row => rows.scrollToIndex(row, { align: 'auto' }))

  return (
    <div ref={ref}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be laid out by place, which a grid of 100,000 tiles needs */}
      <div
        className="grid"
        role="grid"
        aria-label={label}
        aria-rowcount={rowsOf(total, columns)}
        aria-colcount={columns}
        tabIndex={-1}
        style={{ height: Math.max(0, rows.getTotalSize() - gapPx) }}
        onKeyDown={focus.onKeyDown}
      >
        {shown.map(({ index: row, key, start }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={key}
            className="grid-row"
            role="row"
            tabIndex={-1}
            aria-rowindex={row + 1}
            style={{
              transform: `translateY(${start - rows.options.scrollMargin}px)`,
              height: tilePx,
              gap: gapPx,
            }}
          >
            {Array.from({ length: Math.min(columns, total - row * columns) }, (_, column) => {
              const place = row * columns + column
              return (
                <Tile
                  key={place}
                  datasetId={datasetId}
                  image={images[place]}
                  place={place}
                  column={column}
                  tilePx={tilePx}
                  isActive={place === focus.active}
                  buttonRef={place === focus.active ? focus.focusIfMoved : undefined}
                  onFocus={focus.setActive}
                  onOpen={onOpen}
                />
              )
            })}
          </div>
        ))}
      </div>
    </div>
  )
}
