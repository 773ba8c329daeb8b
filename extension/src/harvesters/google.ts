import { endings } from './google/domains.ts'
import { basic, desktop, imgresLinks, imgresTiles, initData, mobileLite, rgMeta } from './google/layouts.ts'
import type { Harvester } from './harvester.ts'

const domains = new Set(endings.map(ending => `google.${ending}`))

/** Google Images: tiles that name a record, and inline scripts that hold the records; other layouts for old browsers. */
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
  ],
  hosts: endings.map(ending => `https://www.google.${ending}/search*`),
  matches: url => domains.has(url.hostname.replace(/^(?:www|images)\./, '')),
  query: url => url.searchParams.get('q') ?? undefined,
  layouts: [desktop, mobileLite, initData, rgMeta, imgresTiles, imgresLinks, basic],
}
