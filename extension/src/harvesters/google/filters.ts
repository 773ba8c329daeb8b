/** What Google's addresses say about the filters of an image search, in the words of its own menus. */
import type { SearchFilters } from '@gleaner/shared/candidate'
import { chosen, inWords, siteIn } from '../filters.ts'

const sizes = inWords({ l: 'large', m: 'medium', i: 'icon' })
const colors = inWords({ gray: 'black and white', trans: 'transparent', color: 'full color' })
const kinds = inWords({
  clipart: 'clip art',
  lineart: 'line drawing',
  animated: 'GIF',
  photo: 'photo',
  face: 'face',
})
const times = inWords({
  h: 'past hour',
  d: 'past 24 hours',
  w: 'past week',
  m: 'past month',
  y: 'past year',
})
const rights = inWords({
  cl: 'Creative Commons licenses',
  ol: 'Commercial & other licenses',
  f: 'Labeled for noncommercial reuse',
  fm: 'Labeled for noncommercial reuse with modification',
  fc: 'Labeled for reuse',
  fmc: 'Labeled for reuse with modification',
  cc_publicdomain: 'Public domain',
})
const aspects = inWords({ t: 'tall', s: 'square', w: 'wide', xw: 'panoramic' })

/** `tbs` holds the choices of the menus as `name:value,name:value`; the advanced search has parameters of its own. */
export function googleFilters({ searchParams }: URL): SearchFilters {
  const pairs = (searchParams.get('tbs') ?? '').split(',').map(pair => pair.split(':'))
  const tbs = new Map(pairs.map(([name = '', ...value]) => [name, value.join(':')]))
  const of = (menu: string, ...advanced: readonly string[]) =>
    tbs.get(menu) ?? advanced.map(name => searchParams.get(name)).find(value => value)
  const exact = tbs.has('iszw') ? `exactly ${tbs.get('iszw')}×${tbs.get('iszh') ?? '?'}` : undefined
  const between = [tbs.get('cd_min'), tbs.get('cd_max')]
  return chosen({
    size: exact ?? largerThan(tbs.get('islt')) ?? sizes(of('isz', 'imgsz')),
    color: tbs.get('isc') ?? colors(of('ic', 'imgc', 'imgcolor')),
    type: kinds(of('itp', 'imgtype', 'as_itp')) ?? of('ift', 'as_filetype'),
    time: tbs.get('cdr') === '1' ? `${between.join(' to ')}` : times(of('qdr', 'as_qdr')),
    rights: rights(of('il') ?? of('sur', 'as_rights')),
    site: of('ss', 'as_sitesearch') ?? siteIn(searchParams.get('q')),
    aspect: aspects(of('iar', 'imgar')),
    safe: searchParams.get('safe') ?? undefined,
  })
}

const largerThan = (limit: string | undefined) => (limit ? `larger than ${limit}` : undefined)
