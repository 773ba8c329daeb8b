import type { ClassSummary } from '@gleaner/shared/dataset'
import type { GalleryImage } from '@gleaner/shared/gallery'
import type { ImageDetail } from '@gleaner/shared/image'
import { Button, IconButton } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { fileVersion, imageFileUrl } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Picture } from '../parts/picture.tsx'
import { Problem } from '../parts/problem.tsx'
import { ImageFacts } from './image-facts.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { isPicked } from './picked.ts'
import { SideDialog } from './side-dialog.tsx'
import type { Deeds } from './use-deeds.ts'
import type { ListingAddress } from './use-listing.ts'
import type { Pictures } from './use-pictures.ts'
import type { SelectionControl } from './use-selection.ts'
import './detail.css'

interface ImagePanelProps {
  readonly datasetId: string
  readonly address: ListingAddress
  readonly pictures: Pictures
  readonly classes: readonly ClassSummary[]
  readonly selection: SelectionControl
  readonly deeds: Deeds
}

interface ShownProps extends ImagePanelProps {
  readonly imageId: string
  /** As the grid lists it; `undefined` where it is not held, or not among what the filter takes. */
  readonly listed: GalleryImage | undefined
  readonly place: number | undefined
  readonly onStep: (by: number) => void
}

function Steps({ place, pictures, onStep }: ShownProps) {
  const last = (pictures.total ?? 0) - 1
  return (
    <div className="detail-steps">
      <IconButton
        icon="chevron-left"
        aria-label="Previous picture"
        isDisabled={place === undefined || place < 1}
        onPress={() => onStep(-1)}
      />
      <IconButton
        icon="chevron-right"
        aria-label="Next picture"
        isDisabled={place === undefined || place >= last}
        onPress={() => onStep(1)}
      />
    </div>
  )
}

/** Its neighbours' files are there before they are asked for. */
function useNeighbours({ datasetId, place, pictures }: ShownProps): void {
  const { at } = pictures
  useEffect(() => {
    if (place === undefined) return
    for (const by of [1, -1]) {
      const image = at(place + by)
      if (image) new Image().src = imageFileUrl(datasetId, image.id, fileVersion(image))
    }
  }, [datasetId, place, at])
}

function Detail(props: ShownProps) {
  const { datasetId, imageId, listed, address } = props
  const api = useApi()
  useNeighbours(props)
  const { data, error, refetch } = useQuery({
    queryKey: keys.image(datasetId, imageId),
    queryFn: () => api.image(datasetId, imageId),
  })
  return (
    <>
      <div className="detail-stage">
        <div className="detail-picture">
          <Picture
            datasetId={datasetId}
            imageId={imageId}
            version={listed && fileVersion(listed)}
            alt={data?.title ?? 'The picture as stored'}
            fit="contain"
          />
        </div>
        <Steps {...props} />
      </div>
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data ? <ImageFacts datasetId={datasetId} image={data} listed={listed} onShow={address.open} /> : null}
      {data || error ? null : <p className="page-wait">Loading…</p>}
    </>
  )
}

/** What can be done with the picture; whatever leaves the listing makes room for the next one. */
function Actions(props: ShownProps) {
  const { datasetId, imageId, listed, place, pictures, classes, selection, deeds, address } = props
  const [asked, setAsked] = useState<'move' | 'side' | null>(null)
  const of = { imageIds: [imageId] }
  const isTrash = address.listing.filter.place === 'trash'
  const goOn = () => {
    const next = place === undefined ? undefined : (pictures.at(place + 1) ?? pictures.at(place - 1))
    address.open(next?.id ?? null)
  }
  const isSelected = isPicked(selection.picked, imageId)
  const mark = listed?.mark ?? 'none'
  const turn = (to: 'kept' | 'unsure') => deeds.mark(of, mark === to ? 'none' : to)
  return (
    <>
      {place === undefined ? null : (
        <Button kind="quiet" onPress={() => selection.toggle(imageId, place)}>
          {isSelected ? 'Deselect' : 'Select'}
        </Button>
      )}
      {isTrash ? (
        <Button
          kind="primary"
          icon="undo"
          onPress={() => {
            goOn()
            deeds.restore(of)
          }}
        >
          Put back
        </Button>
      ) : (
        <>
          <Button icon="check" aria-pressed={mark === 'kept'} onPress={() => turn('kept')}>
            Keep
          </Button>
          <Button icon="flag" aria-pressed={mark === 'unsure'} onPress={() => turn('unsure')}>
            Unsure
          </Button>
          <Button icon="folder" onPress={() => setAsked('move')}>
            Move…
          </Button>
          <Button icon="pin" onPress={() => setAsked('side')}>
            Split…
          </Button>
          <Button
            icon="trash"
            onPress={() => {
              goOn()
              deeds.trash(of)
            }}
          >
            Trash
          </Button>
        </>
      )}
      <MoveDialog
        classes={classes}
        count={1}
        isOpen={asked === 'move'}
        onClose={() => setAsked(null)}
        onMove={label => deeds.move(of, label)}
      />
      <SideDialog
        datasetId={datasetId}
        selection={of}
        count={1}
        isOpen={asked === 'side'}
        onClose={() => setAsked(null)}
      />
    </>
  )
}

function Title({ datasetId, imageId, listed }: ShownProps) {
  const { data } = useQuery<ImageDetail>({ queryKey: keys.image(datasetId, imageId), enabled: false })
  return <bdi>{listed?.title ?? data?.title ?? 'Picture'}</bdi>
}

const isAsked = () => document.querySelectorAll('[role="dialog"], [role="alertdialog"]').length > 1

/** Left and right lead on wherever in the panel the focus is, except in a question above it. */
function useArrowKeys(isOn: boolean, step: (by: number) => void): void {
  const latest = useRef(step)
  useEffect(() => {
    latest.current = step
  })
  useEffect(() => {
    if (!isOn) return
    const onKeyDown = (event: KeyboardEvent) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
      if (by !== undefined && !event.defaultPrevented && !isAsked()) latest.current(by)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [isOn])
}

/** One picture with everything known about it; the arrow keys lead to its neighbours. */
export function ImagePanel(props: ImagePanelProps) {
  const { address, pictures } = props
  const { openId, open } = address
  // What was shown last stays while the panel closes.
  const [lastId, setLastId] = useState(openId)
  if (openId !== null && openId !== lastId) setLastId(openId)
  const imageId = openId ?? lastId
  const place = imageId === null ? undefined : pictures.placeOf(imageId)
  const step = (by: number) => {
    const target = place === undefined ? undefined : pictures.at(place + by)
    if (target) open(target.id)
  }
  useArrowKeys(openId !== null, step)
  if (imageId === null) return null
  const listed = place === undefined ? undefined : pictures.at(place)
  const shown = { ...props, imageId, place, listed, onStep: step }
  return (
    <Dialog
      placement="side"
      title={<Title {...shown} />}
      isOpen={openId !== null}
      onClose={() => open(null)}
      actions={<Actions {...shown} />}
    >
      <div className="detail">
        <Detail {...shown} />
      </div>
    </Dialog>
  )
}
