import type { Brand } from './brand.ts'

/** SHA-256 of bytes as 64 lower-case hex digits. */
export type Digest = Brand<string, 'Digest'>

/** 256-bit perceptual hash as 64 lower-case hex digits, most significant bit first. */
export type PerceptualHash = Brand<string, 'PerceptualHash'>

/** Bits of a {@link PerceptualHash}. */
export const perceptualHashBits = 256

/** 32-bit words of a {@link PerceptualHash} in memory. */
export const perceptualHashWords = perceptualHashBits / 32

const hexDigits = perceptualHashBits / 4
const hexForm = new RegExp(`^[0-9a-f]{${hexDigits}}$`)

export function isPerceptualHash(text: string): text is PerceptualHash {
  return hexForm.test(text)
}

/**
 * @param bytes - 32 bytes, most significant first
 * @throws RangeError when there are not 32 of them
 */
export function perceptualHashFromBytes(bytes: Uint8Array): PerceptualHash {
  if (bytes.length !== perceptualHashBits / 8) throw new RangeError(`${bytes.length} bytes are no hash`)
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex as PerceptualHash
}

/** @returns 32 bytes, most significant first */
export function perceptualHashToBytes(hash: PerceptualHash): Uint8Array {
  return Uint8Array.from({ length: perceptualHashBits / 8 }, (_, at) =>
    Number.parseInt(hash.slice(at * 2, at * 2 + 2), 16),
  )
}

/** @returns 8 words, most significant first: the form to compare many hashes in */
export function perceptualHashToWords(hash: PerceptualHash): Uint32Array {
  return Uint32Array.from({ length: perceptualHashWords }, (_, at) => wordAt(hash, at))
}

/** @param words - 8 words, most significant first, as {@link perceptualHashToWords} gives them */
export function perceptualHashFromWords(words: Uint32Array): PerceptualHash {
  if (words.length !== perceptualHashWords) throw new RangeError(`${words.length} words are no hash`)
  let hex = ''
  for (const word of words) hex += word.toString(16).padStart(8, '0')
  return hex as PerceptualHash
}

/** Number of set bits of a 32-bit word. */
export function popCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Number of bits in which two hashes differ: 0 (same look) to 256. About 128 for unrelated pictures. */
export function hammingDistance(a: PerceptualHash, b: PerceptualHash): number {
  let distanceBits = 0
  for (let at = 0; at < perceptualHashWords; at++) distanceBits += popCount(wordAt(a, at) ^ wordAt(b, at))
  return distanceBits
}

const wordAt = (hash: PerceptualHash, at: number) => Number.parseInt(hash.slice(at * 8, at * 8 + 8), 16)
