/** Where the parts of a JPEG file lie. Judges by its markers alone; no pixel is decoded. */

/** One marker and what belongs to it. */
export interface JpegSegment {
  /** Second byte of the marker. */
  readonly marker: number
  /** Without the two bytes that state its length. */
  readonly payload: Buffer
  /** Compressed pixels that follow; empty for all but scans. */
  readonly pixels: Buffer
}

export interface JpegComponent {
  readonly id: number
  /** Number of its quantization table. */
  readonly table: number
}

/** A file of the common kind in which everything stands where the standard wants it. */
export interface JpegLayout {
  readonly width: number
  readonly height: number
  /** Coded in several passes: a decoder holds the whole frame until the last one. */
  readonly hasPasses: boolean
  /** Passes refine what earlier ones brought, instead of bringing one component each. */
  readonly isProgressive: boolean
  /** Y, Cb, Cr. */
  readonly components: readonly JpegComponent[]
  /** Everything between the start and the end of the image, in the order of the file. */
  readonly segments: readonly JpegSegment[]
}

export const jpegMarker = {
  baseline: 0xc0,
  extended: 0xc1,
  progressive: 0xc2,
  huffmanTables: 0xc4,
  start: 0xd8,
  end: 0xd9,
  scan: 0xda,
  quantizationTables: 0xdb,
  restartInterval: 0xdd,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app13: 0xed,
  app14: 0xee,
  app15: 0xef,
  comment: 0xfe,
} as const

/** Longer files, files of more parts and pictures sent in more passes are left to the image library. */
const most = { bytes: 8 * 1024 * 1024, segments: 1_000, scans: 100 } as const

const known = new Set<number>(Object.values(jpegMarker))
const isSegment = (marker: number) =>
  (known.has(marker) || (marker > jpegMarker.app0 && marker < jpegMarker.app15)) &&
  marker !== jpegMarker.start &&
  marker !== jpegMarker.end

/**
 * Reads the layout of a file of the common kind: 8 bits, Huffman coded, baseline or progressive, YCbCr.
 *
 * @returns `undefined` for any other kind, and for a file that is cut short or damaged as far as its markers show
 */
export function readJpegLayout(bytes: Buffer): JpegLayout | undefined {
  if (bytes.length > most.bytes || bytes[0] !== 0xff || bytes[1] !== jpegMarker.start) return undefined
  const segments: JpegSegment[] = []
  let at = 2
  while (bytes[at] === 0xff && bytes[at + 1] !== jpegMarker.end) {
    const marker = bytes[at + 1] ?? 0
    if (!isSegment(marker) || at + 4 > bytes.length || segments.length === most.segments) return undefined
    const payloadEnd = at + 2 + bytes.readUInt16BE(at + 2)
    const end = marker === jpegMarker.scan ? pixelsEnd(bytes, payloadEnd) : payloadEnd
    if (payloadEnd < at + 4 || end === undefined || end + 2 > bytes.length) return undefined
    const payload = bytes.subarray(at + 4, payloadEnd)
    segments.push({ marker, payload, pixels: bytes.subarray(payloadEnd, end) })
    at = end
  }
  return bytes[at] === 0xff ? layoutOf(segments) : undefined
}

/** Compressed pixels go on until a marker that neither stands for a byte 0xff nor restarts the coder. */
function pixelsEnd(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1] ?? 0xff
    if (next === 0xff) return undefined
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at
  }
  return undefined
}

function layoutOf(segments: readonly JpegSegment[]): JpegLayout | undefined {
  const frames = segments.filter(
    ({ marker }) => marker >= jpegMarker.baseline && marker <= jpegMarker.progressive,
  )
  const scans = segments.filter(({ marker }) => marker === jpegMarker.scan).length
  const [frame] = frames
  if (!frame || frames.length > 1 || scans === 0 || scans > most.scans) return undefined
  const { payload } = frame
  const [bits, channels] = [payload[0], payload[5]]
  if (bits !== 8 || channels !== 3 || payload.length !== 15) return undefined
  const components = [6, 9, 12].map(at => ({ id: payload[at] ?? 0, table: payload[at + 2] ?? 0 }))
  const [height, width] = [payload.readUInt16BE(1), payload.readUInt16BE(3)]
  if (width === 0 || height === 0 || !isYcc(segments, components)) return undefined
  const isProgressive = frame.marker === jpegMarker.progressive
  return { width, height, isProgressive, hasPasses: isProgressive || scans > 1, components, segments }
}

/** The rule of libjpeg, which all decoders follow: JFIF is YCbCr, Adobe says, otherwise the names of the components do. */
function isYcc(segments: readonly JpegSegment[], components: readonly JpegComponent[]): boolean {
  const starts = (marker: number, text: string) =>
    segments.find(
      segment => segment.marker === marker && segment.payload.toString('latin1', 0, text.length) === text,
    )
  if (starts(jpegMarker.app0, 'JFIF\0')) return true
  const adobe = starts(jpegMarker.app14, 'Adobe')
  if (adobe) return adobe.payload[11] === 1
  return components.map(({ id }) => id).join() === '1,2,3'
}
