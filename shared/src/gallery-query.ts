/** A filter and an order as the query of an address: the same in the address bar, in the API and on the command line. */
import Value from 'typebox/value'
import { AppError } from './errors.ts'
import { GalleryFilter, type GalleryOrder, gallerySorts, newestFirst } from './gallery.ts'
import { qualityMeasures } from './quality.ts'

interface Range {
  readonly min?: number
  readonly max?: number
}

/** Names of parts that hold several values, each of which is given on its own: `engine=bing&engine=page`. */
const lists = {
  mark: 'marks',
  split: 'splits',
  origin: 'origins',
  engine: 'engines',
  query: 'queries',
  host: 'hosts',
  license: 'licenses',
} as const satisfies Record<string, keyof GalleryFilter>
/** Names of ranges: `side=500..1000`, `side=500..`, `side=..1000`; both ends belong to it. */
const ranges = { side: 'sidePx', aspect: 'aspect', stored: 'storedAtMs' } as const satisfies Record<
  string,
  keyof GalleryFilter
>

/** Every name an address may carry; measures of quality are ranges of their own names, only prefixed. */
export const galleryQueryNames = {
  single: ['place', 'class', 'group', 'text', 'sort'],
  lists: Object.keys(lists),
  ranges: [...Object.keys(ranges), ...qualityMeasures.map(measure => `score-${measure}`)],
} as const

export interface GalleryQuery {
  readonly filter: GalleryFilter
  readonly order: GalleryOrder
}

/** What is absent from the filter, and the order newest first, leave no trace in the address. */
export function filterToQuery(filter: GalleryFilter, order: GalleryOrder = newestFirst): URLSearchParams {
  const params = new URLSearchParams()
  const { place, classIds, group, text, scores = {} } = filter
  if (place !== undefined) params.set('place', place)
  if (classIds) params.set('class', classIds.join(','))
  for (const [name, part] of Object.entries(lists)) {
    for (const value of filter[part] ?? []) params.append(name, value)
  }
  for (const [name, part] of Object.entries(ranges)) setRange(params, name, filter[part])
  for (const measure of qualityMeasures) setRange(params, `score-${measure}`, scores[measure])
  if (group !== undefined) params.set('group', String(group))
  if (text !== undefined) params.set('text', text)
  const isUsual = order.by === newestFirst.by && order.isDescending === newestFirst.isDescending
  if (!isUsual) params.set('sort', `${order.isDescending ? '-' : ''}${order.by}`)
  return params
}

/**
 * @param params - names other than those of a filter are left alone
 * @throws AppError `PROTOCOL_INVALID` that names the first part that cannot be read
 */
export function queryToFilter(params: URLSearchParams): GalleryQuery {
  const filter: Record<string, unknown> = {}
  const put = (part: string, value: unknown) => {
    if (value !== undefined) filter[part] = value
  }
  put('place', one(params, 'place'))
  put('classIds', one(params, 'class')?.split(',').map(wholeNumber))
  for (const [name, part] of Object.entries(lists)) {
    const values = params.getAll(name)
    if (values.length > 0) put(part, values)
  }
  for (const [name, part] of Object.entries(ranges)) put(part, rangeOf(params, name))
  const scores = qualityMeasures.flatMap(measure => {
    const range = rangeOf(params, `score-${measure}`)
    return range ? [[measure, range] as const] : []
  })
  if (scores.length > 0) put('scores', Object.fromEntries(scores))
  const group = one(params, 'group')
  put('group', group === undefined || group === 'any' || group === 'none' ? group : wholeNumber(group))
  put('text', one(params, 'text'))
  return { filter: checked(filter), order: orderOf(one(params, 'sort')) }
}

function checked(filter: Record<string, unknown>): GalleryFilter {
  if (Value.Check(GalleryFilter, filter)) return filter
  const [first] = Value.Errors(GalleryFilter, filter)
  throw invalid(nameOf(first?.instancePath.split('/')[1]))
}

/** How the address calls a part of the filter. */
function nameOf(part: string | undefined): string {
  const names = Object.entries({ ...lists, ...ranges, class: 'classIds', score: 'scores' })
  return names.find(([, named]) => named === part)?.[0] ?? part ?? 'filter'
}

function orderOf(sort: string | undefined): GalleryOrder {
  if (sort === undefined) return newestFirst
  const isDescending = sort.startsWith('-')
  const by = gallerySorts.find(name => name === sort.slice(isDescending ? 1 : 0))
  if (!by) throw invalid('sort')
  return { by, isDescending }
}

function setRange(params: URLSearchParams, name: string, range: Range | undefined): void {
  if (range?.min === undefined && range?.max === undefined) return
  params.set(name, `${range.min ?? ''}..${range.max ?? ''}`)
}

function rangeOf(params: URLSearchParams, name: string): Range | undefined {
  const text = one(params, name)
  if (text === undefined) return undefined
  const ends = text.split('..')
  const [min, max] = ends
  if (ends.length !== 2 || min === undefined || max === undefined || text === '..') throw invalid(name)
  return {
    ...(min !== '' && { min: plainNumber(min, name) }),
    ...(max !== '' && { max: plainNumber(max, name) }),
  }
}

function plainNumber(text: string, name: string): number {
  if (!/^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text)) throw invalid(name)
  return Number(text)
}

/** No number at all where it is none: the schema refuses it then. */
const wholeNumber = (text: string) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : text)

function one(params: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = params.getAll(name)
  if (more.length > 0) throw invalid(name)
  return value
}

const invalid = (at: string) => new AppError('PROTOCOL_INVALID', { part: 'querystring', at })
