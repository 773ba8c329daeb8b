import { describe, expect, test } from 'vitest'
import type { SiteScript } from '../platform/scripting.ts'
import { createSites } from './sites.ts'

const server = 'http://127.0.0.1/*'
const installed = ['https://www.lumen.example/images*', 'https://*.lumen.example/images*']

/** A browser with grants, and tabs that show pages. */
function setUp({ granted = [] as string[], tabs = {} as Record<number, string> } = {}) {
  const browser = {
    granted: [server, ...installed, ...granted],
    scripts: new Map<string, SiteScript>(),
    registrations: 0,
    entered: new Set<number>(),
    runs: [] as string[],
  }
  const sites = createSites({
    granted: async () => browser.granted,
    installed,
    server,
    answering: ['https://prisma.example/*'],
    engines: [
      { engine: 'anyware', origins: [] },
      { engine: 'lumen', origins: ['https://www.lumen.example/*'] },
      { engine: 'prisma', origins: ['https://prisma.example/*', 'https://*.prisma.example/*'] },
    ],
    files: { content: 'content.js', ofEngine: engine => `${engine}.js`, pageWorld: ['page-world.js'] },
    registered: async () => [...browser.scripts.values()],
    register: async scripts => {
      for (const script of scripts) {
        if (browser.scripts.has(script.id)) throw new Error(`Duplicate script id ${script.id}`)
        browser.scripts.set(script.id, script)
        browser.registrations += 1
      }
    },
    unregister: async ids => {
      for (const id of ids) if (!browser.scripts.delete(id)) throw new Error(`Nonexistent script ${id}`)
    },
    addressOf: async tabId => tabs[tabId],
    isEntered: async tabId => browser.entered.has(tabId),
    runInTab: async (tabId, files, world) => {
      if (world === 'ISOLATED') browser.entered.add(tabId)
      browser.runs.push(`${tabId} ${world} ${files.join(' ')}`)
    },
  })
  return { browser, sites }
}

const matchesOf = ({ scripts }: { scripts: Map<string, SiteScript> }) =>
  [...scripts.values()].map(({ world, matches }) => `${world} ${matches.join(' ')}`)

describe('registered content scripts', () => {
  test('are those of the sites that were allowed, and of no other', async () => {
    const { browser, sites } = setUp({ granted: ['https://garden.example/*', 'http://old.example/*'] })
    await sites.sync()
    expect(matchesOf(browser)).toEqual(['ISOLATED http://old.example/*', 'ISOLATED https://garden.example/*'])
  })

  test('follow what is allowed and revoked, and are left alone in between', async () => {
    const { browser, sites } = setUp({ granted: ['https://garden.example/*'] })
    await Promise.all([sites.sync(), sites.sync()])
    expect(browser.registrations).toBe(1)
    browser.granted.push('https://meadow.example/*')
    await sites.sync()
    expect(browser.registrations).toBe(2)
    browser.granted = browser.granted.filter(origin => !origin.includes('garden'))
    await sites.sync()
    expect(matchesOf(browser)).toEqual(['ISOLATED https://meadow.example/*'])
  })

  test('are replaced when their files have got other names', async () => {
    const { browser, sites } = setUp({ granted: ['https://garden.example/*'] })
    await sites.sync()
    const [id, script] = [...browser.scripts][0] ?? []
    if (id && script) browser.scripts.set(id, { ...script, js: ['old.js'] })
    await sites.sync()
    expect([...browser.scripts.values()].map(({ js }) => js)).toEqual([['anyware.js', 'content.js']])
  })

  test('read answers where an engine gives some', async () => {
    const { browser, sites } = setUp({ granted: ['https://prisma.example/*'] })
    await sites.sync()
    expect(matchesOf(browser)).toEqual(['ISOLATED https://prisma.example/*', 'MAIN https://prisma.example/*'])
  })

  test('run once on every page, whatever covers it', async () => {
    const { browser, sites } = setUp({ granted: ['https://*/*', 'https://prisma.example/*', 'http://*/*'] })
    await sites.sync()
    expect(matchesOf(browser)).toEqual([
      'ISOLATED http://*/*',
      'ISOLATED https://*/*',
      'ISOLATED https://www.lumen.example/*',
      'ISOLATED https://prisma.example/* https://*.prisma.example/*',
      'MAIN https://prisma.example/*',
    ])
    const [http, https, ofLumen, ofPrisma] = [...browser.scripts.values()]
    expect(http?.excludeMatches).toEqual([server])
    const apart = [...installed].sort()
    expect(https?.excludeMatches).toEqual([
      ...apart,
      ...(ofLumen?.matches ?? []),
      ...(ofPrisma?.matches ?? []),
    ])
    for (const script of [ofLumen, ofPrisma]) expect(script?.excludeMatches).toEqual(apart)
  })

  test('read each page with the file of its own engine, and with no other', async () => {
    const { browser, sites } = setUp({
      granted: ['https://www.prisma.example/*', 'https://garden.example/*'],
    })
    await sites.sync()
    const filesOf = () =>
      [...browser.scripts.values()].map(({ matches, js }) => [matches[0], ...js].join(' '))
    expect(filesOf()).toEqual([
      'https://garden.example/* anyware.js content.js',
      'https://www.prisma.example/* prisma.js content.js',
    ])
    browser.granted.push('https://*/*')
    await sites.sync()
    expect(filesOf()).toEqual([
      'https://*/* anyware.js content.js',
      'https://www.lumen.example/* lumen.js content.js',
      'https://prisma.example/* prisma.js content.js',
      'https://prisma.example/* page-world.js',
    ])
  })
})

describe('a page may speak', () => {
  test.each([
    ['of the installation', 'https://www.lumen.example/images?q=cat', true],
    ['of an engine, but without results', 'https://www.lumen.example/mail', false],
    ['of an allowed site', 'https://garden.example/roses', true],
    ['of an allowed site on another port', 'https://garden.example:8443/roses', true],
    ['of an allowed site by http', 'http://garden.example/roses', false],
    ['of a look-alike', 'https://garden.example.evil.example/', false],
    ['of no allowed site', 'https://evil.example/', false],
    ['of our own server', 'http://127.0.0.1:4817/', false],
  ])('%s: %s %s', async (_, address, expected) => {
    const { sites } = setUp({ granted: ['https://garden.example/*'] })
    expect(await sites.isOpen(new URL(address), 7)).toBe(expected)
  })

  test('of our own server not even when everything is allowed', async () => {
    const { sites } = setUp({ granted: ['http://*/*'] })
    expect(await sites.isOpen(new URL('http://127.0.0.1:4817/'), 7)).toBe(false)
    expect(await sites.isOpen(new URL('http://old.example/'), 7)).toBe(true)
  })

  test('of a site only until it is revoked', async () => {
    const { browser, sites } = setUp({ granted: ['https://garden.example/*'] })
    browser.granted = [server, ...installed]
    expect(await sites.isOpen(new URL('https://garden.example/'), 7)).toBe(false)
  })
})

describe('a site of the installation', () => {
  const address = 'https://www.lumen.example/images?q=cat'
  const isOpen = async (granted: string[], tabs: Record<number, string> = {}) => {
    const { browser, sites } = setUp({ tabs })
    browser.granted = granted
    return sites.isOpen(new URL(address), 7)
  }

  test.each([
    ['match patterns, as Chromium does', installed],
    ['origins, as Firefox does', ['https://www.lumen.example/*', 'https://*.lumen.example/*']],
  ])('is open as long as it is granted, in a browser that lists %s', async (_, listed) => {
    expect(await isOpen([server, ...listed])).toBe(true)
    expect(await isOpen([server])).toBe(false)
  })

  test('is open with everything else', async () => {
    expect(await isOpen([server, 'https://*/*'])).toBe(true)
  })

  test('is open in the tab in which the person let it be read by a click, and in no other', async () => {
    expect(await isOpen([server], { 7: address })).toBe(true)
    expect(await isOpen([server], { 8: address })).toBe(false)
    expect(await isOpen([server], { 7: 'https://garden.example/' })).toBe(false)
  })
})

describe('entering a tab', () => {
  test('runs the content script once, however often it is asked for', async () => {
    const { browser, sites } = setUp({
      granted: ['https://garden.example/*'],
      tabs: { 7: 'https://garden.example/roses' },
    })
    await Promise.all([sites.enter(7), sites.enter(7)])
    expect(browser.runs).toEqual(['7 ISOLATED anyware.js content.js'])
  })

  test('reads answers from then on, where there are any', async () => {
    const { browser, sites } = setUp({
      granted: ['https://prisma.example/*'],
      tabs: { 7: 'https://prisma.example/?q=cat' },
    })
    await sites.enter(7)
    expect(browser.runs).toEqual(['7 MAIN page-world.js', '7 ISOLATED prisma.js content.js'])
  })

  test.each([
    ['a site that is not allowed', 'https://evil.example/'],
    ['our own server', 'http://127.0.0.1:4817/'],
    ['a page of the browser', 'about:blank'],
    ['a page the browser does not name', undefined],
  ])('is refused for %s', async (_, address) => {
    const { browser, sites } = setUp({
      granted: ['https://garden.example/*'],
      tabs: address === undefined ? {} : { 7: address },
    })
    await expect(sites.enter(7)).rejects.toMatchObject({ code: 'HARVEST_SITE_PERMISSION' })
    expect(browser.runs).toEqual([])
  })
})

test('what the installation brings is no site the person allowed', async () => {
  const { browser, sites } = setUp({ granted: ['https://garden.example/*'] })
  // As browsers write it that know of origins only.
  browser.granted.push('https://www.lumen.example/*', 'https://*.lumen.example/*')
  expect(await sites.allowed()).toEqual(['https://garden.example/*'])
})
