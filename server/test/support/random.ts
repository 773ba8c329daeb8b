/** A small generator. @returns the same whole numbers for the same seed every time */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state ^ (state >>> 15)
  }
}

/** Places of 256 bits, from the most significant of the first byte, turned over. @returns a copy */
export function flip(bits: Uint8Array, places: readonly number[]): Uint8Array {
  const flipped = bits.slice()
  for (const place of places) flipped[place >> 3] = (flipped[place >> 3] ?? 0) ^ (0x80 >> (place & 7))
  return flipped
}
