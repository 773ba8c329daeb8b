import { describe, expect, test } from 'vitest'
import { fixturesOf } from '../../scripts/fixtures.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { findAll } from './dom.ts'
import { isImageFile, urlsInCss } from './generic/renditions.ts'
import { createHarvestSession, harvest } from './harvest.ts'
import { findHarvester, generic } from './registry.ts'

const url = new URL('https://zoo.example/pandas')
const fixtures = fixturesOf(generic.engine)

/** A session on a page, and what it finds. */
function open(html: string) {
  const document = parsePage(html, url.href)
  const session = createHarvestSession(document, url, generic)
  const originals = (...touched: readonly (Element | ShadowRoot)[]) => {
    session.touch(touched)
    session.advance()
    return session.harvest().candidates.map(({ imageUrl }) => imageUrl?.replace(url.origin, ''))
  }
  return { document, session, originals }
}

const natural = (image: Element | undefined, width: number, height: number) =>
  Object.defineProperties(Object.getPrototypeOf(image), {
    naturalWidth: { configurable: true, get: () => width },
    naturalHeight: { configurable: true, get: () => height },
  })

test.each(fixtures)('reads $name as expected, once and again', ({ text, about, expected }) => {
  const document = parsePage(text, about.url)
  const session = createHarvestSession(document, new URL(about.url), generic)
  session.advance()
  session.touch([document.documentElement])
  session.advance()
  expect(session.harvest()).toEqual(expected)
  expect(expected.candidates.length > 0).toBe(about.layout !== null)
})

test('has a fixture for every layout, and claims no address', () => {
  const shown = new Set(fixtures.map(({ about }) => about.layout))
  expect(shown).toEqual(new Set([null, ...generic.layouts.map(({ name }) => name)]))
  expect(findHarvester(url, parsePage('<img src="/1.jpg">', url.href))).toBeUndefined()
})

test('says the size the browser knows, and leaves icons out', () => {
  const { document, session } = open('<img src="/1.jpg" width="10" height="10">')
  natural(findAll(document, 'img')[0], 1600, 900)
  session.advance()
  expect(session.harvest().candidates).toMatchObject([
    { imageUrl: `${url.origin}/1.jpg`, width: 1600, height: 900 },
  ])
  const tiny = open('<img src="/1.gif"><img src="/blank.gif" data-src="/2.jpg">')
  natural(findAll(tiny.document, 'img')[0], 1, 1)
  expect(tiny.originals()).toEqual(['/2.jpg'])
  expect(tiny.session.harvest().candidates[0]?.alternatives).toEqual([])
})

test('an element into which the page puts another picture is another result', () => {
  const { document, originals } = open('<img src="/1.jpg">')
  expect(originals()).toEqual(['/1.jpg'])
  const [image] = findAll(document, 'img')
  image?.setAttribute('src', '/2.jpg')
  expect(image && originals(image)).toEqual(['/1.jpg', '/2.jpg'])
})

describe('open shadow roots', () => {
  const card = (document: Document, address: string) => {
    const host = document.createElement('photo-card')
    host.attachShadow({ mode: 'open' }).innerHTML = `<img src="${address}"><photo-card></photo-card>`
    return host
  }

  test('are looked into, however deep', () => {
    const { document, originals } = open('')
    const outer = card(document, '/outer.jpg')
    const inner = outer.shadowRoot?.querySelector('photo-card')?.attachShadow({ mode: 'open' })
    if (inner) inner.innerHTML = '<img src="/inner.jpg">'
    document.body.append(outer)
    expect(originals()).toEqual(['/outer.jpg', '/inner.jpg'])
  })

  test('are read when something is added to them, and in added elements', () => {
    const { document, session, originals } = open('')
    expect(originals()).toEqual([])
    const added = card(document, '/1.jpg')
    document.body.append(added)
    expect(originals(added)).toEqual(['/1.jpg'])
    const shadow = added.shadowRoot
    shadow?.append(Object.assign(document.createElement('img'), { src: '/2.jpg' }))
    expect(shadow && originals(shadow)).toEqual(['/1.jpg', '/2.jpg'])
    expect(session.tileOf(2)).toBe(shadow?.lastElementChild)
  })

  test('that are closed stay closed', () => {
    const { document, originals } = open('<p></p>')
    const shadow = document.querySelector('p')?.attachShadow({ mode: 'closed' })
    if (shadow) shadow.innerHTML = '<img src="/secret.jpg">'
    expect(originals()).toEqual([])
  })
})

describe('an element of which an attribute changed', () => {
  const address = (image: Element) => image.setAttribute('src', '/2.jpg')

  test('is read itself, not what is in it', () => {
    const { document, session, originals } = open('<main><img><div></div></main>')
    expect(originals()).toEqual([])
    const [main, image, box] = findAll(document, 'main, img, div')
    if (!main || !image || !box) throw new Error('Something is missing.')
    address(image)
    box.setAttribute('style', 'background-image: url(/3.jpg)')
    session.touch([], [main])
    expect(originals()).toEqual([])
    session.touch([], [image, box])
    expect(originals()).toEqual(['/2.jpg', '/3.jpg'])
  })

  test.each([
    ['link', '<a href="/page"><span><img src="/1.jpg"></span></a>', 'a', 'href', '/large.jpg'],
    ['source', '<picture><source><img src="/1.jpg"></picture>', 'source', 'srcset', '/large.jpg 1600w'],
  ])('gives the picture of a %s its address', (_, html, selector, name, value) => {
    const { document, session, originals } = open(html)
    expect(originals()).toEqual(['/1.jpg'])
    const changed = findAll(document, selector)
    for (const element of changed) element.setAttribute(name, value)
    session.touch([], changed)
    expect(originals()).toEqual(['/1.jpg', '/large.jpg'])
  })
})

test('a page is searched for what looks like a tile a few hundred elements at a time', () => {
  const { document, session } = open('<div></div>'.repeat(2_000))
  const { prototype } = (document.defaultView as Window & typeof globalThis).Element
  const { matches } = prototype
  let asked = 0
  Object.defineProperty(prototype, 'matches', {
    value(this: Element, selector: string) {
      asked++
      return Reflect.apply(matches, this, [selector])
    },
  })
  let passes = 0
  for (let isDone = false; !isDone; ) {
    asked = 0
    isDone = session.advance(() => false)
    expect(asked).toBeLessThanOrEqual(300)
    if (asked > 0) passes++
  }
  expect(passes).toBeGreaterThan(6)
})

test('a page is searched for shadow roots a few hundred elements at a time', () => {
  const { document, session } = open('<p></p>'.repeat(2_000))
  let asked = 0
  const { prototype } = (document.defaultView as Window & typeof globalThis).Element
  const shadowOf = Object.getOwnPropertyDescriptor(prototype, 'shadowRoot')?.get
  Object.defineProperty(prototype, 'shadowRoot', {
    configurable: true,
    get(this: Element) {
      asked++
      return shadowOf && Reflect.apply(shadowOf, this, [])
    },
  })
  let passes = 0
  for (let isDone = false; !isDone; passes++) {
    asked = 0
    isDone = session.advance(() => false)
    expect(asked).toBeLessThanOrEqual(300)
  }
  expect(passes).toBeGreaterThan(6)
})

test('asks for the computed style of a bounded number of elements', () => {
  const { document, session } = open(
    `<style>.thumb { background-image: url(/t.jpg) }</style>${'<i class="thumb"></i><div class="thumb"></div>'.repeat(2000)}`,
  )
  const view = document.defaultView
  let asked = 0
  const compute = view?.getComputedStyle
  if (view && compute) {
    view.getComputedStyle = (...args) => {
      asked++
      return Reflect.apply(compute, view, args)
    }
  }
  session.advance()
  session.touch([document.body])
  session.advance()
  expect(asked).toBe(500)
})

test.each([
  ['url(/1.jpg)', ['/1.jpg']],
  ['linear-gradient(red, rgb(0, 0, 0)), url("/a,b (1).jpg") center, url(/2.jpg)', ['/a,b (1).jpg']],
  ["image-set(url(/1.jpg) 1x, url('/2.jpg') 2.5dppx), url(/paper.png)", ['/2.jpg', '/1.jpg']],
  ['url(data:image/png;base64,AA), url(/1.jpg)', ['/1.jpg']],
  ['none', []],
  [`${'('.repeat(30_000)}url(/1.jpg)`, []],
])('%s is a background of %j', (css, expected) => {
  const document = parsePage('', url.href)
  expect(urlsInCss(document, css)).toEqual(expected.map(path => new URL(path, url).href))
})

test.each([
  ['/a/photo.jpg', true],
  ['/photo.JPEG?x=1', true],
  ['/wiki/File:Photo.jpg', false],
  ['/photo.jpg/info', false],
  ['/.jpg', false],
  ['/photo', false],
])('%s leads to an image file: %s', (path, isFile) => {
  expect(isImageFile(new URL(path, url))).toBe(isFile)
})

test('a hostile page makes it neither throw nor hang', () => {
  const clobbered = ['srcset', 'src', 'closest', 'baseURI', 'currentSrc', 'shadowRoot', 'defaultView'].map(
    name => `<form name="${name}" id="${name}"><img name="${name}" src="/x.jpg"></form>`,
  )
  const junk = [
    `<img srcset="${'https://a.example/x 1w,'.repeat(20_000)}">`,
    `<img srcset="${','.repeat(100_000)}" src="//">`,
    `<div style="background: ${'url('.repeat(50_000)}"></div>`,
    '<a href="https://u:p@zoo.example/1.jpg">x</a><img src="http://[">',
    '<picture><picture><source srcset><img></picture></picture>',
  ]
  const { candidates } = harvest(parsePage([...clobbered, ...junk].join(''), url.href), url, generic)
  expect(candidates.map(({ imageUrl }) => imageUrl)).toEqual([
    'https://zoo.example/x.jpg',
    'https://a.example/x',
  ])
})
