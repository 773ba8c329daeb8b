/** What a reader finds, before anything of it is believed. */
import type { FoundFacts, FoundPicture, Reading } from '../exports/readers/found.ts'
import type { SourceFolder } from '../exports/readers/source-folder.ts'
import type { UnpackLimits } from './unpack.ts'

export interface OfferedFacts extends FoundFacts {
  readonly creator?: string
  readonly attribution?: string
  /** Where it was found, as our own exports tell it. */
  readonly engine?: string
  readonly query?: string
  /** SHA-256 the file is said to have, hex. */
  readonly digest?: string
  /** Who drew the boxes. */
  readonly author?: string
}

export interface OfferedCrop {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly of: { readonly width: number; readonly height: number }
}

/** A picture by its file, or where there is none by an address. */
export interface Offered extends Omit<FoundPicture, 'file' | 'about'> {
  readonly file: string | null
  readonly url: string | null
  readonly about: OfferedFacts
  /** The part of the picture that counts, in pixels of a size that need not be that of the file. */
  readonly crop?: OfferedCrop
  /** Absolute path of where the reader has put it, where it is no file of the source. */
  readonly place?: string
  /** What classes are called otherwise (ids, synsets), by the names they have here: a map may use either. */
  readonly otherNames?: ReadonlyMap<string, string>
}

/** Where readers may put pictures they take out of larger files; what is there goes with the import. */
export interface Room {
  /** Made by whoever uses it. */
  readonly folder: string
  readonly limits: UnpackLimits
  readonly signal: AbortSignal
  /** Throws when there is too little room on the disk. */
  readonly mayWrite: () => void
}

export interface ReaderOptions extends Reading {
  /** The one file that was named, where it was no folder. */
  readonly only: string | undefined
  /** The archive that was named and has been taken apart: what it is called, and the folder it lies in. */
  readonly lone?: { readonly name: string; readonly beside: SourceFolder } | undefined
  readonly room: Room
}

/** Streams: memory does not grow with the number of pictures further than the format forces it to. */
export type OfferReader = (source: SourceFolder, options: ReaderOptions) => AsyncIterable<Offered>

export const nothingSaid = { labels: [], split: null, boxes: [], size: null, url: null, about: {} } as const

/** Whether a file may be a picture, by its name. What it is, its bytes say. */
export const isPictureName = (path: string): boolean =>
  /\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?|heic|heif|jxl)$/i.test(path) || !/\.[^/.]{1,8}$/.test(path)
