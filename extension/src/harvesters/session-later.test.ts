/** What comes after a page was read: answers it receives, links and scripts it writes. */
import { describe, expect, test } from 'vitest'
import { fixturesOf } from '../../scripts/fixtures.ts'
import { lumen, page, readNew, tile, url } from '../../scripts/lumen.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { bing } from './bing.ts'
import { findAll, findNew } from './dom.ts'
import { google } from './google.ts'
import { createHarvestSession } from './harvest.ts'
import type { Harvester } from './harvester.ts'
import { layout } from './harvester.ts'
import { attribute, field, listOf, parseJson } from './read.ts'

describe('an answer the page received', () => {
  const answered = layout('answers', {
    served: 'always',
    items: ({ answers }) => answers.flatMap(({ body }) => listOf(parseJson(body))),
    fields: {
      imageUrl: field('image'),
      thumbnailUrl: field('thumbnail'),
      title: field('title'),
      license: field('license'),
      tileKey: field('id'),
    },
  })
  const keyed = layout('grid', {
    served: 'always',
    items: page => findNew(page, 'li'),
    fields: { thumbnailUrl: attribute('data-thumbnail'), tileKey: attribute('id') },
  })
  const engine: Harvester = {
    ...lumen,
    filters: () => ({ rights: 'labeled for reuse', size: '' }),
    tiles: { selector: 'li', keys: one => [attribute('id')(one)].filter(key => key !== undefined) },
    answers: [/^https:/],
    layouts: [keyed, answered],
  }
  const answer = (...results: readonly object[]) => ({
    url: new URL('https://lumen.example/more'),
    body: JSON.stringify(results),
  })

  test('completes the tile it is about, by its id or its thumbnail', () => {
    const document = page(
      tile(null, 'https://t.example/1', 'id="one"'),
      tile(null, 'https://t.example/2', 'id="two"'),
    )
    const session = createHarvestSession(document, url, engine)
    expect(readNew(session).missed).toMatchObject({ imageUrl: 2 })
    session.hear(
      answer(
        { id: 'one', image: 'https://a.example/1', thumbnail: 'https://t.example/signed', license: 'CC0' },
        { image: 'https://a.example/2', thumbnail: 'https://t.example/2' },
        { id: 'one', image: 'https://a.example/1?larger', thumbnail: 'https://t.example/again' },
        { id: 'three', image: 'https://a.example/3' },
      ),
    )
    const { candidates, filters } = readNew(session)
    expect(candidates.map(({ imageUrl, license }) => [imageUrl, license])).toEqual([
      ['https://a.example/1', { name: 'CC0', basis: 'picture' }],
      ['https://a.example/2', { name: 'labeled for reuse', basis: 'filter' }],
      ['https://a.example/3', { name: 'labeled for reuse', basis: 'filter' }],
    ])
    expect(candidates[0]?.alternatives).toEqual([
      { kind: 'rendition', url: 'https://a.example/1?larger' },
      { kind: 'thumbnail', url: 'https://t.example/signed' },
      { kind: 'thumbnail', url: 'https://t.example/1' },
    ])
    expect(filters).toEqual({ rights: 'labeled for reuse' })
  })

  test('is found on the page by its id, also when the tile comes later', () => {
    const document = page()
    const session = createHarvestSession(document, url, engine)
    session.hear(answer({ id: 'one', image: 'https://a.example/1' }))
    readNew(session)
    expect(session.tileOf(1)).toBeUndefined()
    document.querySelector('ul')?.insertAdjacentHTML('beforeend', tile(null, null, 'id="one"'))
    const [added] = findAll(document, 'li')
    readNew(session, added ?? null)
    expect(session.tileOf(1)).toBe(added)
    added?.remove()
    expect(session.tileOf(1)).toBeUndefined()
  })

  test('is passed over when its address is none the engine sends results from', () => {
    const session = createHarvestSession(page(), url, {
      ...engine,
      answers: [/^https:\/\/results\.example\//],
    })
    session.hear(answer({ id: 'one', image: 'https://a.example/1' }))
    expect(readNew(session).candidates).toEqual([])
  })

  test('that calls itself an element is none', () => {
    const session = createHarvestSession(page(), url, engine)
    session.hear(answer({ nodeType: 1, isConnected: true, image: 'https://a.example/1' }))
    expect(readNew(session).candidates).toHaveLength(1)
    expect(session.tileOf(1)).toBeUndefined()
  })
})

test('a Google tile is completed by the link the page writes when the mouse passes', () => {
  const address = new URL(google.examples[0])
  const document = parsePage(
    `<div data-id="mosaic"><div data-docid="a" data-lpage="https://p.example/"><a><img src="https://t.example/1"></a></div></div>`,
    address.href,
  )
  const session = createHarvestSession(document, address, google)
  expect(readNew(session).candidates[0]).toMatchObject({
    imageUrl: null,
    thumbnailUrl: 'https://t.example/1',
  })
  document.querySelector('a')?.setAttribute('href', '/imgres?imgurl=https%3A%2F%2Fa.example%2F1.jpg&w=9&h=8')
  session.touch([], findAll(document, 'a'))
  expect(readNew(session).candidates).toMatchObject([
    { imageUrl: 'https://a.example/1.jpg', width: 9, height: 8, rank: 1 },
  ])
})

test('records of a script that comes later are found', () => {
  const address = new URL(google.examples[0])
  const document = parsePage(
    '<div data-id="mosaic"><div data-docid="a" data-lpage="https://p.example/"></div></div><script>1</script>',
    address.href,
  )
  const session = createHarvestSession(document, address, google)
  expect(readNew(session).missed).toEqual({ result: 1 })
  const script = document.createElement('script')
  script.type = 'text/plain'
  script.textContent =
    'x=[1,[0,"a",["https://t.example/1",1,2],["https://a.example/1.jpg",3,4],{"2003":[0,0,"","t"]}]]'
  document.body.append(script)
  expect(readNew(session, script).candidates).toMatchObject([
    { imageUrl: 'https://a.example/1.jpg', width: 4, height: 3 },
  ])
})

test('records of an answer that comes later complete the tiles that wait for them, and only those are read', () => {
  const scroll = fixturesOf('google').find(({ name }) => name === 'scroll-answer')
  const address = new URL(scroll?.about.url ?? '')
  const session = createHarvestSession(parsePage(scroll?.text ?? '', address.href), address, google)
  expect(readNew(session)).toMatchObject({ missed: { imageUrl: 2, result: 1 } })
  const before = session.harvest().candidates
  for (const answer of scroll?.answers ?? []) session.hear(answer)
  const after = readNew(session)
  expect(after.missed).toEqual({ imageUrl: 1, width: 1, height: 1 })
  expect(after.candidates.map(({ imageUrl }) => imageUrl)).toEqual(
    expect.arrayContaining(scroll?.expected.candidates.map(({ imageUrl }) => imageUrl) ?? []),
  )
  expect(after.candidates[0]).toBe(before[0])
})

test('Bing reads a tile again whose metadata was not there at first', () => {
  const address = new URL(bing.examples[0])
  const document = parsePage('<ul class="dgControl_list"><li><a class="iusc"></a></li></ul>', address.href)
  const session = createHarvestSession(document, address, bing)
  expect(readNew(session).missed).toEqual({ result: 1 })
  document.querySelector('a')?.setAttribute('m', '{"murl":"https://a.example/1.jpg"}')
  session.touch([], findAll(document, 'a'))
  expect(readNew(session).candidates).toHaveLength(1)
})
