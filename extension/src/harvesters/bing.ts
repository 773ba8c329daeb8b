import type { SearchFilters } from '@gleaner/shared/candidate'
import { find, findNew } from './dom.ts'
import { chosen, inWords, siteIn } from './filters.ts'
import type { Harvester, Page } from './harvester.ts'
import { layout } from './harvester.ts'
import { at, attribute, firstOf, json, parameter } from './read.ts'

/** JSON with `murl` original, `turl` thumbnail, `purl` page, `t` title. */
const metadata = json(attribute('m'))
/** Link to the detail view: names original and size once more. */
const detailLink = attribute('href')

const tile = '.dgControl_list a.iusc:not(.clustCards *)'

/**
 * Result tiles of the grid and of the fragments it loads while scrolling. The cards of related searches between the
 * rows (`.clustCards`) look the same, but are results of other queries.
 */
const grid = layout('tile metadata', {
  served: 'since 2018',
  items: page => findNew(page, tile),
  fields: {
    imageUrl: firstOf(at(metadata, 'murl'), parameter(detailLink, 'mediaurl')),
    thumbnailUrl: firstOf(at(metadata, 'turl'), attribute('data-src', 'img'), attribute('src', 'img')),
    pageUrl: at(metadata, 'purl'),
    title: at(metadata, 't'),
    width: parameter(detailLink, 'expw'),
    height: parameter(detailLink, 'exph'),
  },
})

const rights = inWords({
  'licenseType-Any': 'All Creative Commons',
  'license-L1': 'Public domain',
  'license-L2_L3_L4_L5_L6_L7': 'Free to share and use',
  'license-L2_L3_L4': 'Free to share and use commercially',
  'license-L2_L3_L5_L6': 'Free to modify, share, and use',
  'license-L2_L3': 'Free to modify, share, and use commercially',
})
const days = inWords({
  '1440': 'past 24 hours',
  '10080': 'past week',
  '43200': 'past month',
  '525600': 'past year',
})
const colors = inWords({ color: 'color only', bw: 'black and white' })

/** `qft` holds the choices as `+filterui:name-value+filterui:name-value`. */
function filters({ searchParams }: URL): SearchFilters {
  const all = [...(searchParams.get('qft') ?? '').matchAll(/filterui:([\w-]+)/g)].map(([, one = '']) => one)
  const of = (name: string) => all.find(one => one.startsWith(`${name}-`))?.slice(name.length + 1)
  const exact = /^custom_(\d+)_(\d+)$/.exec(of('imagesize') ?? '')
  return chosen({
    size: exact ? `at least ${exact[1]}×${exact[2]}` : of('imagesize'),
    color: colors(
      of('color2')
        ?.replace(/^FGcls_/, '')
        .toLowerCase(),
    ),
    type: [of('photo'), of('face')].filter(Boolean).join(', '),
    time: days(of('age')?.replace(/^lt/, '')),
    rights: rights(all.find(one => one.startsWith('license'))),
    site: siteIn(searchParams.get('q')),
    aspect: of('aspect'),
    safe: searchParams.get('adlt') ?? undefined,
  })
}

function isChallenge({ document, url }: Pick<Page, 'document' | 'url'>): boolean {
  const question = '#b_captcha, .captcha_header, iframe[src*="/turing/captcha/"]'
  return url.pathname.startsWith('/turing/captcha') || find(document, question) !== undefined
}

/** Bing Images: server-rendered grid; every tile carries its metadata as JSON in the attribute `m`. */
export const bing: Harvester = {
  engine: 'bing',
  label: 'Bing Images',
  verified: { by: 'real page', on: '2026-04-24' },
  access: 'install',
  usualOriginals: 1,
  examples: [
    'https://www.bing.com/images/search?q=red+panda',
    'https://cn.bing.com/images/search?q=red+panda&form=HDRSC2',
    'https://www.bing.com/images/async?q=red+panda&first=36&count=35&mmasync=1',
  ],
  hosts: ['www', 'cn', 'global'].flatMap(name => [
    `https://${name}.bing.com/images/search*`,
    `https://${name}.bing.com/images/async*`,
    `https://${name}.bing.com/turing/captcha*`,
  ]),
  matches: url => /^(?:[a-z0-9-]+\.)?bing\.com$/.test(url.hostname),
  query: url => url.searchParams.get('q') ?? undefined,
  filters,
  isChallenge,
  more: 'a.btn_seemore',
  tiles: { selector: tile },
  writesLater: ['m', 'data-src'],
  layouts: [grid],
}
