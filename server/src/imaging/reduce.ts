/** Reduces a raster in the memory of the loops: halves it where that does no harm, then weighs what is left. */
import type { Size } from './geometry.ts'
import { startBytes, tableOf, type WeightTable } from './lanczos.ts'
import type { Raster } from './luma.ts'
import { memoryBytes, place } from './pixels.ts'
import { loops } from './reduce-loops.ts'

const channels = 3
const weightBytes = Int16Array.BYTES_PER_ELEMENT
/** The tables lie where a reduced raster is summed and measured afterwards. */
const acrossAt = place.sums
const downAt = place.quality
/** Rows or columns that are made one at once: more have no room. */
const mostTaps = 256
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
 * Reduces a raster as the image library would where it is brought to more than a fifth, but for single steps of 255.
 *
 * @param raster - lies in the memory of the loops, behind room for what it is reduced to; gone afterwards
 * @param size - not larger
 * @returns a raster in that room, valid until the next file is decoded
 * @throws RangeError when it lies elsewhere, is too large, or too narrow to be halved
 */
export function reduced(raster: Raster, size: Size): Raster {
  const { byteOffset: at, buffer } = raster.data
  if (buffer !== memoryBytes().buffer) throw new RangeError('the raster lies elsewhere')
  const isHalved = raster.width >= halvedFrom * size.width && raster.height >= halvedFrom * size.height
  if (isHalved && raster.width < leastHalved)
    throw new RangeError(`${raster.width} pixels in a row are halved`)
  const width = isHalved ? raster.width >> 1 : raster.width
  const height = isHalved ? raster.height >> 1 : raster.height
  if (width * channels > lineBytes - slackBytes) throw new RangeError(`${width} pixels in a row`)
  const across = placedTable(width, size.width, { at: acrossAt, end: place.quality })
  const down = placedTable(height, size.height, { at: downAt, end: place.line })
  const rowBytes = size.width * channels
  let halved = isHalved ? 0 : height
  for (let first = 0; first < size.height; first += rowsAtOnce) {
    const last = Math.min(first + rowsAtOnce, size.height) - 1
    // No sooner than they are needed: then they still lie in the processor's nearest cache.
    const needed = Math.min(height, (down.starts[last] as number) + down.taps)
    if (halved < needed) halve(at, raster.width, halved, needed)
    halved = Math.max(halved, needed)
    for (let row = 0; row < rowsAtOnce; row++) {
      blend(at, width, down, Math.min(first + row, last), place.line + row * lineBytes)
    }
    const to = (row: number) => place.raster + Math.min(first + row, last) * rowBytes
    loops.squeeze(
      ...([
        place.line,
        acrossAt,
        across.taps * weightBytes,
        to(0),
        to(0) + rowBytes,
        to(1),
        to(2),
        to(3),
      ] as const),
    )
  }
  return { data: Buffer.from(buffer as ArrayBuffer, place.raster, rowBytes * size.height), ...size }
}

/** Halves rows `first` to `end` of what a raster is halved to. Of an odd number of pixels the last one is left out, as the image library does. */
function halve(at: number, width: number, first: number, end: number): void {
  const rowBytes = width * channels
  const halfBytes = (width >> 1) * channels
  for (let y = first; y < end; y++) {
    const from = at + 2 * y * rowBytes
    const to = at + y * halfBytes
    loops.halve(from, from + rowBytes, to, to + halfBytes)
  }
}

/** Makes row `y` of the reduced raster, as wide as the whole one. */
function blend(
  at: number,
  width: number,
  { starts, counts, entryBytes }: WeightTable,
  y: number,
  to: number,
): void {
  const rowBytes = width * channels
  const weightsAt = downAt + y * entryBytes + startBytes
  const weightsEnd = weightsAt + (counts[y] as number) * weightBytes
  loops.blend(at + (starts[y] as number) * rowBytes, rowBytes, weightsAt, weightsEnd, to, to + rowBytes)
}

/** Puts what each pixel of a reduced line is made of where the loops see it. */
function placedTable(
  from: number,
  to: number,
  room: { readonly at: number; readonly end: number },
): WeightTable {
  const table = tableOf(from, to)
  if (table.taps > mostTaps || table.bytes.length > room.end - room.at)
    throw new RangeError(`${from} to ${to}`)
  memoryBytes().set(table.bytes, room.at)
  return table
}
