/** The lowest frequencies of a picture or of a window in it: what perceptual hashes are made of. */
import { type Area, lookSide, type Orientation } from './fingerprint.ts'
import {
  type Basis,
  frequencies,
  frequenciesAlong,
  frequenciesBetween,
  type Lines,
  takePlane,
} from './frequencies.ts'

const side = lookSide
const coefficientCount = frequencies * frequencies

/** 16 × 16 coefficients of an orthonormal DCT-II over 64 × 64 samples, row-major, vertical frequency first. */
export type Spectrum = Float64Array

const wholeLine = lineBasis(0, 1)

/**
 * The weights that give the frequencies of a part of a line. A cell across an end of the part counts by the share that
 * lies inside. For the whole line they are those of the DCT-II to the last bit but a few.
 */
function lineBasis(start: number, length: number): Basis {
  const basis = new Float64Array(frequencies * side)
  const edges = Array.from({ length: side + 1 }, (_, edge) =>
    Math.min(1, Math.max(0, (edge / side - start) / length)),
  )
  for (let frequency = 0; frequency < frequencies; frequency++) {
    const scale = Math.sqrt((frequency === 0 ? 1 : 2) / side)
    const half = (Math.PI * frequency) / (2 * side)
    // A cell has the mean of a wave over its width; sampled in its middle the wave is higher by this much.
    const gain = frequency === 0 ? side * scale : (scale * half) / Math.sin(half) / (Math.PI * frequency)
    const wave = (edge: number) => (frequency === 0 ? edge : side * Math.sin(Math.PI * frequency * edge))
    let before = wave(edges[0] as number)
    for (let cell = 0; cell < side; cell++) {
      const after = wave(edges[cell + 1] as number)
      basis[cell * frequencies + frequency] = gain * (after - before)
      before = after
    }
  }
  return basis
}

/** Weights for an area, to be used for many pictures. */
export interface WindowBasis {
  readonly across: Basis
  readonly down: Basis
  /** What is worked out first, to be shared with other windows. */
  readonly first: 'across' | 'down'
}

/** Weights that are kept: pictures of one shape, of which there are many, have the same windows. Each takes 8 KiB. */
const mostKnown = 128
const bases = new Map<string, Basis>([['0 1', wholeLine]])

function basisAlong(start: number, length: number): Basis {
  const key = `${start} ${length}`
  const basis = bases.get(key) ?? lineBasis(start, length)
  // Those asked for last stand last.
  bases.delete(key)
  bases.set(key, basis)
  if (bases.size > mostKnown) bases.delete(bases.keys().next().value ?? key)
  return basis
}

export const basisOf = (
  { left, top, width, height }: Area,
  first: WindowBasis['first'] = 'across',
): WindowBasis => ({ across: basisAlong(left, width), down: basisAlong(top, height), first })

export const wholeBasis: WindowBasis = { across: wholeLine, down: wholeLine, first: 'across' }

/**
 * @param luma - 64 × 64 values, row-major
 */
export const spectrumOf = (luma: ArrayLike<number>, basis: WindowBasis = wholeBasis): Spectrum =>
  spectraOf(luma)(basis)

/**
 * Spectra of several windows of one picture: those that lie alike along the axis that is worked out first share that work.
 *
 * @param luma - 64 × 64 values, row-major
 */
export function spectraOf(luma: ArrayLike<number>): (basis: WindowBasis) => Spectrum {
  const known = { across: new Map<Basis, Lines>(), down: new Map<Basis, Lines>() }
  const linesOf = (basis: Basis, direction: WindowBasis['first']): Lines => {
    if (plane !== known) takePlane(luma)
    plane = known
    return frequenciesAlong(direction, basis)
  }
  return ({ across, down, first }) => {
    const [own, other] = first === 'across' ? [across, down] : [down, across]
    const lines = known[first].get(own) ?? linesOf(own, first)
    known[first].set(own, lines)
    const coefficients = frequenciesBetween(lines, other)
    return first === 'across' ? coefficients : transposed(coefficients)
  }
}

/** Whose plane was taken last. */
let plane: object | undefined

const transposed = (spectrum: Spectrum): Spectrum =>
  spectrum.map((_, at) => spectrum[(at % frequencies) * frequencies + Math.floor(at / frequencies)] as number)

/** What a mirrored or turned picture's coefficients are: those of the picture, some with the other sign, rows and columns swapped. */
interface Way {
  /** Those of odd frequencies across (1), down (2), or of either but not both (3). */
  readonly signs: 0 | 1 | 2 | 3
  readonly isSwapped: boolean
}

/** By {@link Orientation}. */
const ways: readonly Way[] = [
  { signs: 0, isSwapped: false },
  { signs: 2, isSwapped: true },
  { signs: 3, isSwapped: false },
  { signs: 1, isSwapped: true },
  { signs: 1, isSwapped: false },
  { signs: 3, isSwapped: true },
  { signs: 2, isSwapped: false },
  { signs: 0, isSwapped: true },
]

/** Bits of the picture mirrored and turned. Half of the eight are the other half, swapped. */
export function bitsByOrientation(spectrum: Spectrum): (orientation: Orientation) => Uint8Array {
  const known: (Uint8Array | undefined)[] = []
  return orientation => {
    const { signs, isSwapped } = ways[orientation] as Way
    const bits = known[signs] ?? bitsOf(signed(spectrum, signs))
    known[signs] = bits
    return isSwapped ? swapped(bits) : bits
  }
}

function signed(spectrum: Spectrum, signs: Way['signs']): Spectrum {
  if (signs === 0) return spectrum
  const result = new Float64Array(coefficientCount)
  for (let at = 0; at < coefficientCount; at++) {
    const value = spectrum[at] as number
    const flips = (at & signs & 1) ^ ((at >>> 4) & (signs >>> 1) & 1)
    result[at] = flips ? -value : value
  }
  return result
}

const bitRows = new Uint16Array(frequencies)

/** Rows and columns swapped: of each square the upper right and the lower left quarter, then the same within each quarter. */
function swapped(bits: Uint8Array): Uint8Array {
  for (let row = 0; row < frequencies; row++) {
    bitRows[row] = ((bits[2 * row] as number) << 8) | (bits[2 * row + 1] as number)
  }
  for (let half = frequencies >> 1, right = 0x00ff; half > 0; half >>= 1, right ^= (right << half) & 0xffff) {
    for (let row = 0; row < frequencies; row = (row + half + 1) & ~half) {
      const [upper, lower] = [bitRows[row] as number, bitRows[row + half] as number]
      const differing = (upper ^ (lower >>> half)) & right
      bitRows[row] = upper ^ differing
      bitRows[row + half] = lower ^ (differing << half)
    }
  }
  const result = new Uint8Array(bits.length)
  for (let row = 0; row < frequencies; row++) {
    result[2 * row] = (bitRows[row] as number) >>> 8
    result[2 * row + 1] = bitRows[row] as number
  }
  return result
}

/** @returns 32 bytes: a bit for each coefficient, set where it lies above the median of all */
export function bitsOf(spectrum: Spectrum): Uint8Array {
  const median = medianOf(spectrum)
  const bits = new Uint8Array(coefficientCount / 8)
  for (let at = 0; at < coefficientCount; at++) {
    if ((spectrum[at] as number) > median) bits[at >>> 3] = (bits[at >>> 3] as number) | (0x80 >>> (at & 7))
  }
  return bits
}

const ordered = new Float64Array(coefficientCount)

/** Mean of the two middle values. Puts in order only what lies around them: sorting all took most of the time of a form. */
function medianOf(spectrum: Spectrum): number {
  ordered.set(spectrum)
  const upper = coefficientCount / 2
  let [from, to] = [0, coefficientCount - 1]
  while (from < to) {
    const pivot = ordered[(from + to) >>> 1] as number
    let [low, high] = [from, to]
    while (low <= high) {
      while ((ordered[low] as number) < pivot) low += 1
      while ((ordered[high] as number) > pivot) high -= 1
      if (low > high) break
      const swapped = ordered[low] as number
      ordered[low] = ordered[high] as number
      ordered[high] = swapped
      low += 1
      high -= 1
    }
    if (high < upper) from = low
    if (low > upper) to = high
  }
  let lower = Number.NEGATIVE_INFINITY
  for (let at = 0; at < upper; at++) lower = Math.max(lower, ordered[at] as number)
  return (lower + (ordered[upper] as number)) / 2
}
