/** What holds for every engine in the registry, also for the next one. */
import { readdirSync, readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { fixturesOf } from '../../scripts/fixtures.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { createHarvestSession, harvest } from './harvest.ts'
import { findHarvester, harvesters } from './registry.ts'

/** Whether a match pattern of the form `https://host/path*` covers the address. */
function covers(pattern: string, { protocol, host, pathname, search }: URL): boolean {
  const [, patternHost, start] = /^https:\/\/([^/*]+)(\/[^*]*)\*$/.exec(pattern) ?? []
  return (
    protocol === 'https:' &&
    host === patternHost &&
    start !== undefined &&
    (pathname + search).startsWith(start)
  )
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
  const { engine, examples, hosts, layouts } = harvester
  const fixtures = fixturesOf(engine)

  test.each(examples)('alone claims %s', example => {
    expect(harvesters.filter(({ matches }) => matches(new URL(example)))).toEqual([harvester])
    expect(findHarvester(new URL(example))).toBe(harvester)
  })

  test.each(examples)('runs on %s', example => {
    expect(hosts.filter(pattern => covers(pattern, new URL(example)))).toHaveLength(1)
  })

  test('names each of its result pages by a narrow, valid pattern, once', () => {
    expect(
      hosts.filter(pattern => !/^https:\/\/(?:[a-z0-9-]+\.)+[a-z]+\/[a-z]+[a-z/]*\*$/.test(pattern)),
    ).toEqual([])
    expect(new Set(hosts).size).toBe(hosts.length)
    const claimed = hosts.filter(pattern => harvester.matches(new URL(pattern.replace('*', '?x'))))
    expect(claimed).toEqual(hosts)
  })

  test('is verified on a day', () => {
    expect(new Date(harvester.verifiedOn).toISOString().slice(0, 10)).toBe(harvester.verifiedOn)
  })

  test('has a fixture for every layout, and one without results', () => {
    const shown = new Set(fixtures.map(({ about }) => about.layout))
    expect(shown).toEqual(new Set([null, ...layouts.map(({ name }) => name)]))
  })

  test.each(fixtures)('reads $name as expected', ({ text, about, expected }) => {
    expect(harvest(parsePage(text, about.url), new URL(about.url), harvester)).toEqual(expected)
    expect(expected.candidates.length > 0).toBe(about.layout !== null)
  })

  test.each(fixtures)('reads $name again with the same answer', ({ text, about, expected }) => {
    const session = createHarvestSession(parsePage(text, about.url), new URL(about.url), harvester)
    session.read()
    expect(session.read()).toEqual(expected)
  })

  test.each(fixtures)('$name names invented hosts only', ({ text, about }) => {
    const hosts = decodeURIComponent(text.replaceAll(/%(?![0-9a-f]{2})/gi, '%25')).matchAll(
      /(?:https?:|["(])\/\/([^/"'\s&?\\]+)/g,
    )
    const invented = /(?:^|\.)example(?:\.org)?$/
    const own = new URL(about.url).hostname.split('.').at(-2)
    const stray = [...hosts].map(([, host = '']) => host).filter(host => !invented.test(host))
    expect(stray.filter(host => !harvester.matches(new URL(`https://${host}/`)))).toEqual([])
    expect(own).toBeDefined()
  })

  test.each(fixtures.filter(({ about }) => about.layout !== null))('nothing of $name is another’s', one => {
    const document = parsePage(one.text, one.about.url)
    const others = harvesters.filter(other => other !== harvester)
    for (const other of others) {
      expect(harvest(document, new URL(one.about.url), other).candidates).toEqual([])
    }
  })
})
