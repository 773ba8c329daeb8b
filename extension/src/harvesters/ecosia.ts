import { isCloudflareChallenge } from './cloudflare.ts'
import { findNew } from './dom.ts'
import { filtersFrom } from './filters.ts'
import type { Harvester } from './harvester.ts'
import { layout } from './harvester.ts'
import { attribute, dimension, firstOf, text } from './read.ts'

const size = text('[data-test-id="image-result-dimensions"]')

/** Server-rendered; the results are Bing's, the link of the tile leads to the original. */
const articles = layout('articles', {
  served: 'since 2024 or earlier',
  items: page => findNew(page, 'article[data-test-id="images-result"]'),
  fields: {
    imageUrl: attribute('href', '[data-test-id="image-result-link"]'),
    thumbnailUrl: firstOf(
      attribute('src', '[data-test-id="image-result-link"] img'),
      attribute('data-src', '[data-test-id="image-result-link"] img'),
    ),
    pageUrl: attribute('href', '.image-result__details-link'),
    title: firstOf(text('h2'), attribute('aria-label')),
    width: dimension(size, 'width'),
    height: dimension(size, 'height'),
    thumbnailWidth: attribute('width', '[data-test-id="image-result-link"] img'),
    thumbnailHeight: attribute('height', '[data-test-id="image-result-link"] img'),
  },
})

/** Ecosia Images. */
export const ecosia: Harvester = {
  engine: 'ecosia',
  label: 'Ecosia Images',
  verified: { by: 'real page', on: '2026-05-03' },
  access: 'request',
  usualOriginals: 1,
  examples: ['https://www.ecosia.org/images?q=red+panda', 'https://www.ecosia.org/images?q=red+panda&p=2'],
  hosts: ['https://www.ecosia.org/images*'],
  matches: url => /^(?:www\.)?ecosia\.org$/.test(url.hostname),
  query: url => url.searchParams.get('q') ?? undefined,
  filters: filtersFrom({
    size: 'size',
    color: 'color',
    type: 'imageType',
    time: 'freshness',
    aspect: 'aspect',
    rights: 'license',
  }),
  isChallenge: isCloudflareChallenge,
  more: '[data-test-id="pagination-control-next"]',
  tiles: { selector: 'article[data-test-id="images-result"]' },
  layouts: [articles],
}
