import { describe, expect, test } from 'vitest'
import type { Sighting } from './stand-in.ts'
import { judgeStandIn, pictureName } from './stand-in.ts'

const small = 8_000
const large = 400_000

const seen = (url: string, more: Partial<Sighting> = {}): Sighting => ({
  url,
  finalUrl: url,
  digest: 'd',
  sizeBytes: large,
  widthPx: 600,
  heightPx: 400,
  ...more,
})
const animals = 'ant bear cat dog eel fox gnu hare ibis jay kiwi lark mole newt owl'.split(' ')
const named = (count: number, more: Partial<Sighting> = {}) =>
  animals.slice(0, count).map(name => seen(`https://img.example/${name}.jpg`, more))

/** What the last one is taken for, given those before it. */
function judge(sightings: readonly Sighting[]) {
  const latest = sightings.at(-1)
  if (!latest) throw new Error('nothing to judge')
  return judgeStandIn(latest, sightings.slice(0, -1))
}

describe('a stand-in', () => {
  test('is a small file under five names', () => {
    expect(judge(named(4, { sizeBytes: small }))).toBeUndefined()
    expect(judge(named(5, { sizeBytes: small }))).toBe(4)
  })

  test('is a redirect to one address from three', () => {
    const finalUrl = 'https://img.example/hotlink.png'
    expect(judge(named(2, { finalUrl }))).toBeUndefined()
    expect(judge(named(3, { finalUrl }))).toBe(2)
  })

  test('is anything under twelve names', () => {
    expect(judge(named(11))).toBeUndefined()
    expect(judge(named(12))).toBe(11)
  })

  test('may differ in bytes, where look, pixels and nearly the size are the same', () => {
    const texts = named(5, { sizeBytes: small }).map((each, index) => ({ ...each, digest: `${index}` }))
    expect(judge(texts)).toBe(4)
    expect(judge(texts.map((each, index) => ({ ...each, widthPx: 600 + index })))).toBeUndefined()
    expect(judge(texts.map((each, index) => ({ ...each, sizeBytes: small * 1.5 ** index })))).toBeUndefined()
    expect(judge(texts.map(each => ({ ...each, widthPx: null })))).toBeUndefined()
  })

  test('is sent by a script for what its query names', () => {
    const asked = [11, 22, 33, 44, 55].map(id =>
      seen(`https://forum.example/attachment.php?id=${id}`, { sizeBytes: small }),
    )
    expect(judge(asked)).toBe(4)
  })
})

describe('no stand-in', () => {
  const url = 'https://cdn.example/photos/red-panda'
  test.each([
    ['one picture in many sizes by query', [100, 200, 300, 400, 500, 600].map(w => `${url}.jpg?w=${w}&q=80`)],
    [
      'one picture in many sizes by name',
      ['-150x150', '-300x200', '-768x512', '-1024x683', '-scaled', ''].map(size => `${url}${size}.jpg`),
    ],
    [
      'one picture in many sizes by folder',
      ['w_100', 'w_200', 'w_300', 'w_400', 'w_500', 'c_fill,w_10'].map(
        size => `https://cdn.example/${size}/red-panda.jpg`,
      ),
    ],
    ['one upload in many formats', ['jpg', 'jpeg', 'png', 'webp', 'avif', 'gif'].map(end => `${url}.${end}`)],
    ['numbered copies of one upload', [1, 2, 3, 4, 5, 6].map(copy => `${url}-${copy}.jpg`)],
    ['one picture on many hosts', animals.map(name => `https://${name}.example/${name}.jpg`)],
  ])('%s', (_, urls) => {
    expect(judge(urls.map(each => seen(each, { sizeBytes: small })))).toBeUndefined()
  })

  test('a photo under a handful of names', () => {
    expect(judge(named(8))).toBeUndefined()
  })

  test('pictures from one address that each was asked by', () => {
    expect(judge(named(4, { sizeBytes: small }))).toBeUndefined()
  })

  test('redirects to an address each', () => {
    const moved = named(4).map(each => ({ ...each, finalUrl: `${each.url}?signed` }))
    expect(judge(moved)).toBeUndefined()
  })

  test('many names at a shared host, of which few are of this one', () => {
    const own = named(4, { sizeBytes: small })
    const others = animals.map(name => seen(`https://${name}.github.io/${name}.jpg`, { sizeBytes: small }))
    expect(judge([...others, ...own])).toBeUndefined()
  })
})

test.each([
  ['https://a.example/x/Red-Panda-1024x768.jpg?w=1', 'redpanda'],
  ['https://a.example/x/red_panda@2x.png', 'redpanda'],
  ['https://a.example/r%C3%A9d%20panda.jpg', 'rédpanda'],
  ['https://a.example/12345.jpg', '12345'],
  ['https://a.example/12345-1.jpg', '12345-1'],
  ['https://a.example/%ff.jpg', '%ff'],
  ['https://a.example/', ''],
  ['https://a.example/view.php?id=3', 'view.php?id=3'],
  ['no address', 'no address'],
])('%s is called %s', (url, name) => {
  expect(pictureName(url)).toBe(name)
})
