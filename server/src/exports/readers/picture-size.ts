/** Width and height from the first bytes of a picture, without decoding it: enough to turn shares of it into pixels. */

export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** @param bytes - a JPEG, PNG, WebP, GIF or BMP, from its beginning. @returns nothing when it is none, or too short */
export function pictureSize(bytes: Buffer): PictureSize | undefined {
  try {
    if (bytes.readUInt16BE(0) === 0xffd8) return jpegSize(bytes)
    const four = bytes.toString('latin1', 0, 4)
    if (four === '\x89PNG') return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
    if (four === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return webpSize(bytes)
    if (four === 'GIF8') return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
    if (four.startsWith('BM'))
      return { width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return undefined
}

/** Frame headers: C0 to CF but for tables (C4), arithmetic conditioning (CC) and JPEG extensions (C8). */
function jpegSize(bytes: Buffer): PictureSize | undefined {
  for (let at = 2; ; ) {
    while (bytes.readUInt8(at) === 0xff && bytes.readUInt8(at + 1) === 0xff) at += 1
    if (bytes.readUInt8(at) !== 0xff) return undefined
    const marker = bytes.readUInt8(at + 1)
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
}

function webpSize(bytes: Buffer): PictureSize | undefined {
  const kind = bytes.toString('latin1', 12, 16)
  if (kind === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  if (kind === 'VP8 ')
    return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
  if (kind !== 'VP8L') return undefined
  const packed = bytes.readUInt32LE(21)
  return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 }
}
