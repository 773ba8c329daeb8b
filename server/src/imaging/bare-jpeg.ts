/** Writes a JPEG file anew around its compressed pixels: nothing else of the file is taken over as it stood. */
import { type JpegLayout, type JpegSegment, jpegMarker } from './jpeg-layout.ts'
import { type JpegTables, readHuffman, readQuantization } from './jpeg-tables.ts'

/** JFIF 1.1, square pixels, no thumbnail: says that the components are Y, Cb and Cr. */
const jfif = Buffer.from('4a46494600010100000100010000', 'hex')

/**
 * The same picture, bit for bit, without metadata, without what follows its end, and without tables no pixel needs:
 * frame, tables and scans are checked and written in the one way there is to write them. The coded pixels
 * themselves are copied as they are, with up to five bytes a sender may have put behind the last block of a scan: the codec
 * has read them ahead by then and does not warn of them.
 *
 * @returns `undefined` when something is not as it should be: have the picture encoded then. What is returned still has
 *   to be decoded to know that its pixels are sound.
 */
export function bareJpeg(layout: JpegLayout): Buffer | undefined {
  const quantization: JpegTables = new Map()
  const huffman: JpegTables = new Map()
  const writer = createWriter(layout)
  for (const segment of layout.segments) {
    const { marker, payload } = segment
    if (marker === jpegMarker.quantizationTables) {
      if (writer.hasScans() || !readQuantization(payload, quantization)) return undefined
    } else if (marker === jpegMarker.huffmanTables) {
      if (!readHuffman(payload, huffman)) return undefined
    } else if (marker === jpegMarker.restartInterval) {
      if (payload.length !== 2) return undefined
      writer.restartEvery(payload)
    } else if (marker === jpegMarker.scan && !writer.scan(segment, quantization, huffman)) return undefined
  }
  return writer.end()
}

function createWriter({ segments, components, isProgressive }: JpegLayout) {
  const parts: Buffer[] = [Buffer.from([0xff, jpegMarker.start])]
  const written: JpegTables = new Map()
  let restart: Buffer | undefined
  let scans = 0

  const write = (marker: number, payload: Buffer) => {
    const head = Buffer.from([0xff, marker, 0, 0])
    head.writeUInt16BE(payload.length + 2, 2)
    parts.push(head, payload)
  }
  const writeFrame = (quantization: JpegTables): boolean => {
    write(jpegMarker.app0, jfif)
    for (const number of new Set(components.map(({ table }) => table))) {
      const table = quantization.get(number)
      if (!table) return false
      write(jpegMarker.quantizationTables, table)
    }
    const frame = segments.find(
      ({ marker }) => marker >= jpegMarker.baseline && marker <= jpegMarker.progressive,
    )
    if (frame) write(frame.marker, frame.payload)
    return frame !== undefined
  }
  const writeHuffman = (keys: readonly number[], huffman: JpegTables): boolean =>
    keys.every(key => {
      const table = huffman.get(key)
      if (table && written.get(key) !== table) write(jpegMarker.huffmanTables, table)
      if (table) written.set(key, table)
      return table !== undefined
    })

  return {
    hasScans: () => scans > 0,
    restartEvery: (payload: Buffer) => {
      restart = payload
    },
    /** @returns whether everything the scan needs was there */
    scan: ({ payload, pixels }: JpegSegment, quantization: JpegTables, huffman: JpegTables): boolean => {
      const keys = neededTables(payload, isProgressive)
      if (!keys || (scans === 0 && !writeFrame(quantization)) || !writeHuffman(keys, huffman)) return false
      if (restart) write(jpegMarker.restartInterval, restart)
      restart = undefined
      write(jpegMarker.scan, payload)
      parts.push(pixels)
      scans++
      return true
    },
    end: () => Buffer.concat([...parts, Buffer.from([0xff, jpegMarker.end])]),
  }
}

/** @returns keys of the Huffman tables a scan is coded with; `undefined` when its head is damaged */
function neededTables(head: Buffer, isProgressive: boolean): readonly number[] | undefined {
  const count = head[0] ?? 0
  if (count < 1 || count > 3 || head.length !== 4 + count * 2) return undefined
  const numbers = Array.from({ length: count }, (_, at) => head[2 + at * 2] ?? 0)
  const constant = numbers.map(tables => tables >> 4)
  const varying = numbers.map(tables => 0x10 | (tables & 15))
  if (!isProgressive) return [...new Set([...constant, ...varying])]
  const [from, , refining] = head.subarray(1 + count * 2)
  if (from !== 0) return [...new Set(varying)]
  return (refining ?? 0) >> 4 === 0 ? [...new Set(constant)] : []
}
