/** A gallery without any index: every question looks at every picture. */
import {
  type FacetCounts,
  type GalleryFacet,
  type GalleryFilter,
  type GalleryOrder,
  type GallerySplit,
  type Histogram,
  licenseFamilies,
} from '@gleaner/shared/gallery'
import { type QualityMeasure, qualityMeasures } from '@gleaner/shared/quality'
import type { MadePicture } from './gallery-rows.ts'

export interface ModelPicture {
  readonly seq: number
  readonly picture: MadePicture
  readonly split: GallerySplit
}
export interface GalleryModel {
  readonly held: readonly ModelPicture[]
  readonly labelOf: (classId: number) => string
  /** By number, from 1. */
  readonly batches: readonly { readonly engine: string; readonly query: string | null }[]
}

/** All that the filter takes, in order. */
export function naiveList(model: GalleryModel, filter: GalleryFilter, order: GalleryOrder): ModelPicture[] {
  return model.held
    .filter(one => takes(model, filter, one))
    .sort((a, b) => inOrder(model, order, a, b) || a.seq - b.seq)
}

type Range = { readonly min?: number; readonly max?: number } | undefined
const within = (value: number, range: Range) =>
  value >= (range?.min ?? Number.NEGATIVE_INFINITY) && value <= (range?.max ?? Number.POSITIVE_INFINITY)
const among = <T>(values: readonly T[], wanted: readonly T[] | undefined) =>
  wanted === undefined || wanted.some(one => values.includes(one))

function takes(model: GalleryModel, filter: GalleryFilter, one: ModelPicture): boolean {
  const { picture } = one
  const aspect = Math.fround(picture.width / picture.height)
  const { min, max } = filter.aspect ?? {}
  return (
    picture.place === (filter.place ?? 'held') &&
    among([picture.classId], filter.classIds) &&
    among([picture.mark], filter.marks) &&
    among([one.split], filter.splits) &&
    among(valuesOf(model, 'origin', one), filter.origins) &&
    among(valuesOf(model, 'engine', one), filter.engines) &&
    among(valuesOf(model, 'query', one), filter.queries) &&
    among([picture.host], filter.hosts) &&
    among(valuesOf(model, 'license', one), filter.licenses) &&
    within(Math.min(picture.width, picture.height), filter.sidePx) &&
    (min === undefined || aspect >= Math.fround(min)) &&
    (max === undefined || aspect <= Math.fround(max)) &&
    within(picture.storedAtMs, filter.storedAtMs) &&
    qualityMeasures.every(measure => {
      const range = filter.scores?.[measure]
      return range === undefined || (picture.scores !== null && within(picture.scores[measure], range))
    }) &&
    (filter.text === undefined || hasWords(picture, filter.text))
  )
}

const bare = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
const wordsIn = (text: string) =>
  bare(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')

function hasWords({ title, url, landingUrl }: MadePicture, text: string): boolean {
  const addresses = [url, landingUrl ?? ''].map(one =>
    decodeURIComponent(one).replace(/^https:\/\/(www\.)?/, ''),
  )
  const held = wordsIn([title ?? '', ...addresses].join(' '))
  const wanted = wordsIn(text)
  return wanted.length > 0 && wanted.every(word => held.some(one => one.includes(word)))
}

function valuesOf(model: GalleryModel, facet: GalleryFacet, { picture, split }: ModelPicture): string[] {
  const batches = picture.batches.flatMap(id => model.batches[id - 1] ?? [])
  switch (facet) {
    case 'class':
      return [String(picture.classId)]
    case 'mark':
      return [picture.mark]
    case 'split':
      return [split]
    case 'origin':
      return [picture.isThumbnail ? 'thumbnail' : picture.isUpgraded ? 'upgraded' : 'original']
    case 'engine':
      return [...new Set(batches.map(({ engine }) => engine))]
    case 'query':
      return [...new Set(batches.flatMap(({ query }) => query ?? []))]
    case 'host':
      return picture.host === '' ? [] : [picture.host]
    case 'license': {
      const name = batches.length === 0 ? undefined : picture.license?.name
      const known = { CC0: 'public-domain', 'CC BY 4.0': 'cc-by', mine: 'other' } as Record<string, string>
      return [licenseFamilies.find(family => family === known[name ?? '']) ?? 'none']
    }
  }
}

function inOrder(model: GalleryModel, { by, isDescending }: GalleryOrder, a: ModelPicture, b: ModelPicture) {
  const turn = isDescending ? -1 : 1
  const isMeasure = (name: string): name is QualityMeasure =>
    qualityMeasures.some(measure => measure === name)
  if (isMeasure(by)) {
    const [x, y] = [a.picture.scores?.[by], b.picture.scores?.[by]]
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
    return turn * (x - y)
  }
  if (by === 'title' || by === 'host' || by === 'class') {
    const [x, y] = [a, b].map(({ picture }) => nameOf(model, by, picture))
    if (x === y || x === undefined || y === undefined) return 0
    if (x === '' || y === '') return x === '' ? 1 : -1
    return turn * (x < y ? -1 : 1)
  }
  const key = ({ seq, picture: { width, height, bytes } }: ModelPicture) =>
    ({ stored: seq, side: Math.min(width, height), aspect: Math.fround(width / height), bytes })[by]
  return turn * (key(a) - key(b))
}

function nameOf(model: GalleryModel, by: 'title' | 'host' | 'class', picture: MadePicture): string {
  if (by === 'title') return beginning(wordsIn(picture.title ?? '').join(' '))
  return (by === 'host' ? picture.host : model.labelOf(picture.classId)).toLowerCase()
}

/** What counts of a title in an order; of these tests, letters are no longer than two bytes. */
const beginning = (text: string) => Buffer.from(text).subarray(0, 16).toString('latin1')

export function naiveFacet(
  model: GalleryModel,
  filter: GalleryFilter,
  facet: GalleryFacet,
  most: number,
): FacetCounts {
  const taken = model.held.filter(one => takes(model, filter, one))
  const counts = new Map<string, number>()
  for (const one of taken) {
    for (const value of valuesOf(model, facet, one)) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const label = (value: string) => (facet === 'class' ? model.labelOf(Number(value)) : value)
  const values = [...counts]
    .map(([value, count]) => ({ value, label: label(value), count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
  const rest = values.slice(most).reduce((sum, { count }) => sum + count, 0)
  return { facet, values: values.slice(0, most), rest, total: taken.length }
}

export function naiveHistogram(
  model: GalleryModel,
  filter: GalleryFilter,
  measure: 'side' | 'aspect' | QualityMeasure,
  steps: number,
): Histogram {
  const taken = model.held.flatMap(one => (takes(model, filter, one) ? [one.picture] : []))
  const sides = taken.map(({ width, height }) => Math.min(width, height))
  const [min, max] =
    measure === 'aspect' ? [-2, 2] : [0, measure === 'side' ? Math.max(0, ...sides) + 1 : 101]
  const values = taken.flatMap(({ width, height, scores }) => {
    if (measure === 'side') return [Math.min(width, height)]
    if (measure === 'aspect') return [Math.log2(Math.fround(width / height))]
    return scores === null ? [] : [scores[measure]]
  })
  const counts = new Array<number>(steps).fill(0)
  for (const value of values) {
    const step = Math.max(0, Math.min(steps - 1, Math.floor(((value - min) / (max - min)) * steps)))
    counts[step] = (counts[step] ?? 0) + 1
  }
  return { min, max, counts }
}
