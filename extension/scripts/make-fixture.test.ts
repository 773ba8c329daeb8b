import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { type Harvest, harvest } from '../src/harvesters/harvest.ts'
import { harvesters } from '../src/harvesters/registry.ts'
import type { About } from './fixtures.ts'
import { fixturesOf } from './fixtures.ts'
import { hostsIn } from './leftovers.ts'
import { makeFixture } from './make-fixture.ts'
import { parsePage } from './parse-page.ts'
import { Refusal } from './refusal.ts'

const folder = mkdtempSync(join(tmpdir(), 'make-fixture-'))
afterAll(() => rmSync(folder, { recursive: true }))

const month = '2026-11'
const make = (...args: readonly string[]) => makeFixture(args, { month, folder })

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

/** Reads a fixture the way the conformance test does. */
function made(engine: string, name: string) {
  const at = (part: string) => join(folder, engine, name, part)
  const about: About = JSON.parse(readFileSync(at('about.json'), 'utf8'))
  const expected: Harvest = JSON.parse(readFileSync(at('expected.json'), 'utf8'))
  const text = readFileSync(at('page.html'), 'utf8')
  const answersText = existsSync(at('answers.json')) ? readFileSync(at('answers.json'), 'utf8') : '[]'
  const answers = (JSON.parse(answersText) as { url: string; body: unknown }[]).map(({ url, body }) => ({
    url: new URL(url),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }))
  const harvester = harvesters.find(one => one.engine === engine)
  if (!harvester) throw new Error(`No engine ${engine}`)
  const read = harvest(parsePage(text, about.url), new URL(about.url), harvester, answers)
  return { about, expected, read, harvester, all: `${text}${answersText}${about.url}`, text }
}

/** What every fixture has to be; `about` and `expected` of it. */
function expectFixture(engine: string, name: string, results: number) {
  const { about, expected, read, harvester, all, text } = made(engine, name)
  expect(read).toEqual(expected)
  expect(expected.candidates).toHaveLength(results)
  const own = new Set([new URL(about.url).hostname, ...(about.hosts ?? [])])
  const isOwn = (host: string) => own.has(host) || harvester.matches(new URL(`https://${host}/`))
  expect(hostsIn(all).filter(host => !/(?:^|\.)example(?:\.org)?$/.test(host) && !isOwn(host))).toEqual([])
  return { about, expected, all, text }
}

/** A result page somebody saved: more results than are wanted, and things that are nobody's business. */
const tile = (place: number, person = 'Jane Doe') => {
  const data = {
    murl: `https://www.real-zoo.test/${person}/panda-${place}.jpg`.replaceAll(' ', '%20'),
    turl: `https://ts${place}.mm.bing.net/th?id=OIP.Secret${place}Token99&pid=15.1`,
    purl: `https://www.real-zoo.test/by/jane-doe/${place}?mail=jane%40real-zoo.test`,
    t: `Panda ${place} by ${person} <jane.doe@real-zoo.test>`,
    cid: 'SECRETCLIENTID0123456789ABCDEF',
  }
  const metadata = JSON.stringify(data).replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return `<li data-idx="${place}"><div class="iuscp" onclick="send('jane')"><a class="iusc" m="${metadata}" href="/images/search?view=detailV2&amp;mediaurl=${encodeURIComponent(data.murl)}&amp;exph=800&amp;expw=1200&amp;q=panda"><img src="${data.turl.replaceAll('&', '&amp;')}"></a><svg><path d="M0 0"></path></svg></div></li>`
}
const saved = `<!DOCTYPE html><html><head><meta charset="UTF-8"><meta name="user" content="jane.doe@real-zoo.test">
<style>.a{color:red}</style><link rel="stylesheet" href="https://r.bing.com/a.css"><title>panda - Search Images</title>
<script>var _G={SID:"SESSION0123456789ABCDEF",user:"Jane Doe"}</script></head><body>
<!-- saved by jane --><header><a href="/profile/jane">Jane Doe</a><input type="hidden" name="token" value="t0k3n"></header>
<div id="mmComponent_images_1" class="dgControl"><ul class="dgControl_list">${[1, 2, 3, 4, 5].map(place => tile(place)).join('\n')}</ul></div>
<footer>Signed in as jane.doe@real-zoo.test, https://www.real-zoo.test/account</footer></body></html>`

const url = 'https://www.bing.com/images/search?q=panda+jane+doe&cvid=0123456789ABCDEF0123'

describe('a saved page', () => {
  const path = file('saved.html', saved)
  const told = make(path, '--url', url, '--engine', 'bing', '--case', 'saved', '--tiles', '2')

  test('becomes a fixture of its first results', () => {
    expect(told).toContain('2 results are read of it')
    const { about, text } = expectFixture('bing', 'saved', 2)
    expect(about).toMatchObject({ layout: 'tile metadata', standsFor: month })
    expect(text).toMatch(/^<!DOCTYPE html>\n<html/)
    expect(text).toContain('<ul class="dgControl_list"><li data-idx="1"')
  })

  test('keeps nothing of anybody', () => {
    const { all } = expectFixture('bing', 'saved', 2)
    expect(all).not.toMatch(/jane|doe|real-zoo|secret|session|t0k3n|panda|0123456789/i)
  })

  test('keeps neither scripts nor styles nor what is outside the results', () => {
    const { text } = expectFixture('bing', 'saved', 2)
    expect(text).not.toMatch(/<(?:script|style|link|svg|footer|header|!--)|onclick/)
    expect(text.length).toBeLessThan(3000)
  })

  test('still belongs together: what was the same is the same', () => {
    const { expected } = expectFixture('bing', 'saved', 2)
    const [one, two] = expected.candidates.map(({ imageUrl, pageUrl }) =>
      [imageUrl, pageUrl].map(address => new URL(address ?? '').hostname),
    )
    expect(one).toEqual(two)
    expect(expected.candidates.map(({ width, height }) => [width, height])).toEqual([
      [1200, 800],
      [1200, 800],
    ])
  })

  test('is not written over', () => {
    expect(() => make(path, '--url', url, '--engine', 'bing', '--case', 'saved')).toThrow(
      'There is a fixture bing/saved',
    )
  })
})

test('a page without results becomes one that has to stay empty', () => {
  const path = file('none.html', saved.replaceAll('iusc', 'other'))
  make(path, '--url', url, '--engine', 'bing', '--case', 'none')
  const { about, all } = expectFixture('bing', 'none', 0)
  expect(about.layout).toBeNull()
  expect(all).not.toMatch(/jane|real-zoo|<script/i)
})

describe('what a page cannot do without stays', () => {
  const fixtures = ['flickr', 'unsplash', 'pinterest', 'instagram', 'yandex', 'google'].flatMap(engine =>
    fixturesOf(engine)
      .filter(
        ({ text, answers, about }) => about.layout !== null && answers.length === 0 && text.startsWith('<'),
      )
      .map(fixture => ({ engine, ...fixture })),
  )

  test.each(fixtures)('of $engine $name', ({ engine, name, text, about, expected }) => {
    const path = file(`${engine}-${name}.html`, text)
    make(path, '--url', about.url, '--engine', engine, '--case', name, '--tiles', '50')
    const again = expectFixture(engine, name, expected.candidates.length)
    expect(again.about.layout).toBe(about.layout)
  })
})

test('an answer is cut and replaced like a page', () => {
  const fixture = fixturesOf('flickr').find(({ name }) => name === 'rest-answers')
  const [answer] = fixture?.answers ?? []
  const answerFile = file('answer.json', answer?.body ?? '')
  const page = file('empty.html', '')
  const from = ['--answer', answerFile, '--answer-url', answer?.url.href ?? '']
  make(
    page,
    '--url',
    'https://www.flickr.com/search/?text=x',
    '--engine',
    'flickr',
    '--case',
    'answer',
    '--tiles',
    '2',
    ...from,
  )
  const { about, expected } = expectFixture('flickr', 'answer', 2)
  expect(about.layout).toBe('REST answers')
  expect(expected.candidates.map(({ title }) => title)).not.toContain('Only middling')
})

describe('nothing is written', () => {
  const page = file('page.html', saved)
  const usual = ['--url', url, '--engine', 'bing', '--case', 'refused']

  test.each([
    ['without a file', usual],
    ['without an address', [page, '--engine', 'bing', '--case', 'refused']],
    ['with an address that is none', [page, '--url', 'file:///x', '--engine', 'bing', '--case', 'refused']],
    ['for an unknown engine', [page, '--url', url, '--engine', 'none', '--case', 'refused']],
    ['with a path for a name', [page, '--url', url, '--engine', 'bing', '--case', '../refused']],
    ['with too many results', [page, ...usual, '--tiles', '51']],
    ['for a missing file', [join(folder, 'no.html'), ...usual]],
    ['with an unknown option', [page, ...usual, '--nonsense']],
    ['with half an answer', [page, ...usual, '--answer', page]],
  ])('%s', (_, args) => {
    expect(() => make(...args)).toThrow(Refusal)
    expect(existsSync(join(folder, 'bing/refused'))).toBe(false)
  })

  test('when anything of the page is left', () => {
    const path = file(
      'named.html',
      saved.replaceAll('class="iuscp"', 'class="iuscp" role="https://www.real-zoo.test/"'),
    )
    expect(() => make(path, ...usual)).toThrow('Of the saved page there is left: the host www.real-zoo.test')
    expect(existsSync(join(folder, 'bing/refused'))).toBe(false)
  })
})

test('a host that is said to be the engine’s own stays', () => {
  make(
    file('own.html', saved),
    '--url',
    url,
    '--engine',
    'bing',
    '--case',
    'own',
    '--own',
    'www.real-zoo.test',
  )
  expect(made('bing', 'own').about.hosts).toEqual(['www.real-zoo.test'])
})

describe('real saved pages', () => {
  const serp = sharedFolder('serp')
  const pages = [
    ['ecosia', 'images-2026-oak.html', 'https://www.ecosia.org/images?q=oak'],
    ['unsplash', 'search-2025-shampoo-fr.html', 'https://unsplash.com/fr/s/photos/shampoo'],
  ] as const

  test.skipIf(!serp).each(pages)(
    'of %s become fixtures (needs the shared corpus)',
    (engine, name, address) => {
      make(
        join(serp ?? '', engine, name),
        '--url',
        address,
        '--engine',
        engine,
        '--case',
        'real',
        '--tiles',
        '3',
      )
      const { all } = expectFixture(engine, 'real', 3)
      expect(all).not.toMatch(/shampoo|kitten|\boak\b/i)
    },
  )
})
