import type { ImageDetail, ImageSummary } from '@gleaner/shared/image'
import { Button, IconButton } from '@gleaner/shared/ui/button.tsx'
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { fileVersion, originalUrl } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Picture } from '../parts/picture.tsx'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { ImageFacts } from './image-facts.tsx'

interface ImagePanelProps {
  readonly datasetId: string
  /** The picture to show; `null` keeps the panel closed. */
  readonly imageId: string | null
  /** The pictures to step through. */
  readonly images: readonly ImageSummary[]
  readonly onShow: (imageId: string | null) => void
  readonly onRemoved: (imageId: string) => void
}

interface RemoveProps {
  readonly datasetId: string
  readonly imageId: string
  /** `undefined` while it is being read; the button stays, and keeps the focus. */
  readonly image: ImageDetail | undefined
  readonly onRemoved: () => void
}

function Remove({ datasetId, imageId, image, onRemoved }: RemoveProps) {
  const api = useApi()
  const toast = useToast()
  const [isAsking, setAsking] = useState(false)
  const remove = async () => {
    await api.removeImage(datasetId, imageId)
    toast('Removed. It will not come back.')
    onRemoved()
  }
  return (
    <>
      <Button icon="trash" onPress={() => image && setAsking(true)}>
        Remove
      </Button>
      <Confirm
        title="Remove this picture?"
        doLabel="Remove 1 picture"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={remove}
      >
        <p>
          The file leaves the class folder of <bdi>{image?.classLabel}</bdi>
          {image?.original.file == null ? '' : ' and its kept original is deleted'}. Gleaner remembers the
          picture, so that it stays away when it is found again.
        </p>
      </Confirm>
    </>
  )
}

interface DetailProps extends ImagePanelProps {
  readonly imageId: string
}

interface SteppedProps extends DetailProps {
  readonly onStep: (by: number) => void
}

function Steps({ images, imageId, onStep }: Pick<SteppedProps, 'images' | 'imageId' | 'onStep'>) {
  const place = images.findIndex(({ id }) => id === imageId)
  return (
    <div className="detail-steps">
      <IconButton
        icon="chevron-left"
        aria-label="Previous picture"
        isDisabled={place < 1}
        onPress={() => onStep(-1)}
      />
      <IconButton
        icon="chevron-right"
        aria-label="Next picture"
        isDisabled={place === -1 || place >= images.length - 1}
        onPress={() => onStep(1)}
      />
    </div>
  )
}

function Detail({ datasetId, imageId, images, onShow, onStep }: SteppedProps) {
  const api = useApi()
  const listed = images.find(({ id }) => id === imageId)
  const version = listed && fileVersion(listed)
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
            version={version}
            alt={data?.title ?? 'The picture as stored'}
            fit="contain"
          />
        </div>
        <Steps images={images} imageId={imageId} onStep={onStep} />
      </div>
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data ? <ImageFacts datasetId={datasetId} image={data} onShow={onShow} /> : null}
      {data || error ? null : <p className="page-wait">Loading…</p>}
    </>
  )
}

function Actions({ datasetId, imageId, images, onShow, onRemoved }: DetailProps) {
  const { data } = useQuery<ImageDetail>({ queryKey: keys.image(datasetId, imageId), enabled: false })
  const place = images.findIndex(({ id }) => id === imageId)
  const next = place === -1 ? undefined : (images[place + 1] ?? images[place - 1])
  return (
    <>
      <Remove
        datasetId={datasetId}
        imageId={imageId}
        image={data}
        onRemoved={() => {
          onRemoved(imageId)
          onShow(next?.id ?? null)
        }}
      />
      {data?.original.file == null ? null : (
        <a className="gl-button gl-button-plain" href={originalUrl(datasetId, imageId)} download>
          <Icon name="download" sizePx={17} />
          Download original
        </a>
      )}
    </>
  )
}

function Title({ datasetId, imageId, images }: Pick<ImagePanelProps, 'datasetId' | 'imageId' | 'images'>) {
  const key = keys.image(datasetId, imageId ?? '')
  const { data } = useQuery<ImageDetail>({ queryKey: key, enabled: false })
  const listed = images.find(({ id }) => id === imageId)
  return <bdi>{listed?.title ?? data?.title ?? 'Picture'}</bdi>
}

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
      const isAsking = document.querySelector('[role="alertdialog"]') !== null
      if (by !== undefined && !event.defaultPrevented && !isAsking) latest.current(by)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [isOn])
}

/** One picture with everything known about it; the arrow keys lead to its neighbours. */
export function ImagePanel(props: ImagePanelProps) {
  const { imageId, images, onShow } = props
  // What was shown last stays while the panel closes.
  const [lastId, setLastId] = useState(imageId)
  if (imageId !== null && imageId !== lastId) setLastId(imageId)
  const shownId = imageId ?? lastId
  const place = images.findIndex(({ id }) => id === shownId)
  const step = (by: number) => {
    const target = place === -1 ? undefined : images[place + by]
    if (target) onShow(target.id)
  }
  useArrowKeys(imageId !== null, step)
  return (
    <Dialog
      placement="side"
      title={<Title {...props} imageId={shownId} />}
      isOpen={imageId !== null}
      onClose={() => onShow(null)}
      actions={shownId ? <Actions {...props} imageId={shownId} /> : null}
    >
      <div className="detail">{shownId ? <Detail {...props} imageId={shownId} onStep={step} /> : null}</div>
    </Dialog>
  )
}
