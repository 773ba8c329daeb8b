/** What the pixels of a reduced line are made of: Lanczos's kernel, as the image library weighs. */

/** How far a pixel is seen, in pixels of the reduced line (of the whole one where it is not reduced). */
const reach = 3
/** Places between two pixels at which the kernel is known. */
const places = 1_024

const kernel = Float64Array.from({ length: reach * places + 1 }, (_, at) => {
  const x = (Math.PI * at) / places
  return at === 0 ? 1 : (reach * Math.sin(x) * Math.sin(x / reach)) / (x * x)
})

/** The weights of a pixel add up to this. */
export const wholeWeight = 16_384

export interface Weigher {
  /** How many weights a pixel has, an even number; the last ones may be 0. */
  readonly taps: number
  /**
   * Weighs the pixels of the whole line that one of the reduced line is made of. Beyond its ends a line goes on as it ends.
   *
   * @param at - pixel of the reduced line
   * @param weights - is given {@link taps} weights, those of the first pixel and of the following ones
   * @returns the first pixel, 0 up to `from`
   */
  readonly weigh: (at: number, weights: Int16Array) => number
}

/**
 * @param from - pixels of the whole line
 * @param to - pixels of the reduced one
 */
export function createWeigher(from: number, to: number): Weigher {
  const scale = from / to
  const radius = reach * Math.max(1, scale)
  const taps = Math.ceil((Math.floor(2 * radius) + 1) / 2) * 2
  const exact = new Float64Array(taps)
  const step = (reach * places) / radius

  const weigh = (at: number, weights: Int16Array) => {
    const middle = (at + 0.5) * scale - 0.5
    const last = Math.floor(middle + radius)
    const low = Math.ceil(middle - radius)
    const first = Math.max(0, low)
    exact.fill(0)
    let sum = 0
    for (let pixel = low; pixel <= last; pixel++) {
      const weight = kernel[Math.round(Math.abs(pixel - middle) * step)] as number
      const tap = Math.min(Math.max(pixel, 0), from - 1) - first
      exact[tap] = (exact[tap] as number) + weight
      sum += weight
    }
    round(exact, wholeWeight / sum, weights)
    return first
  }
  return { taps, weigh }
}

/** Before the weights of a pixel a table says where in its line the first one lies that they are of, in bytes. */
export const startBytes = Int32Array.BYTES_PER_ELEMENT
const weightBytes = Int16Array.BYTES_PER_ELEMENT
const pixelBytes = 3

/** What every pixel of a reduced line is made of. */
export interface WeightTable extends Pick<Weigher, 'taps'> {
  /** Of each pixel, the first one of the whole line. */
  readonly starts: Int32Array
  /** Of each pixel, how many weights there are until nothing but 0 follows, an even number. */
  readonly counts: Uint16Array
  /** An entry for each pixel: where the first one lies, 32 bits, then the weights, 16 bits each. */
  readonly bytes: Uint8Array
  readonly entryBytes: number
}

function createTable(from: number, to: number): WeightTable {
  const { taps, weigh } = createWeigher(from, to)
  const entryBytes = startBytes + taps * weightBytes
  const bytes = new Uint8Array(to * entryBytes)
  const places = new Int32Array(bytes.buffer)
  const starts = new Int32Array(to)
  const counts = new Uint16Array(to)
  for (let at = 0; at < to; at++) {
    const weights = new Int16Array(bytes.buffer, at * entryBytes + startBytes, taps)
    const first = weigh(at, weights)
    starts[at] = first
    places[(at * entryBytes) / startBytes] = first * pixelBytes
    let count = taps
    while (count > 2 && weights[count - 1] === 0 && weights[count - 2] === 0) count -= 2
    counts[at] = count
  }
  return { taps, starts, counts, bytes, entryBytes }
}

/** Tables that are kept: pictures mostly come in a few sizes, and are all brought to one. Most take some 10 KiB. */
const mostKnown = 8
const tables = new Map<string, WeightTable>()

/**
 * @param from - pixels of the whole line
 * @param to - pixels of the reduced one
 */
export function tableOf(from: number, to: number): WeightTable {
  const key = `${from} ${to}`
  const table = tables.get(key) ?? createTable(from, to)
  // Those asked for last stand last.
  tables.delete(key)
  tables.set(key, table)
  if (tables.size > mostKnown) tables.delete(tables.keys().next().value ?? key)
  return table
}

/** What rounding leaves over goes to the largest: a plain area is to stay as bright as it is. */
function round(exact: Float64Array, factor: number, weights: Int16Array): void {
  let left = wholeWeight
  let largest = 0
  for (let tap = 0; tap < exact.length; tap++) {
    const weight = Math.round((exact[tap] as number) * factor)
    weights[tap] = weight
    left -= weight
    if (weight > (weights[largest] as number)) largest = tap
  }
  weights[largest] = (weights[largest] as number) + left
}
