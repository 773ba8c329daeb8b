/** What the gallery's memory can be asked, and what it answers: plain data, for it lives in a thread of its own. */
import type {
  FacetCounts,
  GalleryFacet,
  GalleryFilter,
  GalleryOrder,
  GalleryPage,
  Histogram,
} from '@gleaner/shared/gallery'
import type { QualityMeasure } from '@gleaner/shared/quality'
import type { DatasetStats } from '@gleaner/shared/stats'

/** Which pictures of all that the filter takes: from a place on, after the last one seen, or around one of them. */
export type GalleryWindow =
  | { readonly offset: number }
  | { readonly cursor: string }
  | { readonly around: string }

export type HistogramMeasure = QualityMeasure | 'side' | 'aspect'

/** What held pictures are, and how much room they take. */
export interface PictureStats
  extends Pick<
    DatasetStats,
    'images' | 'trash' | 'origins' | 'engines' | 'hosts' | 'licenses' | 'sides' | 'aspects'
  > {
  readonly disk: Pick<DatasetStats['disk'], 'imagesBytes' | 'originalsBytes' | 'trashBytes'>
  /** Of classes with pictures. */
  readonly classes: readonly {
    readonly classId: number
    readonly images: number
    readonly unreviewed: number
    readonly unsure: number
  }[]
}

interface Asked {
  readonly filter: GalleryFilter
}

/** By name: what is asked, and what is answered. */
export interface Questions {
  readonly page: {
    readonly ask: Asked & {
      readonly order: GalleryOrder
      readonly window: GalleryWindow
      /** 0 to 500. */
      readonly limit: number
    }
    readonly answer: GalleryPage
  }
  readonly facet: {
    readonly ask: Asked & { readonly facet: GalleryFacet; readonly limit: number }
    readonly answer: FacetCounts
  }
  readonly histogram: {
    readonly ask: Asked & { readonly measure: HistogramMeasure; readonly steps: number }
    readonly answer: Histogram
  }
  /** One byte a picture, in order: round(128 + 32 × log2(width / height)) of the filed picture. */
  readonly aspects: {
    readonly ask: Asked & { readonly order: GalleryOrder }
    readonly answer: { readonly bytes: Uint8Array; readonly revision: string }
  }
  /** Numbers of the pictures, ascending. */
  readonly seqs: {
    readonly ask: Asked & { readonly except: readonly string[] }
    readonly answer: Uint32Array
  }
  readonly stats: { readonly ask: Record<string, never>; readonly answer: PictureStats }
  readonly count: { readonly ask: Asked; readonly answer: number }
}
export type QuestionName = keyof Questions
export type Ask<Name extends QuestionName> = Questions[Name]['ask']
export type Answer<Name extends QuestionName> = Questions[Name]['answer']
export type Question = {
  [Name in QuestionName]: { readonly name: Name; readonly ask: Ask<Name> }
}[QuestionName]
