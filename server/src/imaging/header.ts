/** Judges a picture by its header, before a single pixel is decoded. */
import type { DatasetSettings } from '@gleaner/shared/dataset'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import sharp, { type Metadata } from 'sharp'
import { decodeFailure } from './decode-failure.ts'
import type { ImageFailure, ImageFormat } from './decoded.ts'
import type { Size } from './geometry.ts'
import { readJpegHeader } from './jpeg-header.ts'
import { type JpegLayout, readJpegLayout } from './jpeg-layout.ts'

/** Whatever a dataset allows, no picture with a side outside of this is decoded. */
const sidesPx = { min: 16, max: 20_000 } as const

/** Decoding AVIF costs about four times the memory of other formats: 20 megapixels take 400 MB. */
const maxAvifMegapixels = 20

/** What a file tells about its picture. */
interface Told {
  readonly kind: 'told'
  /** After orientation. */
  readonly frame: Size
  readonly frames: number
  /** Whether the pixels lie as the picture is to be seen. */
  readonly isUpright: boolean
  /** Red, green, blue rather than grey, CMYK or Lab. */
  readonly isRgb: boolean
  readonly isProgressive: boolean
  readonly profile: Buffer | undefined
  readonly metadata: { readonly exif?: Buffer; readonly iptc?: Buffer; readonly xmp?: Buffer }
}

export interface Header extends Omit<Told, 'kind' | 'isProgressive'> {
  readonly kind: 'header'
  readonly format: ImageFormat
  /** Of JPEG files of the common kind. */
  readonly layout: JpegLayout | undefined
  /** Load on the machine: megapixels, times four where the whole frame is held in memory while it is decoded. */
  readonly weightMegapixels: number
}

type Accept = Pick<DatasetSettings['accept'], 'minSidePx' | 'maxMegapixels' | 'maxAspect'>

/**
 * Reads the header and holds it against the limits.
 *
 * @returns the header, or the first limit it breaks, with the figures in `facts`
 */
export async function readHeader(
  bytes: Buffer,
  format: ImageFormat,
  accept: Accept,
): Promise<Header | ImageFailure> {
  const layout = format === 'jpeg' ? readJpegLayout(bytes) : undefined
  const told = (layout && readMarkers(layout)) ?? (await askLibrary(bytes, format))
  if (told.kind === 'failed') return told
  const { frame, isProgressive, ...rest } = told
  const breach = breachedLimit(frame, format, accept)
  if (breach) return breach
  const megapixels = (frame.width * frame.height) / 1e6
  return {
    ...rest,
    kind: 'header',
    format,
    frame,
    layout,
    weightMegapixels: megapixels * (format === 'avif' || isProgressive ? 4 : 1),
  }
}

function readMarkers(layout: JpegLayout): Told | undefined {
  const header = readJpegHeader(layout)
  if (!header) return undefined
  const { width, height, hasPasses } = layout
  return {
    ...header,
    kind: 'told',
    frame: { width, height },
    frames: 1,
    isUpright: true,
    isRgb: true,
    isProgressive: hasPasses,
  }
}

async function askLibrary(bytes: Buffer, format: ImageFormat): Promise<Told | ImageFailure> {
  let found: Metadata
  try {
    found = await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (error) {
    return decodeFailure(error, format, 'header', bytes)
  }
  return (
    unreadable(found, format) ?? {
      kind: 'told',
      frame: { width: found.autoOrient.width, height: found.autoOrient.height },
      frames: found.pages ?? 1,
      isUpright: (found.orientation ?? 1) === 1,
      isRgb: found.space === 'srgb' || found.space === 'rgb',
      isProgressive: found.isProgressive,
      profile: found.icc,
      metadata: {
        ...(found.exif && { exif: found.exif }),
        ...(found.iptc && { iptc: found.iptc }),
        ...(found.xmp && { xmp: found.xmp }),
      },
    }
  )
}

const failed = (code: ErrorCode, facts: Facts): ImageFailure => ({ kind: 'failed', code, facts })

/** HEIF containers pass the header with codecs that no pixels can be read of. */
function unreadable(found: Metadata, format: ImageFormat): ImageFailure | undefined {
  if (format === 'avif' && found.compression !== 'av1') {
    return failed('IMAGE_UNSUPPORTED', { content: found.compression ?? 'heif' })
  }
  if (found.channels > 5) return failed('IMAGE_UNSUPPORTED', { channels: found.channels })
  return undefined
}

function breachedLimit(frame: Size, format: ImageFormat, accept: Accept): ImageFailure | undefined {
  const { width, height } = frame
  const long = Math.max(width, height)
  const short = Math.min(width, height)
  const megapixels = (width * height) / 1e6
  const maxMegapixels =
    format === 'avif' ? Math.min(maxAvifMegapixels, accept.maxMegapixels) : accept.maxMegapixels
  const facts = { format, width, height }
  if (megapixels > maxMegapixels)
    return failed('IMAGE_TOO_MANY_PIXELS', { ...facts, megapixels, maxMegapixels })
  if (long > short * accept.maxAspect) {
    return failed('IMAGE_EXTREME_ASPECT', { ...facts, maxAspect: accept.maxAspect })
  }
  const minSidePx = Math.max(sidesPx.min, accept.minSidePx)
  if (short < minSidePx) return failed('IMAGE_TOO_SMALL', { ...facts, minSidePx })
  if (long > sidesPx.max) return failed('IMAGE_TOO_MANY_PIXELS', { ...facts, maxSidePx: sidesPx.max })
  return undefined
}
