/** What holds for every engine in the registry, also for the next one. */
import { readdirSync, readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { fixturesOf } from '../../scripts/fixtures.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { createHarvestSession, harvest } from './harvest.ts'
import type { Harvester } from './harvester.ts'
import { findHarvester, harvesters } from './registry.ts'

/** Whether a match pattern covers the address. */
function covers(pattern: string, { protocol, host, pathname, search }: URL): boolean {
  const [, subdomains, patternHost = '', path = ''] = /^https:\/\/(\*\.)?([^/*]+)(\/.*)$/.exec(pattern) ?? []
  const isHost = host === patternHost || (subdomains !== undefined && host.endsWith(`.${patternHost}`))
  const parts = path.split('*').map(part => part.replaceAll(/[.?+^$()[\]{}|\\]/g, '\\$&'))
  return protocol === 'https:' && isHost && new RegExp(`^${parts.join('.*')}$`).test(pathname + search)
}

/** An address a match pattern covers. */
const someAddress = (pattern: string) => new URL(pattern.replace('://*.', '://www.').replaceAll('*', 'x'))

/** What is part of every installation names its pages narrowly; a site that is asked for may be named whole. */
const patternsOf: Record<Harvester['access'], RegExp> = {
  install: /^https:\/\/(?:[a-z0-9-]+\.)+[a-z]+\/[a-z]+[a-z/]*\*$/,
  request: /^https:\/\/(?:\*\.)?(?:[a-z0-9-]+\.)+[a-z]+\/[\w/.:?=&*-]*\*$/,
}

test('the registry is sorted and names every engine once', () => {
  const engines = harvesters.map(({ engine }) => engine)
  expect(engines).toEqual([...new Set(engines)].sort())
})

test('an address of no engine has no harvester', () => {
  for (const address of ['https://example.org/search?q=x', 'https://google.com.example.org/search?udm=2']) {
    expect(findHarvester(new URL(address))).toBeUndefined()
  }
})

describe('harvesters only read', () => {
  beforeEach(() => vi.resetModules())

  test('importing them has no effect', async () => {
    const before = Object.getOwnPropertyNames(globalThis).sort()
    await import('./registry.ts')
    expect(Object.getOwnPropertyNames(globalThis).sort()).toEqual(before)
  })

  const folder = new URL('.', import.meta.url)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    /^(?!.*\.test\.ts$).*\.ts$/.test(name),
  )

  test.each(sources)('%s neither fetches nor stores nor writes to the page', name => {
    const forbidden =
      /\b(?:browser|chrome|console|globalThis)\.|\bwindow\.(?!W_jd)|\bfetch\(|XMLHttpRequest|Storage\b|innerHTML|\.click\(|import\(/
    expect(readFileSync(new URL(name, folder), 'utf8').match(forbidden)?.[0]).toBeUndefined()
  })
})

describe.each(harvesters)('$engine', harvester => {
  const { engine, access, examples, hosts, layouts, recognises, verified } = harvester
  const fixtures = fixturesOf(engine)
  const withResults = fixtures.filter(({ about }) => about.layout !== null)

  if (recognises) {
    test.each(withResults)('is told by the page of $name', ({ text, about }) => {
      const url = new URL(about.url)
      expect(findHarvester(url, parsePage(text, about.url))).toBe(harvester)
      expect(findHarvester(url, parsePage('<p>Nothing to see', about.url))).not.toBe(harvester)
    })
  }

  if (hosts.length > 0) {
    test.each(examples)('alone claims %s', example => {
      expect(harvesters.filter(({ matches }) => matches(new URL(example)))).toEqual([harvester])
      expect(findHarvester(new URL(example))).toBe(harvester)
    })

    test.each(examples)('runs on %s', example => {
      expect(hosts.filter(pattern => covers(pattern, new URL(example))).length).toBeGreaterThan(0)
    })
  } else {
    test('is told by its pages where any host may serve it', () => {
      expect(recognises).toBeDefined()
      expect(access).toBe('request')
    })
  }

  test('names its pages by valid patterns, once', () => {
    expect(hosts.filter(pattern => !patternsOf[access].test(pattern))).toEqual([])
    expect(new Set(hosts).size).toBe(hosts.length)
    expect(hosts.filter(pattern => !harvester.matches(someAddress(pattern)))).toEqual([])
  })

  test('says by what and when it was verified, and how many originals are usual', () => {
    expect(new Date(verified.on).toISOString().slice(0, 10)).toBe(verified.on)
    const isSeen = withResults.some(({ about }) => about.synthetic !== true)
    expect(isSeen).toBe(verified.by !== 'documentation')
    expect(harvester.usualOriginals).toBeGreaterThanOrEqual(0)
    expect(harvester.usualOriginals).toBeLessThanOrEqual(1)
  })

  test.each(fixtures)('asks no question on $name, unless it is the question', ({ name, text, about }) => {
    const page = { document: parsePage(text, about.url), url: new URL(about.url) }
    const isQuestion = /challenge|captcha/.test(name)
    expect(harvester.isChallenge?.(page) ?? false).toBe(isQuestion && harvester.isChallenge !== undefined)
  })

  test('has a fixture for every layout, and one without results', () => {
    const shown = new Set(fixtures.map(({ about }) => about.layout))
    expect(shown).toEqual(new Set([null, ...layouts.map(({ name }) => name)]))
  })

  test.each(fixtures)('reads $name as expected', ({ text, about, answers, expected }) => {
    expect(harvest(parsePage(text, about.url), new URL(about.url), harvester, answers)).toEqual(expected)
    expect(expected.candidates.length > 0).toBe(about.layout !== null)
  })

  test.each(fixtures)('reads $name again with the same answer', ({ text, about, answers, expected }) => {
    const document = parsePage(text, about.url)
    const session = createHarvestSession(document, new URL(about.url), harvester)
    for (const answer of answers) session.hear(answer)
    session.advance()
    session.touch([document.documentElement])
    session.advance()
    expect(session.harvest()).toEqual(expected)
  })

  const { selector } = harvester.tiles ?? {}
  if (selector) {
    test.each(withResults)('knows where the results of $name stand', ({ text, about, answers }) => {
      const document = parsePage(text, about.url)
      const session = createHarvestSession(document, new URL(about.url), harvester)
      for (const answer of answers) session.hear(answer)
      session.advance()
      const tiles = session.harvest().candidates.flatMap(({ rank }) => session.tileOf(rank) ?? [])
      expect(new Set(tiles).size).toBe(tiles.length)
      if (document.querySelector(selector)) expect(tiles.length).toBeGreaterThan(0)
    })
  }

  test.each(fixtures)('$name names invented hosts only', ({ text, about, answers }) => {
    const all = [text, ...answers.map(({ body }) => body.replaceAll('\\/', '/'))].join('\n')
    const hosts = decodeURIComponent(all.replaceAll(/%(?![0-9a-f]{2})/gi, '%25')).matchAll(
      /(?:https?:|["(])\/\/([^/"'\s&?\\]+)/g,
    )
    const invented = /(?:^|\.)example(?:\.org)?$/
    const own = new Set([new URL(about.url).hostname, ...(about.hosts ?? [])])
    const stray = [...hosts].map(([, host = '']) => host).filter(host => !invented.test(host))
    expect(stray.filter(host => !own.has(host) && !harvester.matches(new URL(`https://${host}/`)))).toEqual(
      [],
    )
  })

  test.each(withResults)('nothing of $name is another’s', ({ text, about, answers }) => {
    const document = parsePage(text, about.url)
    for (const other of harvesters.filter(other => other !== harvester)) {
      expect(harvest(document, new URL(about.url), other, answers).candidates).toEqual([])
      expect(other.recognises?.(document) ?? false).toBe(false)
    }
  })
})
