import fc from 'fast-check'
import { JSDOM } from 'jsdom'
import { describe, expect, test } from 'vitest'
import { outline, outlinesOf, type Surroundings } from './report.ts'

const { window } = new JSDOM('')

const around: Surroundings = { ownHosts: ['www.lumen.example'], pageHost: 'shop.example', query: 'red panda' }

function tileOf(html: string): Element {
  const { document } = new JSDOM(html).window
  const tile = document.body.firstElementChild
  if (!tile) throw new Error('no tile')
  return window.document.importNode(tile, true)
}

test('keeps the build of a tile', () => {
  const html = `<a class="iusc big2" href="/images/search?view=detail&amp;id=7" m='{"murl":"https://x.example/a.jpg"}'><img src="https://cdn.other.example/t/12.jpg" alt="A red panda"><span class="name">Somebody</span></a>`
  expect(outline(tileOf(html), around)).toBe(
    '<a class="iusc big0" href="https://own/a/a?view&id" m="json[34]"><img src="https://other/a/0.a" alt="[11]"></img><span class="name">[8]</span></a>',
  )
})

test('names hosts of the engine, no others', () => {
  const html = `<p><a href="https://www.lumen.example/x"></a><a href="//shop.example/y"></a><a href="http://a.b/z"></a><a href="data:image/png,abc"></a></p>`
  expect(outline(tileOf(html), around)).toBe(
    '<p><a href="https://www.lumen.example/a"></a><a href="https://own/a"></a><a href="http://other/a"></a><a href="data:[18]"></a></p>',
  )
})

test('tells no name that holds a word of the search or of the text', () => {
  const html = `<div class="q-panda tile-ada redpandas ok" data-ada="1" title="Ada"><x-panda>Ada</x-panda></div>`
  expect(outline(tileOf(html), around)).toBe('<div class="- - - ok" -="[1]" title="[3]"><->[3]</-></div>')
})

describe('whatever a page holds', () => {
  const secret = fc.stringMatching(/^zq[a-z]{4,12}$/)
  const place = fc.constantFrom(
    (word: string) => `<b>${word}</b>`,
    (word: string) => `<img alt="about ${word}">`,
    (word: string) => `<a href="https://${word}.example/${word}/7?${word}=${word}#${word}">x</a>`,
    (word: string) => `<a href="/${word}-${word}.jpg"></a>`,
    (word: string) => `<i data-x='{"name":"${word}"}' data-y="${word}"></i>`,
    (word: string) => `<i style="background:url(https://${word}.example)"></i>`,
    (word: string) => `<b title="${word}" class="tile--${word} ${word}"></b>`,
    (word: string) => `<${word}-card data-${word}="1">${word}</${word}-card>`,
    (word: string) => `<!-- ${word} --><script>"${word}"</script>`,
  )

  test('no text, address or word of the search gets out', () => {
    fc.assert(
      fc.property(secret, secret, fc.array(place, { minLength: 1, maxLength: 12 }), (word, query, places) => {
        const html = `<div>${places.map((put, at) => put(at % 2 ? query : word)).join('')}<p>${word}</p></div>`
        const told = outline(tileOf(html), { ...around, query })
        expect(told).not.toContain(word)
        expect(told).not.toContain(query)
      }),
    )
  })

  test('it stays short', () => {
    const deep = `${'<div>'.repeat(500)}x`
    const wide = `<div>${'<i></i>'.repeat(5000)}</div>`
    for (const html of [deep, wide]) expect(outline(tileOf(html), around).length).toBeLessThan(4000)
  })

  test('a page that puts itself in the way of methods is read all the same', () => {
    const html = `<form><input name="getAttribute"><input name="childNodes"><input name="localName"><b>x</b></form>`
    expect(outline(tileOf(html), around)).toMatch(/^<form><input name="\[12\]">/)
  })
})

test('outlines a few tiles; where there are none, what stands around the first pictures', () => {
  const icon = '<p><img width="16" height="16"></p>'
  const shown = '<main><ul><li><a><img width="300" height="200"></a></li></ul></main>'
  const { document: page } = new JSDOM(icon + shown.repeat(7)).window
  const tiles = [...page.querySelectorAll('a')]
  const size = ' width="[3]" height="[3]"'
  expect(outlinesOf(page, tiles, around)).toEqual(Array(5).fill(`<a><img${size}></img></a>`))
  expect(outlinesOf(page, [], around)).toEqual(Array(5).fill(`<ul><li><a><img${size}></img></a></li></ul>`))
})
