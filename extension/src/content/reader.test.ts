import { JSDOM } from 'jsdom'
import { describe, expect, test } from 'vitest'
import { findNew } from '../harvesters/dom.ts'
import { type Harvester, layout, type PageAnswer } from '../harvesters/harvester.ts'
import { createReader, type Reading } from './reader.ts'

const engine = (name: string, selector: string, matches: Harvester['matches']): Harvester => ({
  engine: name,
  label: name,
  verified: { by: 'real page', on: '2026-11-01' },
  access: 'install',
  usualOriginals: 1,
  examples: [`https://${name}.example/images?q=cat`],
  hosts: [`https://${name}.example/images*`],
  matches,
  query: url => url.searchParams.get('q') ?? undefined,
  filters: url => ({ ...(url.searchParams.has('size') && { size: url.searchParams.get('size') ?? '' }) }),
  isChallenge: ({ url }) => url.pathname === '/sorry',
  tiles: { selector },
  answers: [/^https:/],
  layouts: [
    layout<Element>('tiles', {
      served: 'in this test',
      items: page => findNew(page, selector),
      fields: {
        imageUrl: tile => tile.getAttribute('href') ?? undefined,
        thumbnailUrl: tile => tile.querySelector('img')?.getAttribute('src') ?? undefined,
      },
    }),
    layout<{ readonly url: string }>('answers', {
      served: 'in this test',
      items: ({ answers }) => answers.map(({ body }) => ({ url: body })),
      fields: { imageUrl: ({ url }) => url },
    }),
  ],
})

/** An engine of our own: `<a class=tile href=ORIGINAL><img src=THUMBNAIL></a>`. */
const lumen = engine('lumen', '.tile', url => url.hostname === 'lumen.example')
const generic = engine('page', 'a', () => false)

function open(address: string, isLate = false) {
  const { document } = new JSDOM('<main></main>').window
  const main = document.querySelector('main') as HTMLElement
  let now = address
  let ms = 0
  let pauses = 0
  const answers: PageAnswer[] = []
  const reader = createReader({
    document,
    address: () => now,
    findHarvester: url => (lumen.matches(url) ? lumen : undefined),
    generic,
    answers: () => answers.splice(0),
    isLateFor: name => name === 'lumen' && isLate,
    // Every look at the clock takes a millisecond.
    nowMs: () => ms++,
    pause: async () => {
      pauses += 1
    },
  })
  const add = (original: string | null, thumbnail: string | null, name = 'tile') => {
    const tile = document.createElement('a')
    tile.className = name
    if (original !== null) tile.setAttribute('href', original)
    if (thumbnail !== null) tile.append(Object.assign(document.createElement('img'), { src: thumbnail }))
    main.append(tile)
    reader.touch([tile])
    return tile
  }
  return {
    reader,
    add,
    moveTo: (next: string) => {
      now = next
    },
    answer: (body: string, address = 'https://lumen.example/more') => {
      answers.push({ url: new URL(address), body })
    },
    clear: () => main.replaceChildren(),
    pauses: () => pauses,
  }
}

const original = (number: number) => `https://pictures.example/${number}.jpg`
const thumbnail = (number: number) => `https://thumbs.example/${number}.jpg`

test('counts what the page holds and keeps what it takes away while scrolling', async () => {
  const { reader, add, clear } = open('https://lumen.example/images?q=cat&size=large')
  add(original(1), thumbnail(1))
  add(null, thumbnail(2))
  expect(await reader.read()).toMatchObject({
    query: 'cat',
    filters: { size: 'large' },
    originals: 1,
    thumbnailsOnly: 1,
    tiles: 2,
  })
  clear()
  add(original(3), thumbnail(3))
  add(null, null)
  expect(await reader.read()).toMatchObject({ originals: 2, thumbnailsOnly: 1, tiles: 4 })
})

test('reads only what was touched', async () => {
  const { reader, add } = open('https://lumen.example/images?q=cat')
  const tile = add(null, null)
  await reader.read()
  tile.setAttribute('href', original(1))
  expect(await reader.read()).toMatchObject({ originals: 0 })
  reader.touch([tile])
  expect(await reader.read()).toMatchObject({ originals: 1 })
})

test('begins anew with other results, not with another fragment or opened picture', async () => {
  const { reader, add, moveTo, clear } = open('https://lumen.example/images?q=cat')
  add(original(1), null)
  const { results } = (await reader.read()) as Reading
  moveTo('https://lumen.example/images?q=cat&open=7#vhid=1')
  clear()
  expect(await reader.read()).toMatchObject({ originals: 1, results })
  const met = [results]
  for (const [query, address] of [
    ['dog', 'https://lumen.example/images?q=dog'],
    ['dog', 'https://lumen.example/images?q=dog&size=large'],
  ]) {
    moveTo(address ?? '')
    add(original(2), null)
    const reading = (await reader.read()) as Reading
    expect(reading).toMatchObject({ query, originals: 1 })
    expect(met).not.toContain(reading.results)
    met.push(reading.results)
  }
})

test('takes in what the page was answered', async () => {
  const { reader, answer } = open('https://lumen.example/images?q=cat')
  expect(await reader.read()).toMatchObject({ tiles: 0 })
  answer(original(1))
  answer(original(2))
  expect(await reader.read()).toMatchObject({ originals: 2 })
})

describe('answers that wait when the page moves on', () => {
  const urls = (reading: Reading | undefined) => reading?.candidates.map(({ sources }) => sources[0]?.url)

  test.each([
    ['name the search before', 'https://lumen.example/more?q=cat&page=3'],
    ['name none', 'https://lumen.example/more'],
  ])('are of the results before where they %s', async (_, address) => {
    const { reader, answer, moveTo } = open('https://lumen.example/images?q=cat')
    await reader.read()
    answer(original(1), address)
    moveTo('https://lumen.example/images?q=dog')
    expect(urls(await reader.read())).toEqual([])
    answer(original(2))
    expect(urls(await reader.read())).toEqual([original(2)])
  })

  test('are of the new ones where they name those, also as the page begins to change', async () => {
    const { reader, answer, moveTo, add } = open('https://lumen.example/images?q=cat')
    await reader.read()
    answer(original(1), 'https://lumen.example/more?q=cat')
    answer(original(2), 'https://lumen.example/more?q=cat+food')
    moveTo('https://lumen.example/images?q=cat%20food')
    add(null, null)
    answer(original(3))
    expect(urls(await reader.read())).toEqual([original(2), original(3)])
    answer(original(4), 'https://lumen.example/more?q=cat+food')
    moveTo('https://lumen.example/images?q=cat')
    expect(urls(await reader.read())).toEqual([])
  })

  test('are nobody’s when the person goes back at once', async () => {
    const { reader, answer, moveTo, add } = open('https://lumen.example/images?q=cat')
    answer(original(1))
    await reader.read()
    answer(original(2), 'https://lumen.example/more?q=dog')
    moveTo('https://lumen.example/images?q=dog')
    add(null, null)
    moveTo('https://lumen.example/images?q=cat')
    expect(urls(await reader.read())).toEqual([original(1)])
  })
})

test('knows that a page it came to late was answered before, until it is answered anew', async () => {
  const { reader, add, answer, moveTo } = open('https://lumen.example/images?q=cat', true)
  add(null, thumbnail(1))
  expect(await reader.read()).toMatchObject({ thumbnailsOnly: 1, isUnanswered: true })
  answer(original(1))
  expect(await reader.read()).toMatchObject({ isUnanswered: false })
  moveTo('https://lumen.example/images?q=dog')
  expect(await reader.read()).toMatchObject({ isUnanswered: true })
  const inTime = open('https://lumen.example/images?q=cat')
  expect(await inTime.reader.read()).toMatchObject({ isUnanswered: false })
})

test('reads all that a long page holds', async () => {
  const { reader, answer, add } = open('https://lumen.example/images?q=cat')
  for (let number = 0; number < 6_000; number++) answer(original(number))
  add(null, null)
  const { candidates, originals, tiles } = (await reader.read()) as Reading
  expect([candidates.length, originals, tiles]).toEqual([6_000, 6_000, 6_001])
})

test('lets the page breathe while it reads', async () => {
  const { reader, add, pauses } = open('https://lumen.example/images?q=cat')
  for (let number = 0; number < 100; number++) add(original(number), null)
  expect(await reader.read()).toMatchObject({ originals: 100 })
  const whole = pauses()
  expect(whole).toBeGreaterThan(10)
  await reader.read()
  expect(pauses() - whole).toBeLessThan(whole)
})

test('several calls at once share the work, and miss nothing that came meanwhile', async () => {
  const { reader, add } = open('https://lumen.example/images?q=cat')
  add(original(1), null)
  const [first, second] = [reader.read(), reader.read()]
  expect(second).toBe(first)
  await first
  const third = reader.read()
  await Promise.resolve()
  add(original(2), null)
  const fourth = reader.read()
  expect([await third, await fourth].at(-1)).toMatchObject({ originals: 2 })
})

test('reads pages of no engine as any page, and those of an engine when told to', async () => {
  const elsewhere = open('https://elsewhere.example/')
  elsewhere.add(original(1), null, '')
  expect(await elsewhere.reader.read()).toMatchObject({ engine: 'page', originals: 1 })
  const { reader, add } = open('https://lumen.example/images?q=cat')
  add(original(1), null, 'renamed')
  expect(await reader.read()).toMatchObject({ engine: 'lumen', tiles: 0 })
  reader.readAsAnyPage()
  expect(await reader.read()).toMatchObject({ engine: 'page', originals: 1 })
})

test('knows where results stand, and a challenge when it is one', async () => {
  const { reader, add, moveTo } = open('https://lumen.example/images?q=cat')
  const tile = add(original(1), null)
  await reader.read()
  expect([reader.tileOf(1), reader.tileOf(2)]).toEqual([tile, undefined])
  expect(reader.tiles()).toEqual([tile])
  expect(reader.isChallenge()).toBe(false)
  moveTo('https://lumen.example/sorry')
  expect(reader.isChallenge()).toBe(true)
})
