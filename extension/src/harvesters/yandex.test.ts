import { expect, test } from 'vitest'
import { fixturesOf } from '../../scripts/fixtures.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { createHarvestSession } from './harvest.ts'
import { yandex } from './yandex.ts'

test('finds the tile of a page with the given picture, where it is drawn', () => {
  const fixture = fixturesOf('yandex').find(({ name }) => name === 'search-by-image')
  if (!fixture) throw new Error('No such fixture')
  const document = parsePage(fixture.text, fixture.about.url)
  const session = createHarvestSession(document, new URL(fixture.about.url), yandex)
  session.advance()
  const tiles = session.harvest().candidates.map(({ rank }) => session.tileOf(rank))
  expect(tiles.map(tile => tile?.className)).toEqual(['CbirSites-Item', undefined, undefined, undefined])
})
