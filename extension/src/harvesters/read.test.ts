import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePage } from '../../scripts/parse-page.ts'
import { find } from './dom.ts'
import { decodeEntities } from './entities.ts'
import {
  at,
  attribute,
  dimension,
  entityDecoded,
  field,
  firstOf,
  json,
  listOf,
  parameter,
  percentDecoded,
  resolved,
  text,
  walk,
  withoutMarkup,
} from './read.ts'

const document = parsePage('', 'https://example.org/')

function tile(html: string): Element {
  document.body.innerHTML = html
  const element = find(document, 'body > *')
  if (!element) throw new Error('No element')
  return element
}

const anyTile = fc.string({ unit: 'binary', size: 'max', maxLength: 400 }).map(value => {
  const element = tile('<li><a></a><p></p></li>')
  element.setAttribute('data-x', value)
  const child = element.firstElementChild
  child?.setAttribute('href', value)
  child?.append(value)
  return element
})
const anyStep = fc.oneof(fc.nat(20), fc.constantFrom('a', '__proto__', 'constructor', 'length'), fc.string())

describe('readers never throw', () => {
  test('whatever stands in attributes and text', () => {
    fc.assert(
      fc.property(anyTile, fc.array(anyStep), (element, path) => {
        const data = json(attribute('data-x'))
        const readers = [
          at(data, ...path),
          at(json(text('a')), ...path),
          parameter(attribute('href', 'a'), 'q'),
          percentDecoded(attribute('data-x')),
          entityDecoded(attribute('data-x')),
          firstOf(attribute('none'), at(data, 'none'), attribute('href', 'a')),
        ]
        for (const read of readers) read(element)
      }),
    )
  })

  test('whatever the JSON says', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), fc.array(anyStep), (value, path) => {
        const element = tile('<li></li>')
        element.setAttribute('data-x', value)
        expect(json(attribute('data-x'))(element)).toEqual(JSON.parse(value))
        walk(JSON.parse(value), ...path)
      }),
    )
  })
})

test('walk sees own properties only', () => {
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    expect(walk({}, key)).toBeUndefined()
    expect(walk([], key, 'name')).toBeUndefined()
  }
  expect(walk(JSON.parse('{"__proto__":{"murl":1}}'), 'murl')).toBeUndefined()
  expect(walk({ a: [{ b: 7 }] }, 'a', 0, 'b')).toBe(7)
  expect(walk('text', 'length')).toBeUndefined()
})

test('JSON is parsed once for each text, not once for each element', () => {
  const element = tile('<li data-x=\'{"a":{"n":1}}\'></li>')
  const read = json(attribute('data-x'))
  const first = read(element)
  expect(read(element)).toBe(first)
  element.setAttribute('data-x', '{"a":2}')
  expect(read(element)).toEqual({ a: 2 })
})

test('JSON that is broken, too long or nested without end is nothing', () => {
  const element = tile('<li></li>')
  for (const text of ['{"a":', "{a:'b'}", '', `"${'x'.repeat(8_000_000)}"`, '['.repeat(200_000)]) {
    element.setAttribute('data-x', text)
    expect(json(attribute('data-x'))(element)).toBeUndefined()
  }
})

test('firstOf passes over what is empty', () => {
  const read = firstOf(field('a'), field('b'), field('c'))
  expect(read({ a: null, b: '', c: 0 })).toBe(0)
  expect(read({})).toBeUndefined()
})

test('parameter reads relative and absolute addresses, decoded once', () => {
  const read = parameter(field('url'), 'u')
  expect(read({ url: '/x?u=https%3A%2F%2Fa.example%2F%253F&v=1' })).toBe('https://a.example/%3F')
  expect(read({ url: 'https://b.example/?u=' })).toBe('')
  expect(read({ url: 'https://[' })).toBeUndefined()
  expect(read({ url: 7 })).toBeUndefined()
  expect(percentDecoded(read)({ url: '/?u=%253F' })).toBe('?')
  expect(percentDecoded(read)({ url: '/?u=100%25' })).toBe('100%')
})

test('decodeEntities decodes once, and only what is a character', () => {
  expect(decodeEntities('a&amp;b &lt;i&gt; &quot;&#39;&#x2019; &amp;amp;')).toBe('a&b <i> "\'’ &amp;')
  expect(decodeEntities('&constructor; &nosuch; &#0; &#xd800; &#99999999; & &;')).toBe(
    '&constructor; &nosuch; &#0; &#xd800; &#99999999; & &;',
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), plain => {
      const escaped = plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      expect(decodeEntities(escaped)).toBe(plain)
    }),
  )
})

describe('sizes, markup and relative addresses', () => {
  const itself = (value: unknown) => value

  test.each([
    ['1920 × 1309', '1920', '1309'],
    [' 680x470 ', '680', '470'],
    ['Resolution:1882×1264 px', '1882', '1264'],
    ['12', undefined, undefined],
    [`${' '.repeat(2000)}1 × 1`, undefined, undefined],
    [['1 × 1'], undefined, undefined],
  ])('size in %j', (size, width, height) => {
    expect([dimension(itself, 'width')(size), dimension(itself, 'height')(size)]).toEqual([width, height])
  })

  test.each([
    ['<strong>red</strong> panda &amp; cub', 'red panda & cub'],
    ['a < b &lt;i&gt;', 'a < b <i>'],
    [7, undefined],
  ])('text of %j', (html, plain) => {
    expect(withoutMarkup(itself)(html)).toBe(plain)
  })

  test.each([
    ['/wiki/File:A.jpg', 'https://commons.example/wiki/File:A.jpg'],
    ['//other.example/a', 'https://other.example/a'],
    ['http://other.example/', 'http://other.example/'],
    ['https://', undefined],
    ['', undefined],
    [null, undefined],
  ])('address %j', (address, absolute) => {
    expect(resolved(itself, 'https://commons.example/x')(address)).toBe(absolute)
  })

  test.each([[undefined], [{ length: 2 }], ['text'], [null]])('no list in %j', value => {
    expect(listOf(value)).toEqual([])
  })

  test('a list holds objects only', () => {
    expect(listOf([1, null, { a: 1 }, 'x', ['y']])).toEqual([{ a: 1 }, ['y']])
  })
})
