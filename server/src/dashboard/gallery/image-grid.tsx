import type { GalleryImage } from '@gleaner/shared/gallery'
import { type MouseEvent, memo, type RefCallback, useEffect, useMemo, useRef } from 'react'
import { useBox } from '../parts/use-window.ts'
import { type GridRow, type Layout, rowLayout, squareLayout } from './layout.ts'
import { isPicked, type Picked } from './picked.ts'
import { Tile, type TileActions } from './tile.tsx'
import { useFold } from './use-fold.ts'
import { useGridKeys } from './use-grid-keys.ts'
import type { Pictures } from './use-pictures.ts'
import { useRubberBand } from './use-rubber-band.ts'
import type { SelectionControl } from './use-selection.ts'
import { useSight, useSteadyScroll } from './use-sight.ts'
import './grid.css'

export const gridShapes = ['rows', 'squares'] as const
export const tileSizes = ['small', 'medium', 'large'] as const
export interface GridLook {
  readonly shape: (typeof gridShapes)[number]
  readonly size: (typeof tileSizes)[number]
}

const gapPx = 6
const sidesPx = { small: 104, medium: 168, large: 264 } as const
const narrowSidesPx = { small: 72, medium: 108, large: 180 } as const

function useLayout(pictures: Pictures, widthPx: number, { shape, size }: GridLook): Layout {
  const { total = 0, shapes } = pictures
  return useMemo(() => {
    const sidePx = (widthPx < 520 ? narrowSidesPx : sidesPx)[size]
    if (widthPx === 0) return squareLayout(0, 1, 1, 0)
    if (shape === 'squares') return squareLayout(total, widthPx, sidePx, gapPx)
    return rowLayout(shapes ?? new Uint8Array(), widthPx, sidePx * 1.15, gapPx)
  }, [total, shapes, widthPx, shape, size])
}

interface RowProps {
  readonly datasetId: string
  readonly row: GridRow
  readonly layout: Layout
  readonly at: (place: number) => GalleryImage | undefined
  readonly picked: Picked
  /** The place that has the focus or would get it; -1 where that is in another row. */
  readonly active: number
  readonly isFast: boolean
  readonly focusIfMoved: RefCallback<HTMLDivElement>
  readonly actions: TileActions
}

const Row = memo(function Row({ datasetId, row, layout, at, picked, active, isFast, ...rest }: RowProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be laid out by place, which a grid of 100,000 tiles needs
    <div
      className="grid-row"
      role="row"
      tabIndex={-1}
      aria-rowindex={row.index + 1}
      style={{ transform: `translateY(${row.topPx}px)`, height: row.heightPx }}
    >
      {layout.boxes(row).map(({ place, leftPx, widthPx }, column) => {
        const image = at(place)
        return (
          <Tile
            key={place}
            datasetId={datasetId}
            image={image}
            {...{ place, column, leftPx, widthPx, isFast }}
            heightPx={row.heightPx}
            isActive={place === active}
            isPicked={image ? isPicked(picked, image.id) : picked.kind === 'all'}
            cellRef={place === active ? rest.focusIfMoved : undefined}
            actions={rest.actions}
          />
        )
      })}
    </div>
  )
})

interface ImageGridProps {
  readonly datasetId: string
  readonly label: string
  readonly pictures: Pictures
  readonly look: GridLook
  readonly selection: SelectionControl
  /** The picture that is open beside the grid, or was last. */
  readonly openId: string | null
  readonly onOpen: (image: GalleryImage) => void
  /** Other keys than those that move and select, with the picture that has the focus. */
  readonly onKey: (key: string, image: GalleryImage | undefined) => boolean
}

/** Clicks: on a tile, on its mark, with Ctrl or Shift. Once something is selected a click selects as well. */
function useTileActions(
  { selection, onOpen }: Pick<ImageGridProps, 'selection' | 'onOpen'>,
  setActive: (place: number) => void,
  takesClick: () => boolean,
): TileActions {
  const latest = useRef({ selection, onOpen, setActive, takesClick })
  useEffect(() => {
    latest.current = { selection, onOpen, setActive, takesClick }
  })
  return useMemo(() => {
    const pick = (event: MouseEvent, place: number, image: GalleryImage) => {
      const { selection } = latest.current
      if (event.shiftKey) void selection.extendTo(place)
      else selection.toggle(image.id, place)
    }
    return {
      onFocus: place => latest.current.setActive(place),
      onCheck: (event, place, image) => {
        event.stopPropagation()
        if (latest.current.takesClick()) return
        // The keys go on from the tile, not from its mark.
        event.currentTarget.closest<HTMLElement>('.tile')?.focus({ preventScroll: true })
        pick(event, place, image)
      },
      onClick: (event, place, image) => {
        const { selection, onOpen, takesClick } = latest.current
        if (takesClick()) return
        const { picked } = selection
        const isSelecting = picked.kind === 'all' || picked.ids.size > 0
        if (isSelecting || event.shiftKey || event.ctrlKey || event.metaKey) pick(event, place, image)
        else {
          selection.begin(place, picked)
          onOpen(image)
        }
      },
    }
  }, [])
}

/** The rows near the window, and the one that has the focus, which must not be lost by scrolling. */
function rowsToDraw(layout: Layout, firstRow: number, lastRow: number, active: number): readonly GridRow[] {
  if (layout.count === 0) return []
  const last = Math.min(lastRow, layout.rowCount - 1)
  const inSight = Array.from({ length: Math.max(0, last - firstRow + 1) }, (_, step) => firstRow + step)
  const activeRow = layout.rowOf(Math.min(active, layout.count - 1))
  const all = inSight.includes(activeRow) ? inSight : [...inSight, activeRow].sort((a, b) => a - b)
  return all.map(index => {
    const row = layout.row(index)
    // Below the end of the page it would make the page longer.
    return row.topPx > layout.heightPx ? { ...row, topPx: -2 * row.heightPx } : row
  })
}

/** Any number of pictures: only the rows near the window are there, tiles keep their size and place. */
export function ImageGrid(props: ImageGridProps) {
  const { datasetId, label, pictures, look, selection, onOpen } = props
  const { ref, widthPx, topPx } = useBox()
  const fold = useFold(useLayout(pictures, widthPx, look), topPx)
  const { layout } = fold
  const { at, placeOf, want, inSight, shifted } = pictures
  const idAt = (place: number) => at(place)?.id
  useSteadyScroll({ ...fold, topPx, shifted, at, placeOf, inSight })
  const sight = useSight(layout, topPx)
  const { firstRow, lastRow, isFast } = sight
  const keys = useGridKeys({ ...props, grid: ref, fold, topPx })
  const band = useRubberBand({
    grid: ref,
    layout,
    idAt,
    picked: selection.picked,
    onPick: selection.setPicked,
  })
  const actions = useTileActions({ selection, onOpen }, keys.setActive, band.takesClick)
  useEffect(() => {
    if (layout.count === 0) return
    const last = layout.row(Math.min(lastRow, layout.rowCount - 1))
    want(layout.row(Math.min(firstRow, layout.rowCount - 1)).first, last.first + last.count - 1)
  }, [layout, firstRow, lastRow, want])

  return (
    <div ref={ref} className="grid-frame" {...band.handlers}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be laid out by place, which a grid of 100,000 tiles needs */}
      <div
        className="grid"
        role="grid"
        aria-label={label}
        aria-rowcount={layout.rowCount}
        aria-colcount={layout.columnCount}
        aria-multiselectable="true"
        tabIndex={-1}
        style={{ height: layout.heightPx }}
        {...keys.handlers}
      >
        {rowsToDraw(layout, firstRow, lastRow, keys.active).map(row => (
          <Row
            key={row.index}
            {...{ datasetId, row, layout, at, isFast, actions }}
            picked={selection.picked}
            active={layout.rowOf(keys.active) === row.index ? keys.active : -1}
            focusIfMoved={keys.focusIfMoved}
          />
        ))}
      </div>
      {band.band ? (
        <div
          className="grid-band"
          style={{
            left: band.band.leftPx,
            top: band.band.topPx,
            width: band.band.rightPx - band.band.leftPx,
            height: band.band.bottomPx - band.band.topPx,
          }}
        />
      ) : null}
    </div>
  )
}
