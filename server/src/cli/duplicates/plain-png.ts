/** Raw pixels as a picture that decoders take: PNG without filters, as quickly made as read again. */
import { crc32, deflateSync } from 'node:zlib'

export interface PlainPixels {
  readonly width: number
  readonly height: number
  /** 8 bits a channel, row by row; one channel or three a pixel. */
  readonly bytes: Uint8Array
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex')
const quickest = 1
const colorTypes: Readonly<Record<number, number>> = { 1: 0, 3: 2 }

/** @throws Error when the pixels are not as many as the size says, grey or of three channels */
export function plainPng({ width, height, bytes }: PlainPixels): Buffer {
  const rowBytes = bytes.length / height
  const colorType = colorTypes[rowBytes / width]
  if (colorType === undefined) throw new Error(`${bytes.length} bytes are no picture of ${width} x ${height}`)
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, colorType], 8)
  // Before each row stands its filter: none.
  const rows = Buffer.alloc(height * (rowBytes + 1))
  for (let row = 0; row < height; row++)
    rows.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), row * (rowBytes + 1) + 1)
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: quickest })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
