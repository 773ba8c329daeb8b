import type { SourceKind } from '@gleaner/shared/candidate'

/** What an address of a candidate leads to, as a person says it. */
export const sourceKindWords: Readonly<Record<SourceKind, string>> = {
  original: 'Original',
  mirror: 'Mirror',
  rendition: 'Rendition',
  thumbnail: 'Thumbnail',
}
