/** What every export format is made of. One file a format under `exporters/`, its independent reader under `readers/`. */

import type { ExportContainer, ExportFormat, ExportRender, Finding } from '@gleaner/shared/exports'
import type { SplitName } from '@gleaner/shared/splits'
import type { Box, VersionClass, VersionHeader, VersionImage } from '@gleaner/shared/versions'
import type { Static, TObject } from 'typebox'

/** A class as an export names it; only those that have pictures in it. */
export interface ExportClass extends VersionClass {
  /** From 0 in the order of names by code point: what consumers count that sort the folders themselves. */
  readonly index: number
  /** Safe as a folder name for every consumer, and unlike every other one. */
  readonly name: string
  /** Its place in {@link ExportSet.superclasses}; of a superclass its own; `null` where it has none. */
  readonly superIndex: number | null
}

export interface Superclass {
  readonly label: string
  readonly name: string
}

/** A picture as it goes out: upright, sRGB, encoded; boxes in pixels of these bytes. */
export interface ExportPicture {
  readonly id: string
  readonly class: ExportClass
  /** Name of its split in this export; `null` where the set has none. */
  readonly split: SplitName | null
  readonly fold: number | null
  readonly trial: number | null
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly extension: 'jpg' | 'png' | 'webp'
  readonly sizeBytes: number
  /** SHA-256 of the bytes, hex. */
  readonly digest: string
  readonly boxes: readonly Box[]
  readonly from: VersionImage
  readonly bytes: () => Promise<Buffer>
  /** 8 bits a channel, row by row, `channels` a pixel. */
  readonly pixels: () => Promise<Buffer>
  /** A file that holds exactly the bytes. */
  readonly path: string
}

/** The pictures of one export. Iterating again gives the same ones in the same order. */
export interface ExportSet {
  readonly header: VersionHeader
  readonly version: {
    readonly name: string
    readonly description: string
    readonly digest: string
    readonly createdAtMs: number
  }
  readonly classes: readonly ExportClass[]
  /** In the order of names by code point. */
  readonly superclasses: readonly Superclass[]
  /** In the order train, validation, test; `[null]` where nothing is split. */
  readonly splits: readonly (SplitName | null)[]
  readonly count: number
  readonly countIn: (split: SplitName | null) => number
  /** Pictures of a split by class index. */
  readonly tally: (split: SplitName | null) => readonly number[]
  readonly render: ExportRender
  /** In the order of ids; of one split, when it is named. `shuffled` gives an order fixed by the seed, for shards. */
  readonly pictures: (of?: {
    readonly split?: SplitName | null
    readonly isShuffled?: boolean
  }) => AsyncIterable<ExportPicture>
}

/** Where an exporter writes. Paths are relative, with `/`; folders come by themselves. Every file is synced by the engine. */
export interface ExportSink {
  /** Puts a picture's file at a path without reading it into memory where the file system can. */
  readonly place: (path: string, picture: ExportPicture) => Promise<void>
  readonly write: (path: string, content: string | Uint8Array) => Promise<void>
  /** Writes chunk by chunk; memory stays flat. A chunk is done with before the next is asked for. @returns bytes written */
  readonly stream: (path: string, chunks: AsyncIterable<string | Uint8Array>) => Promise<number>
  /** One more picture is done, for the progress that is shown. */
  readonly step: () => void
  readonly signal: AbortSignal
}

/**
 * What an independent reader found. `digest` is of the encoded bytes, of the raw pixels where only those are kept, or of the
 * original where there are no pixels at all.
 */
export interface ReadPicture {
  /** As the format has it: a class's name, or its label; `null` where only boxes have labels. */
  readonly label: string | null
  readonly split: string | null
  readonly digest: string
  readonly width?: number
  readonly height?: number
  /** The encoded picture as it was found; absent where only pixels are kept, or nothing. */
  readonly bytes?: () => Promise<Buffer>
  /** Where only they are kept: 8 bits a channel, row by row, one channel or three. The size says how many pixels. */
  readonly pixels?: Uint8Array
  readonly boxes?: readonly {
    readonly label: string
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }[]
}

/** What a format says of what a picture shows; a proof holds its reader to it. */
export interface KeptMarks {
  /** Whether every picture has its class. */
  readonly classes: boolean
  /** Every box there is, or of those that are the same only one. */
  readonly boxes: 'none' | 'each' | 'distinct'
  /** Whether there is a box round the whole of a picture in which nobody has drawn one. */
  readonly isFull?: boolean
}

export interface Exporter<Options extends TObject = TObject> {
  readonly format: ExportFormat
  readonly title: string
  readonly readBy: string
  readonly options: Options
  readonly containers: readonly ExportContainer[]
  /** What the format asks of pictures: laid over the request's own wishes, and told as a finding where they differ. */
  readonly render?: (options: Static<Options>) => Partial<ExportRender>
  /** Whether what is read back are digests of raw pixels instead of encoded bytes, or there are no pixels at all. */
  readonly keeps: 'bytes' | 'pixels' | 'nothing'
  readonly marks: (options: Static<Options>) => KeptMarks
  /** Whether its readers count folders, so that a class without pictures in one split is refused. */
  readonly needsEveryClassInEverySplit?: true
  /** Leaves pictures out; all are taken when absent. */
  readonly takes?: (picture: PlannedImage, options: Static<Options>) => boolean
  /** What its reader calls a split where that is not the split's own name: where validation goes into train, say. */
  readonly splitAs?: (split: SplitName | null, options: Static<Options>) => string | null
  /** Laid over the front matter of README.md, where its readers look there. */
  readonly frontMatter?: (set: ExportSet, options: Static<Options>) => Readonly<Record<string, unknown>>
  /** Rules of its own consumers, beside those that hold for all (`preflight.ts`). Knows the index only, no pixels. */
  readonly preflight: (
    set: PlannedSet,
    options: Static<Options>,
  ) => readonly Finding[] | Promise<readonly Finding[]>
  readonly write: (set: ExportSet, sink: ExportSink, options: Static<Options>) => Promise<void>
  /** Reads the finished folder by the rules of the format, sharing no code with `write`. */
  readonly read: (folder: string, options: Static<Options>) => AsyncIterable<ReadPicture>
}

/** An export before anything is rendered. Sizes are what rendering will give. */
export interface PlannedSet extends Omit<ExportSet, 'pictures'> {
  /** In the order of ids. They are read as they are asked for: a set of any size takes no room. */
  readonly images: () => AsyncIterable<PlannedImage>
}
export interface PlannedImage
  extends Pick<
    ExportPicture,
    'id' | 'class' | 'split' | 'fold' | 'trial' | 'width' | 'height' | 'extension' | 'boxes' | 'from'
  > {}

export const onlyClasses = (): KeptMarks => ({ classes: true, boxes: 'none' })
export const classesAndBoxes = (): KeptMarks => ({ classes: true, boxes: 'each' })

/** Keeps options and functions of an exporter agreeing on their types. */
export const defineExporter = <Options extends TObject>(exporter: Exporter<Options>): Exporter<Options> =>
  exporter
