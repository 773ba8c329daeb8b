import { describe, expect, test } from 'vitest'
import { createPseudonyms } from './pseudonyms.ts'

const create = () =>
  createPseudonyms(host => host.endsWith('engine.test'), new Set(['images', 'search', 'photo', 'originals']))

describe('words', () => {
  test('become others, the same by the same, in the same case', () => {
    const { words } = create()
    const said = words('Red panda, red PANDA')
    expect(said).not.toMatch(/panda/i)
    const [red = '', panda = '', again, loud] = said.match(/\w+/g) ?? []
    expect(again).toBe(red.toLowerCase())
    expect(loud).toBe(panda.toUpperCase())
    expect(said).toBe(`${red} ${panda}, ${again} ${loud}`)
  })

  test.each(['1920 × 1080', '640x480', '12 KB', 'a 5-in-1', 'images'])('leave %s', text => {
    expect(create().words(text)).toBe(text)
  })

  test.each(['红熊', 'Панда', 'Müller', 'somebody'])('replace %s', text => {
    expect(create().words(text)).toMatch(/^[A-Za-z]+$/)
    expect(create().words(text).toLowerCase()).not.toBe(text.toLowerCase())
  })

  test.each([
    ['digits', '50000000012', /^\d{11}$/],
    ['hexadecimal', 'ab12cd34ef56', /^[\da-f]{12}$/],
    ['letters and digits', 'Xy7-abC99', /^[A-Z][a-z]\d-[a-z]{2}[A-Z]\d\d$/],
    ['letters of both cases', 'FvyKXQbhrQA', /^[A-Z][a-z]{2}[A-Z]{3}[a-z]{3}[A-Z]{2}$/],
  ])('keep the kind of an id in %s', (_, id, kind) => {
    expect(create().words(id)).toMatch(kind)
    expect(create().words(id)).not.toBe(id)
  })

  test('cut tokens short', () => {
    expect(create().words(`a1${'b2'.repeat(500)}`).length).toBeLessThan(50)
  })

  test('never run out of others', () => {
    const { words } = create()
    const all = Array.from({ length: 8000 }, (_, place) =>
      [...`${place}`].map(digit => 'abcdefghij'[+digit]).join(''),
    )
    const said = all.filter(word => word.length > 2).map(words)
    expect(new Set(said).size).toBe(said.length)
  })
})

describe('addresses', () => {
  test('keep hosts of the engine, words the harvester goes by, and endings', () => {
    const { address } = create()
    expect(address('https://www.engine.test/search/photo-123.jpg?size=640')).toBe(
      'https://www.engine.test/search/photo-123.jpg?size=640',
    )
    expect(address('//cdn.engine.test/originals/somebody/x.png')).toMatch(
      /^\/\/cdn\.engine\.test\/originals\/(?!somebody)[a-z]+\/x\.png$/,
    )
  })

  test('lead to invented hosts otherwise, the same to the same', () => {
    const { address } = create()
    const [one, other] = ['https://www.zoo.test/panda.jpg', 'https://www.zoo.test/bear.jpg'].map(address)
    expect(one).toMatch(/^https:\/\/[a-z]+\.example\/[a-z]+\.jpg$/)
    expect(other?.split('/')[2]).toBe(one?.split('/')[2])
    expect(address('https://other.test/')).not.toContain(one?.split('/')[2])
  })

  test('are found inside addresses, encoded once or twice', () => {
    const { address } = create()
    const inner = address('https://zoo.test/panda.jpg')
    const once = encodeURIComponent('https://zoo.test/panda.jpg')
    expect(address(`/view?url=${once}&w=7`)).toContain(`url=${encodeURIComponent(inner)}&w=7`)
    const twice = address(`/view?url=${encodeURIComponent(once)}`)
    expect(decodeURIComponent(decodeURIComponent(twice))).toContain(inner)
  })

  test.each([
    ['data:image/png;base64,AAAA', 'data:,'],
    ['javascript:alert(1)', '#'],
    ['mailto:somebody@zoo.test', '#'],
  ])('of other kinds say nothing: %s', (given, expected) => {
    expect(create().address(given)).toBe(expected)
  })
})

describe('values', () => {
  test('hold no address of a person', () => {
    expect(create().value('Write to a.person+x@mail.zoo.test now')).toMatch(
      /^[A-Z][a-z]+ to someone@example\.org [a-z]+$/,
    )
  })

  test('may hold addresses among words, and data', () => {
    const { value, address } = create()
    expect(value('see https://zoo.test/panda now')).toContain(` ${address('https://zoo.test/panda')} `)
    const data = JSON.parse(
      value('{"murl":"https://zoo.test/panda","w":640,"id":5000000000,"ok":true,"none":null}'),
    )
    expect(data).toEqual({
      murl: address('https://zoo.test/panda'),
      w: 640,
      id: expect.any(Number),
      ok: true,
      none: null,
    })
    expect(`${data.id}`).toMatch(/^(?!5000000000)\d{10}$/)
  })

  test('keep what data is called, unless it is called by ids', () => {
    const { data } = create()
    const keys = Object.keys(
      data({ thumbnail_src: 1, url_6k: 1, '900000000000': 1, rK2UaYDTFMDC4: 1 }) as object,
    )
    expect(keys).toContain('thumbnail_src')
    expect(keys).toContain('url_6k')
    expect(keys).not.toContain('900000000000')
    expect(keys).not.toContain('rK2UaYDTFMDC4')
  })
})
