import { googleAnswers } from './answer-patterns.ts'
import { find, findAll, textOf } from './dom.ts'
import { endings } from './google/domains.ts'
import { googleFilters } from './google/filters.ts'
import { basic, desktop, imgresLinks, imgresTiles, initData, mobileLite, rgMeta } from './google/layouts.ts'
import type { Harvester, Page } from './harvester.ts'

const domains = new Set(endings.map(ending => `google.${ending}`))

/** A captcha, or a page of nothing but a script that sends browsers on. Result pages name the latter's address, too. */
function isChallenge({ document, url }: Pick<Page, 'document' | 'url'>): boolean {
  if (url.pathname.startsWith('/sorry/') || find(document, 'form#captcha-form')) return true
  if (find(document, '#search, #rso, #islrg, #main, form[action="/search"]')) return false
  const detour = '/httpservice/retry/enablejs'
  const isNamed = findAll(document, 'noscript').some(element => textOf(element).includes(detour))
  return isNamed || find(document, `a[href^="${detour}"]`) !== undefined
}

/** Google Images: tiles that name a record, and scripts and answers that hold the records; other layouts for old browsers. */
export const google: Harvester = {
  engine: 'google',
  label: 'Google Images',
  verified: { by: 'real page', on: '2026-02-28' },
  access: 'install',
  usualOriginals: 1,
  examples: [
    'https://www.google.com/search?q=red+panda&udm=2',
    'https://www.google.co.uk/search?q=red+panda&tbm=isch',
    'https://www.google.com.br/search?q=red+panda&tbm=isch&ijn=4&start=400&asearch=ichunk',
    'https://www.google.de/sorry/index?continue=https://www.google.de/search%3Fq%3Dred%2Bpanda%26udm%3D2',
  ],
  hosts: endings.flatMap(ending => [
    `https://www.google.${ending}/search*`,
    `https://www.google.${ending}/sorry/*`,
  ]),
  matches: url => domains.has(url.hostname.replace(/^(?:www|images)\./, '')),
  query: url => url.searchParams.get('q') ?? undefined,
  filters: googleFilters,
  isChallenge,
  more: 'a[jsname="oHxHid"][href*="udm=2"], input.mye4qd',
  tiles: {
    selector:
      '[data-id="mosaic"] div[data-docid][data-lpage], #rso div[data-docid][data-lpage], .isv-r[data-ou], #islrg .isv-r[data-id], .rg_di, .rg_bx, td.e3goi',
  },
  writesLater: ['data-docid', 'data-lpage', 'data-src'],
  answers: googleAnswers,
  layouts: [desktop, mobileLite, initData, rgMeta, imgresTiles, imgresLinks, basic],
}
