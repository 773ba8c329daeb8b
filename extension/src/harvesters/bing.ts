import { findNew, isInside } from './dom.ts'
import type { Harvester } from './harvester.ts'
import { layout } from './harvester.ts'
import { at, attribute, firstOf, json, parameter } from './read.ts'

/** JSON with `murl` original, `turl` thumbnail, `purl` page, `t` title. */
const metadata = json(attribute('m'))
/** Link to the detail view: names original and size once more. */
const detailLink = attribute('href')

/**
 * Result tiles of the grid and of the fragments it loads while scrolling. The cards of related searches between the
 * rows (`.clustCards`) look the same, but are results of other queries.
 */
const grid = layout('tile metadata', {
  served: 'since 2018',
  items: page => findNew(page, '.dgControl_list a.iusc').filter(tile => !isInside(tile, '.clustCards')),
  fields: {
    imageUrl: firstOf(at(metadata, 'murl'), parameter(detailLink, 'mediaurl')),
    thumbnailUrl: firstOf(at(metadata, 'turl'), attribute('data-src', 'img'), attribute('src', 'img')),
    pageUrl: at(metadata, 'purl'),
    title: at(metadata, 't'),
    width: parameter(detailLink, 'expw'),
    height: parameter(detailLink, 'exph'),
  },
})

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
  ]),
  matches: url => /^(?:[a-z0-9-]+\.)?bing\.com$/.test(url.hostname),
  query: url => url.searchParams.get('q') ?? undefined,
  layouts: [grid],
}
