/** How a proof has copies across splits counted from what its reader finds: by whoever knows how pictures are compared. */
import type { ReadPicture } from '../exporter.ts'

export interface CopyCount {
  /** Resolves when there is room for the next one. @throws what the reader of the picture says; the signal's reason */
  readonly add: (picture: ReadPicture) => Promise<void>
  /** To be asked once, after the last one. */
  readonly end: () => Promise<CopiesCounted>
}

export interface CopiesCounted {
  /** Pairs of copies with their halves in different splits; `null` where a picture could not be looked at: without pixels, or too small. */
  readonly pairs: number | null
  /** Files that are no pictures, or damaged. */
  readonly undecodable: number
}

/** With what it needs for its work, until it is closed. */
export interface OpenCopyCount extends CopyCount {
  readonly close: () => Promise<void>
}

/** @param distanceBits - forms further apart propose nothing, 0 to 256 */
export type CopyCounter = (distanceBits: number, signal: AbortSignal) => OpenCopyCount
