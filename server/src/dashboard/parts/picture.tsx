import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { useState } from 'react'
import { imageFileUrl } from '../api/client.ts'
import './picture.css'

interface PictureProps {
  readonly datasetId: string
  readonly imageId: string
  /** What it shows, as far as known; empty where the words stand beside it. */
  readonly alt: string
  /** See `fileVersion`; leave out where it is not known. */
  readonly version?: string | undefined
  /** `cover` fills its frame, `contain` shows the whole. */
  readonly fit?: 'cover' | 'contain'
}

/** A stored picture, or a quiet mark where it is no longer there. */
export function Picture({ datasetId, imageId, alt, version, fit = 'cover' }: PictureProps) {
  const src = imageFileUrl(datasetId, imageId, version)
  const [missing, setMissing] = useState<string | null>(null)
  if (missing === src) {
    return (
      <span className="picture picture-missing" role="img" aria-label={alt ? `${alt} (gone)` : 'Gone'}>
        <Icon name="image" sizePx={22} />
      </span>
    )
  }
  return (
    <img
      className={`picture picture-${fit}`}
      src={src}
      alt={alt}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setMissing(src)}
    />
  )
}
