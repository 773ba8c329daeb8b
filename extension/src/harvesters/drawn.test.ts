import { expect, test } from 'vitest'
import { fixturesOf } from '../../scripts/fixtures.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { brave } from './brave.ts'
import { commons } from './commons.ts'
import { harvest } from './harvest.ts'
import type { Harvester } from './harvester.ts'
import { openverse } from './openverse.ts'

const engines: readonly [Harvester, string, string][] = [
  [brave, 'page-data', 'q'],
  [commons, 'media-search', 'search'],
  [openverse, 'page-data', 'q'],
]

function pageOf(harvester: Harvester, name: string) {
  const fixture = fixturesOf(harvester.engine).find(one => one.name === name)
  if (!fixture) throw new Error('No such fixture')
  return { document: parsePage(fixture.text, fixture.about.url), url: new URL(fixture.about.url) }
}

const images = (document: Document, url: URL, harvester: Harvester) =>
  harvest(document, url, harvester).candidates.map(({ imageUrl }) => imageUrl)

test.each(engines)('$engine: data of the page counts before anything is drawn', (harvester, name) => {
  const { document, url } = pageOf(harvester, name)
  const all = images(document, url, harvester)
  for (const tile of document.querySelectorAll(harvester.tiles?.selector ?? '')) tile.remove()
  expect(images(document, url, harvester)).toEqual(all)
})

test.each(engines)('$engine: what is not drawn any more does not count', (harvester, name) => {
  const { document, url } = pageOf(harvester, name)
  const [first] = images(document, url, harvester)
  document.querySelectorAll(harvester.tiles?.selector ?? '')[1]?.remove()
  expect(images(document, url, harvester)).toEqual([first])
})

test.each(engines)('$engine: nor what another search has found', (harvester, name, parameter) => {
  const { document, url } = pageOf(harvester, name)
  for (const tile of document.querySelectorAll(harvester.tiles?.selector ?? '')) tile.remove()
  url.searchParams.set(parameter, 'blue tit')
  expect(images(document, url, harvester)).toEqual([])
})
