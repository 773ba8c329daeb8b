/** Sets of small whole numbers as bits, the first number lowest. */

export const hasBit = (bits: Uint32Array, at: number): boolean =>
  (((bits[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1

/** @returns how many bits of 32 are set */
export function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55_55_55_55)
  const fours = (pairs & 0x33_33_33_33) + ((pairs >>> 2) & 0x33_33_33_33)
  return Math.imul((fours + (fours >>> 4)) & 0x0f_0f_0f_0f, 0x01_01_01_01) >>> 24
}

/** @returns how many numbers below `end` are in the set */
export function countBelow(bits: Uint32Array, end: number): number {
  let count = 0
  const whole = Math.min(end >>> 5, bits.length)
  for (let word = 0; word < whole; word++) count += bitCount(bits[word] ?? 0)
  const rest = end & 31
  return rest === 0 ? count : count + bitCount((bits[whole] ?? 0) & ((1 << rest) - 1))
}

/**
 * @param skip - how many of the first numbers are left out
 * @returns up to `most` numbers, ascending
 */
export function numbersOf(bits: Uint32Array, skip = 0, most = Number.POSITIVE_INFINITY): number[] {
  const numbers: number[] = []
  let left = skip
  for (let word = 0; word < bits.length && numbers.length < most; word++) {
    let rest = bits[word] ?? 0
    if (rest === 0) continue
    const count = bitCount(rest)
    if (count <= left) {
      left -= count
      continue
    }
    for (; rest !== 0 && numbers.length < most; rest &= rest - 1) {
      if (left > 0) left -= 1
      else numbers.push(word * 32 + 31 - Math.clz32(rest & -rest))
    }
  }
  return numbers
}

/** @returns up to `most` numbers, descending; `skip` of the last ones are left out */
export function lastNumbersOf(bits: Uint32Array, skip: number, most: number): number[] {
  const numbers: number[] = []
  let left = skip
  for (let word = bits.length - 1; word >= 0 && numbers.length < most; word--) {
    let rest = bits[word] ?? 0
    if (rest === 0) continue
    const count = bitCount(rest)
    if (count <= left) {
      left -= count
      continue
    }
    while (rest !== 0 && numbers.length < most) {
      const bit = 31 - Math.clz32(rest)
      rest = (rest & ~(1 << bit)) >>> 0
      if (left > 0) left -= 1
      else numbers.push(word * 32 + bit)
    }
  }
  return numbers
}

/** Goes through all numbers, ascending. */
export function eachBit(bits: Uint32Array, visit: (number: number) => void): void {
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1)
      visit(word * 32 + 31 - Math.clz32(rest & -rest))
  }
}

/** Goes through all numbers, descending. */
export function eachBitDown(bits: Uint32Array, visit: (number: number) => void): void {
  for (let word = bits.length - 1; word >= 0; word--) {
    for (let rest = bits[word] ?? 0; rest !== 0; ) {
      const bit = 31 - Math.clz32(rest)
      rest &= ~(1 << bit)
      visit(word * 32 + bit)
    }
  }
}
