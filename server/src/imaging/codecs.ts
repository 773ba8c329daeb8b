/** Which image library is good enough, and what of it may be used on bytes from strangers. */
import { AppError } from '@gleaner/shared/errors'

/** Oldest accepted release: earlier ones carry codecs with known holes. */
const oldest = [0, 35, 0] as const

/** The part of sharp that is told what may be read. */
interface LoaderGate {
  readonly block: (options: { operation: string[] }) => void
  readonly unblock: (options: { operation: string[] }) => void
}

/** Readers of JPEG, PNG, WebP, GIF and HEIF containers, from memory only: paths are never opened. */
const allowedLoaders = [
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadWebpBuffer',
  'VipsForeignLoadNsgifBuffer',
  'VipsForeignLoadHeifBuffer',
]

/** The part of `sharp.versions` that is looked at; the codecs are only named by prebuilt releases. */
export interface CodecVersions {
  readonly sharp?: string | undefined
  readonly webp?: string | undefined
  readonly aom?: string | undefined
}

/**
 * @param versions - `sharp.versions`
 * @throws AppError `CONFIG_INVALID` when sharp is older than 0.35.0 or was built against the system's own libvips
 */
export function assertCurrentCodecs(versions: CodecVersions): void {
  const found = (versions.sharp ?? '').split('.').map(Number)
  const older = oldest.findIndex((part, at) => !((found[at] ?? Number.NaN) >= part))
  const newer = oldest.findIndex((part, at) => (found[at] ?? Number.NaN) > part)
  if (older >= 0 && (newer < 0 || older < newer)) {
    throw new AppError('CONFIG_INVALID', {
      setting: 'sharp',
      found: versions.sharp ?? null,
      atLeast: oldest.join('.'),
    })
  }
  if (!versions.webp || !versions.aom) {
    throw new AppError('CONFIG_INVALID', { setting: 'sharp', found: 'system libvips', atLeast: 'prebuilt' })
  }
}

/** Leaves only the {@link allowedLoaders}: no SVG, TIFF, PDF, no ImageMagick, no file of the library's own kind. */
export function restrictLoaders(sharp: LoaderGate): void {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: [...allowedLoaders] })
}
