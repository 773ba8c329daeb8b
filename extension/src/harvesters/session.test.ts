import { describe, expect, test } from 'vitest'
import { fixturesOf } from '../../scripts/fixtures.ts'
import { lumen, page, readings, readNew, tile, url } from '../../scripts/lumen.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { bing } from './bing.ts'
import { findAll, findNew } from './dom.ts'
import { google } from './google.ts'
import { createHarvestSession } from './harvest.ts'
import type { Harvester } from './harvester.ts'
import { layout } from './harvester.ts'
import { attribute, field, listOf, parseJson } from './read.ts'

describe('a session', () => {
  test('reads only what is new', () => {
    const document = page(tile('https://a.example/1'), tile('https://a.example/2'))
    const session = createHarvestSession(document, url, lumen)
    readings.count = 0
    readNew(session)
    expect(readings.count).toBe(2)
    document.body.insertAdjacentHTML('beforeend', tile('https://a.example/3'))
    expect(readNew(session, document.body.lastElementChild).candidates).toHaveLength(3)
    expect(readings.count).toBe(3)
  })

  test('keeps ranks, and results the page has taken away', () => {
    const document = page(tile('https://a.example/1'), tile('https://a.example/2'))
    const session = createHarvestSession(document, url, lumen)
    const before = readNew(session)
    document.querySelector('li')?.remove()
    document.querySelector('ul')?.insertAdjacentHTML('afterbegin', tile('https://a.example/0'))
    const after = readNew(session, document.querySelector('li'))
    expect(after.candidates.slice(0, 2)).toEqual(before.candidates)
    expect(after.candidates[2]).toMatchObject({ imageUrl: 'https://a.example/0', rank: 3 })
    expect(before.candidates).toHaveLength(2)
  })

  test('completes a tile when its original turns up', () => {
    const document = page(tile(null, 'https://t.example/1'), tile(null))
    const session = createHarvestSession(document, url, lumen)
    expect(readNew(session).missed).toMatchObject({ imageUrl: 1, result: 1 })
    const [first, second] = findAll(document, 'li')
    first?.setAttribute('data-image', 'https://a.example/1')
    second?.setAttribute('data-image', 'https://a.example/2')
    const { candidates, missed } = readNew(session, ...findAll(document, 'li'))
    expect(candidates.map(({ imageUrl, rank }) => [imageUrl, rank])).toEqual([
      ['https://a.example/1', 1],
      ['https://a.example/2', 2],
    ])
    expect(missed).not.toHaveProperty('result')
  })
})

describe('a picture that is met again', () => {
  const original = 'https://a.example/1'
  const meet = (first: string, ...others: readonly string[]) => {
    const document = page(tile(original, null, first))
    const session = createHarvestSession(document, url, lumen)
    readNew(session)
    for (const other of others) {
      document.querySelector('ul')?.insertAdjacentHTML('beforeend', tile(original, null, other))
      readNew(session, findAll(document, 'li').at(-1) ?? null)
    }
    return session.harvest()
  }

  test('is given what it lacks, and keeps what it has', () => {
    const { candidates, missed } = meet(
      'title="One"',
      'title="Two" data-page="https://p.example/"',
      'data-w=9 data-h=8',
    )
    expect(missed).toEqual({ thumbnailUrl: 1 })
    expect(candidates).toMatchObject([
      { imageUrl: original, title: 'One', pageUrl: 'https://p.example/', width: 9, height: 8, rank: 1 },
    ])
    expect(
      meet(
        'data-page="https://p.example/1" data-w=9 data-h=8',
        'title="A" data-page="https://p.example/2" data-w=7 data-h=6',
      ),
    ).toMatchObject({
      candidates: [{ title: 'A', pageUrl: 'https://p.example/1', width: 9, height: 8 }],
    })
  })

  test('in the same list is a result of its own', () => {
    const document = page(tile(original), tile(original, null, 'title="One" data-w=9 data-h=8'))
    expect(readNew(createHarvestSession(document, url, lumen)).candidates).toMatchObject([
      { imageUrl: original, title: null, width: null, height: null },
    ])
  })

  test.each([
    ['data-w=9 data-h=8', [9, 8]],
    ['data-w=18 data-h=16', [9, null]],
    ['data-h=8', [9, null]],
  ])('has half a size completed by one that agrees with it only: %s', (other, expected) => {
    const [candidate] = meet('data-w=9', other).candidates
    expect([candidate?.width, candidate?.height]).toEqual(expected)
  })
})

describe('a session reads in slices', () => {
  const many = (count: number, from = 0) =>
    Array.from({ length: count }, (_, place) => tile(`https://a.example/${from + place}`))

  test('stops where it is told to and goes on from there', () => {
    const document = page(...many(30))
    const session = createHarvestSession(document, url, lumen)
    readings.count = 0
    let left = 10
    expect(session.advance(() => --left > 0)).toBe(false)
    expect(readings.count).toBe(10)
    expect(session.harvest().candidates).toHaveLength(10)
    expect(session.advance()).toBe(true)
    expect(readings.count).toBe(30)
    expect(session.harvest().candidates).toHaveLength(30)
  })

  test('a page that grows twenty times is read once', () => {
    const document = page()
    const session = createHarvestSession(document, url, lumen)
    readings.count = 0
    session.advance()
    for (let step = 0; step < 20; step++) {
      document.querySelector('ul')?.insertAdjacentHTML('beforeend', many(50, step * 50).join(''))
      session.touch(findAll(document, 'li').slice(-50))
      while (!session.advance(() => false)) session.harvest()
    }
    expect(session.harvest().candidates).toHaveLength(1000)
    expect(readings.count).toBe(1000)
  })

  test('many changed parts are not looked through in one go', () => {
    const document = page(...many(1000))
    let looks = 0
    const engine: Harvester = {
      ...lumen,
      layouts: [
        layout('none', {
          served: 'never',
          items: () => {
            looks++
            return []
          },
          fields: {},
        }),
      ],
    }
    const session = createHarvestSession(document, url, engine)
    session.advance()
    session.touch(findAll(document, 'li'))
    looks = 0
    session.advance(() => false)
    expect(looks).toBe(1)
    while (!session.advance(() => false));
    expect(looks).toBe(5)
  })
})

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
