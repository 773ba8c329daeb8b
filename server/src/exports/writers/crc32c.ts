/** CRC-32C (Castagnoli), as TFRecord asks for it. */

/** The polynomial with its bits reversed. */
const polynomial = 0x82f6_3b78
/** How many bytes are looked up at a time. */
const lanes = 16

/** Of a byte followed by 0 to 15 zero bytes, 256 entries each. */
const tables = makeTables()

function makeTables(): Int32Array {
  const made = new Int32Array(256 * lanes)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
    made[byte] = value
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256] ?? 0
    made[at] = (before >>> 8) ^ (made[before & 0xff] ?? 0)
  }
  return made
}

/** @returns 32 bits, not masked */
export function crc32c(bytes: Uint8Array): number {
  const table = tables
  const end = bytes.length
  let sum = -1
  let at = 0
  const look = (lane: number, value: number) => table[lane * 256 + (value & 0xff)] as number
  for (; at + lanes <= end; at += lanes) {
    const b = bytes
    sum ^= word(b, at)
    const second = word(b, at + 4)
    const third = word(b, at + 8)
    const fourth = word(b, at + 12)
    sum =
      look(15, sum) ^
      look(14, sum >>> 8) ^
      look(13, sum >>> 16) ^
      look(12, sum >>> 24) ^
      look(11, second) ^
      look(10, second >>> 8) ^
      look(9, second >>> 16) ^
      look(8, second >>> 24) ^
      look(7, third) ^
      look(6, third >>> 8) ^
      look(5, third >>> 16) ^
      look(4, third >>> 24) ^
      look(3, fourth) ^
      look(2, fourth >>> 8) ^
      look(1, fourth >>> 16) ^
      look(0, fourth >>> 24)
  }
  for (; at < end; at++) sum = (sum >>> 8) ^ look(0, sum ^ (bytes[at] as number))
  return ~sum >>> 0
}

const word = (bytes: Uint8Array, at: number) =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24)
