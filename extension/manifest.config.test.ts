import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Browser, engineSites, manifest } from './manifest.config.ts'
import { harvesters } from './src/harvesters/registry.ts'
import { isCovered } from './src/platform/match-pattern.ts'

const browsers: readonly Browser[] = ['chrome', 'firefox']
const plain = (browser: Browser): Record<string, unknown> => JSON.parse(JSON.stringify(manifest(browser)))
const root = fileURLToPath(new URL('.', import.meta.url))

describe.each(browsers)('extension manifest for %s', browser => {
  const made = plain(browser)

  test('asks for no more than it needs', () => {
    const { content_scripts: _, version: __, ...rest } = made
    expect(rest).toMatchSnapshot()
  })

  test('has these powers and no other', () => {
    expect(made.permissions).toEqual([
      'activeTab',
      'alarms',
      'contextMenus',
      'scripting',
      'storage',
      'unlimitedStorage',
    ])
    expect(made.host_permissions).toEqual(['http://127.0.0.1/*'])
    expect(made.optional_host_permissions).toEqual(['https://*/*', 'http://*/*'])
    expect(made).not.toHaveProperty('optional_permissions')
    expect(made.incognito).toBe('not_allowed')
  })

  test('names no forbidden power', () => {
    const text = JSON.stringify(made)
    for (const power of [
      '<all_urls>',
      '"tabs"',
      'cookies',
      'webRequest',
      'declarativeNetRequest',
      'nativeMessaging',
      'externally_connectable',
      'web_accessible_resources',
      'unsafe-inline',
      'unsafe-eval',
    ]) {
      expect(text).not.toContain(power)
    }
  })

  test('names no port in a pattern: browsers would not grant it', () => {
    const scripts = made.content_scripts as { matches: string[] }[]
    const patterns = [
      ...(made.host_permissions as string[]),
      ...(made.optional_host_permissions as string[]),
      ...scripts.flatMap(({ matches }) => matches),
    ]
    for (const pattern of patterns) expect(pattern).toMatch(/^https?:\/\/[^:/]+\/\S*$/)
  })

  const scripts = made.content_scripts as { matches: string[]; js: string[]; world?: string }[]
  const bars = scripts.filter(({ world }) => world === undefined)
  const readers = scripts.filter(({ world }) => world !== undefined)
  const installed = harvesters.filter(({ access }) => access === 'install')
  const matches = bars.flatMap(bar => bar.matches)

  test('runs on the pages of three engines by https and nowhere else', () => {
    expect(installed.map(({ engine }) => engine)).toEqual(['bing', 'google', 'yandex'])
    for (const { engine, hosts } of installed) {
      const own = bars.filter(({ js }) => js[0] === `src/content/engines/${engine}.ts`)
      expect(own.map(({ js }) => js.slice(1))).toEqual([['src/content/index.ts']])
      expect(new Set(own[0]?.matches)).toEqual(new Set(hosts))
    }
    expect(bars).toHaveLength(installed.length)
    for (const pattern of matches) expect(pattern).toMatch(/^https:\/\/[a-z0-9.-]+\/[^*\s]+\*?$/)
    for (const { examples } of installed) {
      for (const example of examples) {
        expect(matches.some(pattern => isCovered(new URL(example), pattern))).toBe(true)
      }
    }
    for (const { examples } of harvesters.filter(({ access }) => access === 'request')) {
      for (const example of examples) {
        expect(matches.some(pattern => isCovered(new URL(example), pattern))).toBe(false)
      }
    }
  })

  test('reads in the page’s own world only where results come in answers', () => {
    expect(readers).toMatchObject([{ world: 'MAIN', js: ['src/content/page-world.ts'] }])
    const answering = installed.filter(({ answers }) => answers !== undefined)
    expect(new Set(readers[0]?.matches)).toEqual(new Set(answering.flatMap(({ hosts }) => hosts)))
  })

  test('suggests shortcuts that differ, four at most', () => {
    const commands = Object.values(made.commands as Record<string, { suggested_key: { default: string } }>)
    const keys = commands.map(({ suggested_key: suggested }) => suggested.default)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.length).toBeLessThanOrEqual(4)
  })
})

test('the list of engines says of each where it is and how sure it is that it is read', () => {
  expect(engineSites.map(({ engine }) => engine)).toEqual(harvesters.map(({ engine }) => engine))
  for (const { examples, engine } of harvesters) {
    const origins = engineSites.find(site => site.engine === engine)?.origins ?? []
    for (const example of examples) {
      const isFound = origins.some(pattern => isCovered(new URL(example), pattern))
      expect(isFound || origins.length === 0).toBe(true)
    }
  }
  expect(engineSites.filter(({ origins }) => origins.length === 0).map(({ engine }) => engine)).toEqual([
    'searxng',
  ])
})

test.each(['popup.html', 'options.html'])('%s may make no request', name => {
  expect(readFileSync(join(root, name), 'utf8')).toContain(
    `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'" />`,
  )
})

describe('source', () => {
  const sources = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
      .map(name => [`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')] as const)
  const offenders = (folder: string, forbidden: RegExp) =>
    sources(folder).flatMap(([name, text]) => (forbidden.test(text) ? [name] : []))
  /** Wraps what the page's own scripts call, to hear their answers; makes no request of its own. */
  const listener = 'src/content/page-reader.ts'

  test.each(['src/content', 'src/harvesters', 'src/popup', 'src/options', 'src/connection', 'src/platform'])(
    '%s makes no request',
    folder => {
      expect(
        offenders(folder, /\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource|new Image\b/).filter(
          name => name !== listener,
        ),
      ).toEqual([])
    },
  )

  test.each(['src/content', 'src/harvesters'])('%s writes no markup and hears no page messages', folder => {
    expect(
      offenders(folder, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|postMessage/),
    ).toEqual([])
  })

  test('content listens to trusted events only', () => {
    const listening = sources('src/content').filter(([, text]) => /addEventListener\(/.test(text))
    // `elements.ts` and `hear.ts` are the places that check; the others hear scrolling and moving on, or only stop events.
    expect(listening.map(([name]) => name).sort()).toEqual([
      'src/content/bar.ts',
      'src/content/elements.ts',
      'src/content/tiles/hear.ts',
      'src/content/watch.ts',
    ])
  })

  test('only the platform folder knows the browser’s API', () => {
    for (const folder of ['background', 'content', 'connection', 'harvesters', 'options', 'popup']) {
      expect(offenders(`src/${folder}`, /webextension-polyfill|\b(?:chrome|browser)\.[a-z]+\./)).toEqual([])
    }
  })
})
