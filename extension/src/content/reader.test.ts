import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { type Harvester, layout } from '../harvesters/harvester.ts'
import { createReader } from './reader.ts'

/** An engine of our own: `<a class=tile href=ORIGINAL><img src=THUMBNAIL></a>`. */
const lumen: Harvester = {
  engine: 'lumen',
  label: 'Lumen Images',
  verifiedOn: '2026-11-01',
  examples: ['https://lumen.example/images?q=cat'],
  hosts: ['https://lumen.example/images*'],
  matches: url => url.hostname === 'lumen.example',
  query: url => url.searchParams.get('q') ?? undefined,
  layouts: [
    layout<Element>('tiles', {
      served: 'in this test',
      items: ({ document }) => document.querySelectorAll('.tile'),
      fields: {
        imageUrl: tile => tile.getAttribute('href') ?? undefined,
        thumbnailUrl: tile => tile.querySelector('img')?.getAttribute('src') ?? undefined,
      },
    }),
  ],
}

function open(address: string) {
  const { document } = new JSDOM('<main></main>').window
  const main = document.querySelector('main') as HTMLElement
  let now = address
  const reader = createReader({
    document,
    address: () => now,
    findHarvester: url => (lumen.matches(url) ? lumen : undefined),
  })
  const add = (original: string | null, thumbnail: string | null) => {
    const tile = document.createElement('a')
    tile.className = 'tile'
    if (original !== null) tile.setAttribute('href', original)
    if (thumbnail !== null) tile.append(Object.assign(document.createElement('img'), { src: thumbnail }))
    main.append(tile)
  }
  const moveTo = (next: string) => {
    now = next
  }
  return { reader, add, moveTo, clear: () => main.replaceChildren() }
}

const original = (number: number) => `https://pictures.example/${number}.jpg`
const thumbnail = (number: number) => `https://thumbs.example/${number}.jpg`

test('counts what the page holds and keeps what it takes away while scrolling', () => {
  const { reader, add, clear } = open('https://lumen.example/images?q=cat')
  add(original(1), thumbnail(1))
  add(null, thumbnail(2))
  expect(reader.read()).toMatchObject({ query: 'cat', originals: 1, thumbnailsOnly: 1, code: null })
  clear()
  add(original(3), thumbnail(3))
  expect(reader.read()).toMatchObject({ originals: 2, thumbnailsOnly: 1 })
  expect(reader.hasMoved()).toBe(false)
})

test('begins anew with another query, not with another fragment or opened picture', () => {
  const { reader, add, moveTo, clear } = open('https://lumen.example/images?q=cat')
  add(original(1), null)
  reader.read()
  moveTo('https://lumen.example/images?q=cat&open=7#vhid=1')
  expect(reader.hasMoved()).toBe(false)
  clear()
  expect(reader.read()).toMatchObject({ originals: 1 })
  moveTo('https://lumen.example/images?q=dog')
  expect(reader.hasMoved()).toBe(true)
  add(original(2), null)
  expect(reader.read()).toMatchObject({ query: 'dog', originals: 1 })
})

test('says when there is nothing, and when tiles no longer give their originals', () => {
  const { reader, add } = open('https://lumen.example/images?q=cat')
  expect(reader.read()).toMatchObject({ code: 'HARVEST_NO_RESULTS', candidates: [] })
  add(null, thumbnail(1))
  expect(reader.read()).toMatchObject({ code: 'HARVEST_LAYOUT_CHANGED', thumbnailsOnly: 1 })
})

test('knows nothing of other sites', () => {
  const { reader } = open('https://elsewhere.example/')
  expect(reader.read()).toBeUndefined()
})
