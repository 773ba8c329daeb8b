import { findNew } from './dom.ts'
import { type Harvester, layout } from './harvester.ts'
import { attribute } from './read.ts'

/** Any page: the pictures in it. */
export const generic: Harvester = {
  engine: 'page',
  label: 'Pictures of this page',
  verified: { by: 'documentation', on: '2026-09-01' },
  access: 'request',
  usualOriginals: 0.9,
  readsShadows: true,
  examples: ['https://example.org/'],
  hosts: [],
  matches: () => false,
  query: () => undefined,
  layouts: [
    layout('pictures', {
      served: 'everywhere',
      items: page => findNew(page, 'img[src]'),
      fields: { imageUrl: attribute('src'), title: attribute('alt') },
    }),
  ],
}
