/** How a JPEG says it is to be turned, read from its first bytes without decoding it. */

const exifMarker = 0xe1
const startOfScan = 0xda
const orientationTag = 0x0112

/** @returns 1 to 8 as EXIF counts; 1 where nothing is said, or what is said cannot be read */
export function jpegOrientation(bytes: Buffer): number {
  try {
    if (bytes.readUInt16BE(0) !== 0xffd8) return 1
    for (let at = 2; bytes.readUInt8(at) === 0xff; ) {
      const marker = bytes.readUInt8(at + 1)
      if (marker === 0xff) {
        at += 1
        continue
      }
      if (marker === startOfScan) return 1
      const isExif = marker === exifMarker && bytes.toString('latin1', at + 4, at + 10) === 'Exif\0\0'
      if (isExif) return orientationIn(bytes.subarray(at + 10, at + 2 + bytes.readUInt16BE(at + 2)))
      at += 2 + bytes.readUInt16BE(at + 2)
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return 1
}

/** @param tiff - a TIFF header and its first directory */
function orientationIn(tiff: Buffer): number {
  const isLittle = tiff.toString('latin1', 0, 2) === 'II'
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  const count = short(directory)
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + entry * 12
    if (short(at) !== orientationTag) continue
    const value = short(at + 8)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}
