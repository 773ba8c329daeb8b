import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { findNew } from '../harvesters/dom.ts'
import { type Harvester, layout, type PageAnswer } from '../harvesters/harvester.ts'
import { createReader } from './reader.ts'

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

function open(address: string) {
  const { document } = new JSDOM('<main></main>').window
  const main = document.querySelector('main') as HTMLElement
  let now = address
  let ms = 0
  let pauses = 0
  let answers: PageAnswer[] = []
  const reader = createReader({
    document,
    address: () => now,
    findHarvester: url => (lumen.matches(url) ? lumen : undefined),
    generic,
    answers: () => answers.splice(0),
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
    answer: (body: string) => {
      answers = [...answers, { url: new URL('https://lumen.example/more'), body }]
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
  expect(reader.hasMoved()).toBe(false)
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
  await reader.read()
  moveTo('https://lumen.example/images?q=cat&open=7#vhid=1')
  expect(reader.hasMoved()).toBe(false)
  clear()
  expect(await reader.read()).toMatchObject({ originals: 1 })
  for (const [query, address] of [
    ['dog', 'https://lumen.example/images?q=dog'],
    ['dog', 'https://lumen.example/images?q=dog&size=large'],
  ]) {
    moveTo(address ?? '')
    expect(reader.hasMoved()).toBe(true)
    add(original(2), null)
    expect(await reader.read()).toMatchObject({ query, originals: 1 })
  }
})

test('takes in what the page was answered', async () => {
  const { reader, answer } = open('https://lumen.example/images?q=cat')
  expect(await reader.read()).toMatchObject({ tiles: 0 })
  answer(original(1))
  answer(original(2))
  expect(await reader.read()).toMatchObject({ originals: 2 })
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
