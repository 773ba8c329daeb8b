/** What a JPEG file says of its picture, read from its markers: a fraction of what asking the image library costs. */
import { type JpegLayout, type JpegSegment, jpegMarker } from './jpeg-layout.ts'

export interface JpegHeader {
  readonly profile: Buffer | undefined
  readonly metadata: { readonly iptc?: Buffer; readonly xmp?: Buffer }
}

const names = {
  exif: 'Exif',
  xmp: 'http://ns.adobe.com/xap/1.0/\0',
  profile: 'ICC_PROFILE\0',
  iptc: 'Photo',
} as const

/**
 * @returns `undefined` where the image library has to be asked: the file has EXIF, and with it an orientation, or a
 *   profile with a part missing
 */
export function readJpegHeader({ segments }: JpegLayout): JpegHeader | undefined {
  const blocks = (marker: number, name: string) =>
    segments
      .filter(segment => isNamed(segment, marker, name))
      .map(({ payload }) => payload.subarray(name.length))
  if (blocks(jpegMarker.app1, names.exif).length > 0) return undefined
  const parts = blocks(jpegMarker.app2, names.profile)
  const isWhole = parts.every((part, at) => part[0] === at + 1 && part[1] === parts.length)
  if (!isWhole) return undefined
  const [xmp] = blocks(jpegMarker.app1, names.xmp)
  const iptc = segments.find(segment => isNamed(segment, jpegMarker.app13, names.iptc))?.payload
  return {
    profile: parts.length > 0 ? Buffer.concat(parts.map(part => part.subarray(2))) : undefined,
    metadata: { ...(xmp && { xmp }), ...(iptc && { iptc }) },
  }
}

const isNamed = (segment: JpegSegment, marker: number, name: string) =>
  segment.marker === marker && segment.payload.toString('latin1', 0, name.length) === name
