/** What an address says of a search on sites whose addresses are words, not parameters. */
import { describe, expect, test } from 'vitest'
import { parsePage } from '../../scripts/parse-page.ts'
import { harvesters } from './registry.ts'

function harvesterOf(address: string) {
  const harvester = harvesters.find(({ matches }) => matches(new URL(address)))
  if (!harvester) throw new Error(`Nobody claims ${address}`)
  return harvester
}

describe('query', () => {
  test.each([
    ['https://www.flickr.com/search/?text=red+panda', 'red panda'],
    ['https://www.flickr.com/search/?tags=redpanda&text=', 'redpanda'],
    ['https://www.flickr.com/photos/tags/red%20panda', 'red panda'],
    ['https://www.flickr.com/photos/somebody/sets/721/', 'somebody sets 721'],
    ['https://www.flickr.com/photos/somebody/galleries/721/', 'somebody galleries 721'],
    ['https://www.flickr.com/photos/somebody/', 'somebody'],
    ['https://www.flickr.com/groups/redpandas/pool/', 'redpandas'],
    ['https://www.flickr.com/', undefined],
    ['https://unsplash.com/s/photos/red-panda', 'red panda'],
    ['https://unsplash.com/pt-br/s/illustrations/panda', 'panda'],
    ['https://unsplash.com/collections/123/red-pandas', 'red pandas'],
    ['https://unsplash.com/@somebody', 'somebody'],
    ['https://unsplash.com/', undefined],
    ['https://www.pexels.com/search/red%20panda/', 'red panda'],
    ['https://www.pexels.com/fr-fr/chercher/panda%20roux/', 'panda roux'],
    ['https://www.pexels.com/search/videos/panda/', 'panda'],
    ['https://www.pexels.com/@somebody-77/', 'somebody-77'],
    ['https://www.pexels.com/de-de/', undefined],
    ['https://pixabay.com/images/search/red%20panda/', 'red panda'],
    ['https://pixabay.com/de/illustrations/search/panda/', 'panda'],
    ['https://pixabay.com/photos/?q=panda', 'panda'],
    ['https://pixabay.com/photos/red-panda-77/', undefined],
    ['https://www.pinterest.com/search/pins/?q=red%20panda&rs=typed', 'red panda'],
    ['https://www.pinterest.de/ideas/red-panda/900/', 'red panda'],
    ['https://de.pinterest.com/somebody/red-pandas/', 'somebody red pandas'],
    ['https://www.pinterest.com/somebody/_created/', 'somebody'],
    ['https://www.pinterest.com/pin/900/', undefined],
    ['https://www.instagram.com/explore/tags/redpanda/', 'redpanda'],
    ['https://www.instagram.com/explore/search/keyword/?q=%23redpanda', '#redpanda'],
    ['https://www.instagram.com/explore/locations/77/zoo/', 'zoo'],
    ['https://www.instagram.com/some.body/', 'some.body'],
    ['https://www.instagram.com/p/CODE/', undefined],
    ['https://www.instagram.com/', undefined],
    ['https://www.flickr.com/photos/tags/%E0%A4%A', '%E0%A4%A'],
  ])('of %s', (address, query) => {
    expect(harvesterOf(address).query(new URL(address))).toBe(query)
  })
})

describe('filters', () => {
  test.each([
    ['https://www.flickr.com/search/?text=x', {}],
    ['https://www.flickr.com/search/?text=x&license=9%2C10', { rights: 'CC0 1.0, Public Domain Mark' }],
    ['https://www.flickr.com/search/?text=x&media=photos', { type: 'media=photos' }],
    ['https://unsplash.com/s/photos/x?license=free&order_by=latest', { rights: 'free', time: 'latest' }],
    ['https://www.pexels.com/search/x/?color=FF0000&size=small', { color: 'FF0000', size: 'small' }],
    ['https://pixabay.com/images/search/x/?min_height=800', { size: 'min_height=800' }],
    ['https://pixabay.com/vectors/search/x/', { type: 'vectors' }],
    ['https://www.pinterest.com/search/pins/?q=x', {}],
    ['https://www.pinterest.com/search/videos/?q=x', { type: 'videos' }],
  ])('of %s', (address, filters) => {
    expect(harvesterOf(address).filters?.(new URL(address))).toEqual(filters)
  })
})

describe('a question whether a person is there', () => {
  const challenge = '<form id="challenge-form"></form>'

  test.each(['https://www.pexels.com/search/x/', 'https://pixabay.com/images/search/x/'])(
    'is told at %s',
    address => {
      const { isChallenge } = harvesterOf(address)
      const url = new URL(address)
      const checked = '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
      expect(isChallenge?.({ document: parsePage(challenge, address), url })).toBe(true)
      expect(isChallenge?.({ document: parsePage(checked, address), url })).toBe(false)
    },
  )

  test.each([
    ['https://www.instagram.com/challenge/?next=x', true],
    ['https://www.instagram.com/explore/tags/challenge/', false],
  ])('is told by the address %s', (address, isAsked) => {
    const url = new URL(address)
    const page = { document: parsePage('', address), url }
    expect(harvesterOf(address).isChallenge?.(page)).toBe(isAsked)
  })
})
