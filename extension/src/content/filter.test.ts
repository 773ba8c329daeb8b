import type { Candidate } from '@gleaner/shared/candidate'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noFilters } from '../platform/filters.ts'
import type { Filters } from '../platform/message-table.ts'
import { activeFilters, hostsIn, passes } from './filter.ts'

const picture = (width?: number, height?: number, url = 'https://pictures.example/a.jpg'): Candidate => ({
  sources: [{ kind: 'original', url, ...(width && { width }), ...(height && { height }) }],
})
const filters = (patch: Partial<Filters>): Filters => ({ ...noFilters, ...patch })

describe('size', () => {
  test.each([
    [400, 300, true],
    [299, 4000, false],
    [4000, 299, false],
    [undefined, undefined, true],
    [299, undefined, false],
  ])('%s x %s at a minimum side of 300', (width, height, isWanted) => {
    expect(passes(picture(width, height), filters({ minSidePx: 300 }))).toBe(isWanted)
  })

  test('goes by no thumbnail', () => {
    const thumbnail: Candidate = {
      sources: [{ kind: 'thumbnail', url: 'https://thumbs.example/a', width: 90, height: 60 }],
    }
    expect(passes(thumbnail, filters({ minSidePx: 300, aspect: 'portrait' }))).toBe(true)
  })
})

test.each([
  ['landscape', [true, false, false]],
  ['portrait', [false, true, false]],
  ['square', [false, false, true]],
  ['any', [true, true, true]],
] as const)('%s pictures', (aspect, wanted) => {
  const pictures = [picture(1200, 800), picture(800, 1200), picture(1000, 960)]
  expect(pictures.map(one => passes(one, filters({ aspect })))).toEqual(wanted)
  expect(passes(picture(), filters({ aspect }))).toBe(true)
})

test.each([
  ['https://pictures.example/a.JPEG?x=.png', true],
  ['https://pictures.example/a.jpg', true],
  ['https://pictures.example/a.png', false],
  ['https://pictures.example/a.svg', false],
  ['https://pictures.example/picture?id=7', true],
  ['https://pictures.example/show.php', true],
  ['https://pictures.example/constructor.constructor', true],
])('%s where only JPEG is wanted', (url, isWanted) => {
  expect(passes(picture(9, 9, url), filters({ formats: ['jpg'] }))).toBe(isWanted)
})

test('leaves out hosts with all below them, wherever picture or page stand', () => {
  const without = filters({ withoutHosts: ['stock.example'] })
  expect(passes(picture(9, 9, 'https://stock.example/a.jpg'), without)).toBe(false)
  expect(passes(picture(9, 9, 'https://cdn.stock.example/a.jpg'), without)).toBe(false)
  expect(passes(picture(9, 9, 'https://livestock.example/a.jpg'), without)).toBe(true)
  expect(passes({ ...picture(), landingUrl: 'https://www.stock.example/1' }, without)).toBe(false)
})

test('no filters let everything pass', () => {
  const side = fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined })
  fc.assert(
    fc.property(side, side, fc.webUrl({ withQueryParameters: true }), (width, height, url) => {
      expect(passes(picture(width, height, url), noFilters)).toBe(true)
    }),
  )
  expect(activeFilters(noFilters)).toBe(0)
})

test('a stricter minimum never lets more pass', () => {
  const side = fc.option(fc.integer({ min: 1, max: 5000 }), { nil: undefined })
  const minimum = fc.integer({ min: 0, max: 5000 })
  fc.assert(
    fc.property(side, side, minimum, minimum, (width, height, a, b) => {
      const [loose, strict] = [Math.min(a, b), Math.max(a, b)]
      const passing = (minSidePx: number) => passes(picture(width, height), filters({ minSidePx }))
      if (passing(strict)) expect(passing(loose)).toBe(true)
    }),
  )
})

test('takes hosts out of what was typed or pasted', () => {
  expect(hostsIn('stock.example, https://www.Photos.example/album?a=1;\n stock.example nonsense //')).toEqual(
    ['stock.example', 'photos.example'],
  )
  expect(hostsIn('  ')).toEqual([])
})
