import type { ClassSummary } from '@gleaner/shared/dataset'
import type { GalleryImage } from '@gleaner/shared/gallery'
import { useCallback, useState } from 'react'
import { type Asked, BulkBar } from '../gallery/bulk-bar.tsx'
import { gridShapes, ImageGrid, tileSizes } from '../gallery/image-grid.tsx'
import { ImagePanel } from '../gallery/image-panel.tsx'
import { countOf, selectionOf } from '../gallery/picked.ts'
import { useDeeds } from '../gallery/use-deeds.ts'
import type { ListingAddress } from '../gallery/use-listing.ts'
import type { Pictures } from '../gallery/use-pictures.ts'
import type { SelectionControl } from '../gallery/use-selection.ts'
import { useKeys } from '../parts/key-sheet.tsx'
import { areSingleKeysOn } from '../parts/single-keys.ts'
import { useKept } from '../parts/use-kept.ts'

interface FoundProps {
  readonly datasetId: string
  readonly label: string
  readonly address: ListingAddress
  readonly classes: readonly ClassSummary[]
  readonly pictures: Pictures
  readonly selection: SelectionControl
}

const deedKeys = [
  { shown: 'K', does: 'Keep: the picture is fine, and is not shown here again' },
  { shown: 'N', does: 'Not sure' },
  { shown: 'Delete', does: 'Take to the trash' },
  { shown: 'M', does: 'Move what is selected to another class' },
  { shown: 'C', does: 'Split what is selected off into a new class' },
]

/** The pictures a threshold takes, worst first, and what can be done with them. Nothing goes without that. */
export function Found({ datasetId, label, address, classes, pictures, selection }: FoundProps) {
  const { listing, openId, open } = address
  const { filter } = listing
  const deeds = useDeeds(datasetId)
  const [shape] = useKept('gleaner-gallery-shape', gridShapes, 'rows')
  const [size] = useKept('gleaner-gallery-size', tileSizes, 'medium')
  const [asked, setAsked] = useState<Asked | null>(null)
  useKeys('Problems', deedKeys)
  const { total = 0 } = pictures
  const picked = selectionOf(selection.picked, filter)
  const openImage = useCallback((image: GalleryImage) => open(image.id), [open])
  const onKey = (key: string, image: GalleryImage | undefined): boolean => {
    const name = key.toLowerCase()
    if (key.length === 1 && !areSingleKeysOn()) return false
    const of = picked ?? (image && { imageIds: [image.id] })
    if (!of) return false
    if ((name === 'm' || name === 'c') && picked) {
      setAsked(name === 'm' ? 'move' : 'split')
      return true
    }
    if (name === 'delete') deeds.trash(of)
    else if (name === 'k') deeds.mark(of, 'kept')
    else if (name === 'n') deeds.mark(of, 'unsure')
    else return false
    if (picked && name !== 'n') selection.clear()
    return true
  }
  return (
    <>
      <ImageGrid
        {...{ datasetId, pictures, selection, openId, onKey }}
        label={label}
        look={{ shape, size }}
        onOpen={openImage}
      />
      {picked ? (
        <BulkBar
          datasetId={datasetId}
          count={countOf(selection.picked, total)}
          total={total}
          isEverything={selection.picked.kind === 'all'}
          isTrash={false}
          selection={picked}
          classes={classes}
          deeds={deeds}
          asked={asked}
          onAsk={setAsked}
          onAll={selection.all}
          onClear={selection.clear}
        />
      ) : null}
      <ImagePanel {...{ datasetId, address, pictures, classes, selection, deeds }} />
    </>
  )
}
