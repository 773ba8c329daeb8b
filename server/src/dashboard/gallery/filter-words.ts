/** Filters and orders in words. */

import type {
  GalleryFacet,
  GalleryFilter,
  GallerySort,
  GallerySplit,
  licenseFamilies,
  reviewMarks,
} from '@gleaner/shared/gallery'
import { type QualityMeasure, qualityMeasures } from '@gleaner/shared/quality'
import { splitWords } from '../splits/split-words.ts'
import { formatCount } from '../text/format.ts'
import { hostName } from '../text/host-name.ts'
import { type FilterPatch, patched } from './use-listing.ts'

export const facetWords: Readonly<Record<GalleryFacet, string>> = {
  class: 'Class',
  mark: 'Review',
  split: 'Split',
  origin: 'Came as',
  engine: 'Search engine',
  query: 'Query',
  host: 'Host',
  license: 'Licence claim',
}

export const measureWords: Readonly<Record<QualityMeasure, string>> = {
  sharpness: 'Sharpness',
  brightness: 'Brightness',
  information: 'Information',
  colorfulness: 'Colourfulness',
  emptiness: 'Emptiness',
  text: 'Text',
  watermark: 'Watermark',
  screenshot: 'Like a screenshot',
}

export const sortWords: Readonly<Record<GallerySort, string>> = {
  stored: 'When it came',
  side: 'Shortest side',
  aspect: 'Shape',
  bytes: 'File size',
  title: 'Title',
  host: 'Host',
  class: 'Class',
  ...measureWords,
}

const valueWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mark: { none: 'Not looked at', kept: 'Kept', unsure: 'Unsure' } satisfies Record<
    (typeof reviewMarks)[number],
    string
  >,
  split: { none: 'In no split', ...splitWords } satisfies Record<GallerySplit, string>,
  origin: { original: 'Original', upgraded: 'Replaced a smaller copy', thumbnail: 'Thumbnail only' },
  license: {
    'public-domain': 'Public domain',
    'cc-by': 'CC BY',
    'cc-by-sa': 'CC BY-SA',
    'cc-by-nc': 'CC BY-NC',
    'cc-by-nd': 'CC BY-ND',
    other: 'Other terms',
    none: 'No claim',
  } satisfies Record<(typeof licenseFamilies)[number], string>,
}

/** What a value of a facet is called; names of the person or the web are their own words. */
export const valueWord = (facet: GalleryFacet, value: string, label = value): string =>
  facet === 'host' ? hostName(label) : (valueWords[facet]?.[value] ?? label)

/** Which part of the filter holds the values of a facet. */
export const partOf = {
  class: 'classIds',
  mark: 'marks',
  split: 'splits',
  origin: 'origins',
  engine: 'engines',
  query: 'queries',
  host: 'hosts',
  license: 'licenses',
} as const satisfies Record<GalleryFacet, keyof GalleryFilter>

export function valuesOf(filter: GalleryFilter, facet: GalleryFacet): readonly string[] {
  return (filter[partOf[facet]] ?? []).map(String)
}

/** Takes a value of a facet into the filter, or out of it. Values come from the server or the address, which it checks. */
export function withValue(
  filter: GalleryFilter,
  facet: GalleryFacet,
  value: string,
  isOn: boolean,
): FilterPatch {
  const held = valuesOf(filter, facet).filter(each => each !== value)
  const next = isOn ? [...held, value] : held
  const values = facet === 'class' ? next.map(Number) : next
  return { [partOf[facet]]: values.length === 0 ? undefined : values } as FilterPatch
}

interface Range {
  readonly min?: number
  readonly max?: number
}

/** `500 or more`, `up to 20`, `3 to 5`. */
function rangeWords({ min, max }: Range, say: (value: number) => string): string {
  if (min !== undefined && max !== undefined) return `${say(min)} to ${say(max)}`
  return min === undefined ? `up to ${say(max ?? 0)}` : `${say(min)} or more`
}

const dateOf = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const shapeWord = (aspect: number) => String(Math.round(aspect * 100) / 100)

export interface Chip {
  readonly name: string
  readonly value: string
  /** Takes this part of the filter away. */
  readonly patch: FilterPatch
}

type ChipOf = (filter: GalleryFilter, labelOf: (classId: number) => string) => readonly Chip[]

const facetChips: ChipOf = (filter, labelOf) =>
  (Object.keys(partOf) as GalleryFacet[]).flatMap(facet =>
    valuesOf(filter, facet).map(value => ({
      name: facetWords[facet],
      value: facet === 'class' ? labelOf(Number(value)) : valueWord(facet, value),
      patch: withValue(filter, facet, value, false),
    })),
  )

const rangeChips: ChipOf = ({ sidePx, aspect, storedAtMs }) => [
  ...(sidePx
    ? [
        {
          name: 'Shortest side',
          value: `${rangeWords(sidePx, formatCount)} px`,
          patch: { sidePx: undefined },
        },
      ]
    : []),
  ...(aspect
    ? [{ name: 'Width by height', value: rangeWords(aspect, shapeWord), patch: { aspect: undefined } }]
    : []),
  ...(storedAtMs
    ? [
        {
          name: 'Came',
          value: rangeWords(storedAtMs, ms => dateOf.format(ms)),
          patch: { storedAtMs: undefined },
        },
      ]
    : []),
]

const scoreChips: ChipOf = ({ scores = {} }) =>
  qualityMeasures.flatMap(measure => {
    const range = scores[measure]
    if (!range) return []
    const rest = Object.entries(scores).filter(([name]) => name !== measure)
    const patch = { scores: rest.length === 0 ? undefined : Object.fromEntries(rest) }
    return [{ name: measureWords[measure], value: rangeWords(range, String), patch }]
  })

const groupWords = (group: NonNullable<GalleryFilter['group']>) =>
  group === 'any' ? 'in some' : group === 'none' ? 'in none' : `number ${group}`

const otherChips: ChipOf = ({ group, text, place }) => [
  ...(group === undefined
    ? []
    : [{ name: 'Group of copies', value: groupWords(group), patch: { group: undefined } }]),
  ...(text === undefined ? [] : [{ name: 'Words', value: text, patch: { text: undefined } }]),
  ...(place === 'trash' ? [{ name: 'Place', value: 'Trash', patch: { place: undefined } }] : []),
]

/** What narrows the listing, one by one. @param labelOf - name of a class */
export const chipsOf: ChipOf = (filter, labelOf) =>
  [facetChips, rangeChips, scoreChips, otherChips].flatMap(of => of(filter, labelOf))

/** Whether a filter takes everything of one class, or of all. */
export const isWide = (filter: GalleryFilter): boolean =>
  Object.keys(patched(filter, { classIds: undefined, place: undefined })).length === 0
