import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lumen, page, readNew, tile, url } from '../../scripts/lumen.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { maxCandidates } from './collection.ts'
import { findAll } from './dom.ts'
import { createHarvestSession, harvest } from './harvest.ts'
import type { Harvester } from './harvester.ts'
import { layout } from './harvester.ts'
import { field, walk } from './read.ts'
import { harvesters } from './registry.ts'

const read = (...tiles: readonly string[]) => harvest(page(...tiles), url, lumen)

test('says engine and query, cleaned', () => {
  expect(read()).toEqual({ engine: 'lumen', query: 'red panda', candidates: [], missed: {} })
})

test('counts what is missed by field', () => {
  const { missed } = read(
    tile(
      'https://a.example/1',
      'https://t.example/1',
      'title="x" data-w="5" data-h="7" data-page="https://p.example/"',
    ),
    tile(null, 'https://t.example/2', 'title=" " data-w="0" data-h="1e3"'),
    tile(null, null),
    tile('javascript:alert(1)', 'data:image/gif;base64,R0'),
  )
  expect(missed).toEqual({ imageUrl: 1, pageUrl: 1, title: 1, width: 1, height: 1, result: 2 })
})

describe('results are distinct', () => {
  test('by original, and by thumbnail where there is none', () => {
    const { candidates } = read(
      tile('https://a.example/1#x', 'https://t.example/1', 'title="first"'),
      tile('HTTPS://A.example:443/1', 'https://t.example/9', 'title="again"'),
      tile('https://a.example/2', 'https://t.example/1', 'title="another with the same thumbnail"'),
      tile(null, 'https://t.example/1', 'title="known by its thumbnail"'),
      tile(null, '//t.example/3'),
      tile(null, 'https://t.example/3'),
    )
    expect(candidates.map(({ imageUrl, thumbnailUrl, rank }) => [imageUrl ?? thumbnailUrl, rank])).toEqual([
      ['https://a.example/1#x', 1],
      ['https://a.example/2', 2],
      ['https://t.example/3', 3],
    ])
    expect(candidates[0]?.title).toBe('first')
  })

  test('and an original that turns up completes the thumbnail', () => {
    const { candidates, missed } = read(
      tile(null, 'https://t.example/1', 'title="kept"'),
      tile('https://a.example/2', 'https://t.example/2', 'title="second"'),
      tile('https://a.example/1', 'https://t.example/1', 'data-w="10"'),
    )
    expect(candidates.map(({ imageUrl, title, rank }) => [imageUrl, title, rank])).toEqual([
      ['https://a.example/1', 'kept', 1],
      ['https://a.example/2', 'second', 2],
    ])
    expect(missed).not.toHaveProperty('imageUrl')
  })
})

test('keeps only absolute http(s) addresses without credentials, in their own spelling', () => {
  const good = [
    'http://a.example/b c.jpg',
    'https://a.example/%D0%BF?x=1xw:0.7;0&y',
    '//a.example/x',
    'https://ü.example/',
  ]
  const bad = [
    '/x.jpg',
    'x.jpg',
    'javascript:0',
    'data:image/png;base64,x',
    'file:///x',
    'blob:https://a.example/1',
  ]
  const worse = [
    'https://u:p@a.example/',
    'https://',
    `https://a.example/${'x'.repeat(5000)}`,
    'ftp://a.example/x',
    'https:a',
  ]
  const { candidates, missed } = read(...[...good, ...bad, ...worse].map(address => tile(address)))
  expect(candidates.map(({ imageUrl }) => imageUrl)).toEqual(
    good.map(address => (address.startsWith('//') ? `https:${address}` : address)),
  )
  expect(missed).toMatchObject({ result: bad.length + worse.length })
  expect(read(tile(' https://a.example/x\ty.jpg ')).candidates[0]?.imageUrl).toBe('https://a.example/xy.jpg')
})

describe('a hostile page', () => {
  test('cannot make more text be held than the cap', () => {
    const long = 'x'.repeat(4000)
    let place = 0
    const endless: Harvester = {
      ...lumen,
      layouts: [
        layout('wordy', {
          served: 'never',
          items: function* () {
            for (;;) yield { place: place++ }
          },
          fields: {
            imageUrl: one => `https://a.example/${walk(one, 'place')}/${long}`,
            ways: () =>
              Array.from({ length: 40 }, (_, way) => ({
                kind: 'mirror' as const,
                url: `https://m.example/${place}/${way}/${long}`,
                width: 1,
                height: 1,
              })),
          },
        }),
      ],
    }
    const { candidates } = harvest(page(), url, endless)
    expect(candidates.length).toBeGreaterThan(100)
    expect(JSON.stringify(candidates).length).toBeLessThan(60_000_000)
  })

  test('without end gives no more than the cap', () => {
    const endless: Harvester = {
      ...lumen,
      layouts: [
        layout('endless', {
          served: 'never',
          items: function* () {
            for (let i = 0; ; i++) yield { url: `https://a.example/${i}` }
          },
          fields: { imageUrl: field('url') },
        }),
      ],
    }
    const document = page()
    const session = createHarvestSession(document, url, endless)
    expect(readNew(session).candidates).toHaveLength(maxCandidates)
    expect(readNew(session, document.body).candidates).toHaveLength(maxCandidates)
  })

  test('that hides the methods of its elements is read all the same', () => {
    const document = page(tile('https://a.example/1'))
    const shadow = { value: document.createElement('input') }
    const shadows = Object.fromEntries(
      ['getAttribute', 'querySelector', 'querySelectorAll', 'textContent', 'closest'].map(name => [
        name,
        shadow,
      ]),
    )
    for (const element of [document, ...findAll(document, '*')]) Object.defineProperties(element, shadows)
    expect(harvest(document, url, lumen).candidates).toHaveLength(1)
  })

  const junk = fc.oneof(
    fc.json({ maxDepth: 5 }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '{"murl":{"toString":1},"turl":[],"t":{}}',
      '{"ou":null,"ow":{},"__proto__":{"ou":"https://a.example/"}}',
      '{"initialState":{"serpList":{"items":{"keys":["__proto__",1,null],"entities":{"a":1}}},"cbirSites":{"sites":[null,1,[]]}}}',
      '{"serp-item":{"preview":{"0":{"url":"https://a.example/1","w":"NaN"}},"dups":[1,null,{"url":[]}],"thumb":7}}',
      'javascript:alert(1)',
      '//',
      '/imgres?imgurl=%E0%A4%A&w=-1&h=1e9',
      '[0,"d",["https://t.example/",1,1],[[[[]]],{}],{"2003":7}]',
    ),
  )

  test.each(harvesters)('never makes $engine throw', harvester => {
    const address = new URL(harvester.examples[0])
    const document = parsePage('', address.href)
    fc.assert(
      fc.property(fc.array(junk, { minLength: 12, maxLength: 12 }), values => {
        document.body.innerHTML = skeleton
        let next = 0
        const value = () => values[next++ % values.length] ?? ''
        for (const element of findAll(document, '[data-fill]')) {
          for (const name of (element.getAttribute('data-fill') ?? '').split(' ')) {
            if (name === 'text') element.textContent = value()
            else element.setAttribute(name, value())
          }
        }
        const { candidates } = harvest(document, address, harvester)
        for (const { imageUrl, thumbnailUrl, pageUrl } of candidates) {
          for (const found of [imageUrl, thumbnailUrl, pageUrl])
            expect(found ?? 'https://').toMatch(/^https?:\/\//i)
        }
      }),
      { numRuns: 40 },
    )
  })
})

/** Every place a layout reads from, to be filled with junk. */
const skeleton = `<div data-id="mosaic"><div data-docid="d" data-lpage="" data-fill="data-docid data-lpage">
<a href="/imgres?" data-fill="href"></a><img data-fill="src data-src alt"></div></div>
<div id="islrg"><div class="isv-r" data-ou="" data-fill="data-ou data-ru data-pt data-ow data-oh"></div>
<div class="isv-r" data-id="d" data-fill="data-ow data-oh"><h3></h3><a data-fill="href"></a></div></div>
<div class="rg_di"><div class="rg_meta" data-fill="text"></div><img data-fill="src"></div>
<div class="rg_di"><a class="rg_l" href="/imgres?imgurl=%25E0%25A4%25A" ></a><div class="rg_meta" data-fill="text"></div></div>
<table><tr><td class="e3goi"><a href="/url?url=%E0"><img data-fill="src"></a></td></tr></table>
<script type="text/plain" data-fill="text"></script>
<ul class="dgControl_list"><li><a class="iusc" data-fill="m href"><img data-fill="src"></a></li></ul>
<div data-state="" data-fill="data-state"></div><div class="serp-item" data-bem="" data-fill="data-bem"></div>
<a href="?img_url=https%3A%2F%2Fa.example%2F1"><img data-fill="src alt"></a>`
