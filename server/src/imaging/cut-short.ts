/** Finds files whose end is missing by the lengths they state themselves. */
import type { ImageFormat } from './decoded.ts'

/**
 * Whether a file shows that its end is missing. A file that makes no sense at all is damaged rather than cut short; a
 * JPEG states no lengths, so its decoder has to notice.
 */
export function isCutShort(bytes: Buffer, format: ImageFormat): boolean {
  if (format === 'png') return isPngCutShort(bytes)
  if (format === 'gif') return isGifCutShort(bytes)
  if (format === 'avif') return isAvifCutShort(bytes)
  return format === 'webp' && bytes.length >= 20 && bytes.readUInt32LE(4) + 8 > bytes.length
}

/** Walks the chunks (length, type, data, check value) up to the one that ends the file. */
function isPngCutShort(bytes: Buffer): boolean {
  for (let at = 8; at + 8 <= bytes.length; ) {
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (!/^[A-Za-z]{4}$/.test(type)) return false
    const end = at + 12 + bytes.readUInt32BE(at)
    if (type === 'IEND') return end > bytes.length
    at = end
  }
  return true
}

/** Walks the blocks. A file may end between two of them: many lack the mark that ends the last one. */
function isGifCutShort(bytes: Buffer): boolean {
  const byte = (at: number) => bytes[at] ?? 0
  const colours = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0)
  let at = 13 + colours(byte(10))
  while (at < bytes.length) {
    const introducer = byte(at)
    if (introducer === 0x3b) return false
    if (introducer === 0x21) at += 2
    else if (introducer === 0x2c) {
      at += 11 + colours(byte(at + 9))
      const codeBits = byte(at - 1)
      if (codeBits > 11) return false
    } else return false
    while (at < bytes.length && byte(at) !== 0) at += 1 + byte(at)
    at++
  }
  return at > bytes.length
}

/** Walks the outermost boxes (length, type). */
function isAvifCutShort(bytes: Buffer): boolean {
  let at = 0
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (!/^[\x20-\x7e]{4}$/.test(type)) return false
    if (size === 0) return false
    if (size === 1 && at + 16 > bytes.length) return true
    at += size === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : Math.max(8, size)
  }
  return at > bytes.length
}
