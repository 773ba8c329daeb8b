/** The lowest frequencies of a picture or of a window in it: what perceptual hashes are made of. */
import { type Area, lookSide, type Orientation } from './fingerprint.ts'

const side = lookSide
/** Frequencies that are looked at along each axis. */
export const frequencies = 16
const coefficientCount = frequencies * frequencies

/** 16 × 16 coefficients of an orthonormal DCT-II over 64 × 64 samples, row-major, vertical frequency first. */
export type Spectrum = Float64Array

/** Row f holds the weights of the 64 cells of a line for frequency f. */
type Basis = Float64Array

const wholeLine = lineBasis(0, 1)

/**
 * The weights that give the frequencies of a part of a line. A cell across an end of the part counts by the share that
 * lies inside. For the whole line they are those of the DCT-II to the last bit but a few.
 */
function lineBasis(start: number, length: number): Basis {
  const basis = new Float64Array(frequencies * side)
  for (let frequency = 0; frequency < frequencies; frequency++) {
    const scale = Math.sqrt((frequency === 0 ? 1 : 2) / side)
    const half = (Math.PI * frequency) / (2 * side)
    // A cell has the mean of a wave over its width; sampled in its middle the wave is higher by this much.
    const gain = frequency === 0 ? side * scale : (scale * half) / Math.sin(half) / (Math.PI * frequency)
    for (let cell = 0; cell < side; cell++) {
      const from = Math.min(1, Math.max(0, (cell / side - start) / length))
      const to = Math.min(1, Math.max(0, ((cell + 1) / side - start) / length))
      const at = frequency * side + cell
      basis[at] =
        frequency === 0
          ? gain * (to - from)
          : gain * side * (Math.sin(Math.PI * frequency * to) - Math.sin(Math.PI * frequency * from))
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

export const basisOf = (area: Area): WindowBasis => createBases()(area)

/** Makes weights for windows of which many lie alike along one axis. */
export function createBases(): (area: Area, first?: WindowBasis['first']) => WindowBasis {
  const known = new Map<string, Basis>([['0 1', wholeLine]])
  const along = (start: number, length: number) => {
    const key = `${start} ${length}`
    const basis = known.get(key) ?? lineBasis(start, length)
    known.set(key, basis)
    return basis
  }
  return ({ left, top, width, height }, first = 'across') => ({
    across: along(left, width),
    down: along(top, height),
    first,
  })
}

export const wholeBasis: WindowBasis = { across: wholeLine, down: wholeLine, first: 'across' }

/** The frequencies along one axis of every line of a picture: 64 × 16 values. */
type Lines = Float64Array

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
  return ({ across, down, first }) => {
    const [own, other] = first === 'across' ? [across, down] : [down, across]
    const lines = known[first].get(own) ?? linesOf(luma, own, first)
    known[first].set(own, lines)
    const coefficients = otherwise(lines, other)
    return first === 'across' ? coefficients : transposed(coefficients)
  }
}

function linesOf(luma: ArrayLike<number>, basis: Basis, direction: WindowBasis['first']): Lines {
  const [along, between] = direction === 'across' ? [1, side] : [side, 1]
  const line = new Float64Array(side)
  const lines = new Float64Array(side * frequencies)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) line[x] = luma[y * between + x * along] as number
    for (let u = 0; u < frequencies; u++) {
      const start = u * side
      let [even, odd] = [0, 0]
      for (let x = 0; x < side; x += 2) {
        even += (line[x] as number) * (basis[start + x] as number)
        odd += (line[x + 1] as number) * (basis[start + x + 1] as number)
      }
      lines[y * frequencies + u] = even + odd
    }
  }
  return lines
}

/** Along the other axis. */
function otherwise(lines: Lines, basis: Basis): Spectrum {
  const coefficients = new Float64Array(coefficientCount)
  for (let v = 0; v < frequencies; v++) {
    for (let y = 0; y < side; y++) {
      const weight = basis[v * side + y] as number
      if (weight === 0) continue
      for (let u = 0; u < frequencies; u++) {
        const at = v * frequencies + u
        coefficients[at] = (coefficients[at] as number) + weight * (lines[y * frequencies + u] as number)
      }
    }
  }
  return coefficients
}

const transposed = (spectrum: Spectrum): Spectrum =>
  spectrum.map((_, at) => spectrum[(at % frequencies) * frequencies + Math.floor(at / frequencies)] as number)

/** The spectrum of the picture mirrored and turned: signs and places change, nothing else. */
export function oriented(spectrum: Spectrum, orientation: Orientation): Spectrum {
  let turned = orientation >= 4 ? mirrored(spectrum) : spectrum
  for (let turn = 0; turn < (orientation & 3); turn++) turned = turnedClockwise(turned)
  return turned
}

/** Left to right: every second column of frequencies changes its sign. */
function mirrored(spectrum: Spectrum): Spectrum {
  return spectrum.map((value, at) => (at & 1 ? -value : value))
}

/** What went across goes down; what went down goes across, backwards. */
function turnedClockwise(spectrum: Spectrum): Spectrum {
  const turned = new Float64Array(coefficientCount)
  for (let v = 0; v < frequencies; v++) {
    for (let u = 0; u < frequencies; u++) {
      const value = spectrum[u * frequencies + v] as number
      turned[v * frequencies + u] = u & 1 ? -value : value
    }
  }
  return turned
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
