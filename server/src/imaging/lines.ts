/** Rows and columns of a raster, one channel each, where the loops can look along them. */
import { loops, memoryBytes, memoryWords, place } from './pixels.ts'

/** Where the values of a line lie in a raster. */
export interface Line {
  readonly start: number
  readonly stride: number
  /** Values, 1 or more. */
  readonly length: number
}

/** So many values beyond its ends a line may be looked at; they are those at its ends. */
const edge = 8
const lineAt = place.line + edge

/** Sums of bends over 1, 2, 4 and 8 values. */
export type Bends = [number, number, number, number]

/** Gathers a line; all that follows is about the one gathered last. */
export function takeLine(data: Uint8Array, { start, stride, length }: Line): void {
  const bytes = memoryBytes()
  if (data.buffer === bytes.buffer) {
    loops.gather(data.byteOffset + start, stride, lineAt, lineAt + length)
  } else {
    for (let place = 0, at = start; place < length; place++, at += stride) {
      bytes[lineAt + place] = data[at] as number
    }
  }
  bytes.fill(bytes[lineAt] as number, lineAt - edge, lineAt)
  bytes.fill(bytes[lineAt + length - 1] as number, lineAt + length, lineAt + length + edge)
}

/**
 * Adds to `sums` how much the line bends over 1, 2, 4 and 8 values (the difference of its middle to the mean of both ends,
 * twice) at places `from` to `end`, those left out where that is less than `least` over 8.
 */
export function addBends(from: number, end: number, least: number, sums: Bends): void {
  if (from >= end) return
  const words = memoryWords()
  const found = place.bends / words.BYTES_PER_ELEMENT
  words.fill(0, found, found + sums.length)
  loops.bend(lineAt + from, lineAt + end, least, place.bends)
  for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] as number) + (words[found + at] as number)
}

/** Adds to `sums` the steps from each value to the next, at the place within its eight of the later one. */
export function addSteps(length: number, sums: number[]): void {
  const words = memoryWords()
  const found = place.steps / words.BYTES_PER_ELEMENT
  words.fill(0, found, found + edge)
  loops.steps(lineAt, lineAt + length, place.steps)
  for (let at = 0; at < edge; at++) sums[at] = (sums[at] ?? 0) + (words[found + at] as number)
}
