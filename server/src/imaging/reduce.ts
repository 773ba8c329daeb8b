/** Reduces a raster in the memory of the loops: halves it as long as that does no harm, then weighs what is left. */
import type { Size } from './geometry.ts'
import { createWeigher, type Weigher } from './lanczos.ts'
import type { Raster } from './luma.ts'
import { memoryBytes, place } from './pixels.ts'
import { loops } from './reduce-loops.ts'

const channels = 3
const weightBytes = Int16Array.BYTES_PER_ELEMENT
/** Before the weights of a pixel the table says where the first pixel lies. */
const startBytes = Int32Array.BYTES_PER_ELEMENT
/** Weights of a row lie before the table of those of all columns, which always has room: rows that fit a line have few pixels. */
const rowWeightsBytes = 512
/** Rows that are squeezed at once, and how far apart they lie, which the loop knows. */
const rowsAtOnce = 4
const lineBytes = 32_768
/** Loops go beyond the end of a line by less than this. */
const slackBytes = 64

/**
 * From here on a raster is halved first. Means of four pixels are no good kernel, but do no harm where as much is reduced
 * afterwards; and it is from here on that the image library takes a JPEG in half its size.
 */
const halvedFrom = 3
/** The loop writes half a row in whole steps: with less it would write over rows that it has not read. */
const leastHalved = 17

/**
 * Reduces a raster as the image library would, but for single steps of 255.
 *
 * @param raster - lies in the memory of the loops, behind room for what it is reduced to; gone afterwards
 * @param size - not larger
 * @returns a raster in that room, valid until the next file is decoded
 * @throws RangeError when it lies elsewhere, is too large, or too narrow to be halved
 */
export function reduced(raster: Raster, size: Size): Raster {
  const { byteOffset: at, buffer } = raster.data
  if (buffer !== memoryBytes().buffer) throw new RangeError('the raster lies elsewhere')
  let { width, height }: Size = raster
  while (width >= halvedFrom * size.width && height >= halvedFrom * size.height) {
    if (width < leastHalved) throw new RangeError(`${width} pixels in a row are halved`)
    halve(at, { width, height })
    width >>= 1
    height >>= 1
  }
  if (width * channels > lineBytes - slackBytes) throw new RangeError(`${width} pixels in a row`)
  const across = createWeigher(width, size.width)
  writeTable(across, size.width)
  const rows = createRows(at, { width, height }, size.height)
  const rowBytes = size.width * channels
  const weightsBytes = across.taps * weightBytes
  for (let first = 0; first < size.height; first += rowsAtOnce) {
    const [to, ...others] = [0, 1, 2, 3].map(row => {
      const y = Math.min(first + row, size.height - 1)
      rows.blend(y, place.line + row * lineBytes)
      return place.raster + y * rowBytes
    }) as [number, number, number, number]
    loops.squeeze(place.line, place.sums + rowWeightsBytes, weightsBytes, to, to + rowBytes, ...others)
  }
  return { data: Buffer.from(buffer as ArrayBuffer, place.raster, rowBytes * size.height), ...size }
}

/** Halves both sides of a raster. Of an odd number of pixels the last one is left out, as the image library does. */
function halve(at: number, { width, height }: Size): void {
  const rowBytes = width * channels
  const halfBytes = (width >> 1) * channels
  for (let y = 0; y + 1 < height; y += 2) {
    const from = at + y * rowBytes
    const to = at + (y >> 1) * halfBytes
    loops.halve(from, from + rowBytes, to, to + halfBytes)
  }
}

/** Writes what each pixel of a row is made of. */
function writeTable({ taps, weigh }: Weigher, width: number): void {
  const entryBytes = startBytes + taps * weightBytes
  const { buffer } = memoryBytes()
  const starts = new Int32Array(buffer, place.sums + rowWeightsBytes, (width * entryBytes) / startBytes)
  const weights = new Int16Array(buffer, starts.byteOffset, (width * entryBytes) / weightBytes)
  const own = new Int16Array(taps)
  for (let x = 0; x < width; x++) {
    starts[(x * entryBytes) / startBytes] = weigh(x, own) * channels
    weights.set(own, (x * entryBytes + startBytes) / weightBytes)
  }
}

/** @returns what makes one row, `y` of `to`, out of those of a raster */
function createRows(at: number, { width, height }: Size, to: number) {
  const { taps, weigh } = createWeigher(height, to)
  if (taps * weightBytes > rowWeightsBytes) throw new RangeError(`${height} rows to ${to}`)
  const weights = new Int16Array(memoryBytes().buffer, place.sums, taps)
  const rowBytes = width * channels
  const blend = (y: number, target: number) => {
    const first = weigh(y, weights)
    let end = taps
    while (end > 2 && weights[end - 1] === 0 && weights[end - 2] === 0) end -= 2
    const weightsEnd = place.sums + end * weightBytes
    loops.blend(at + first * rowBytes, rowBytes, place.sums, weightsEnd, target, target + rowBytes)
  }
  return { blend }
}
