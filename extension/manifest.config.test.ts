import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Browser, manifest } from './manifest.config.ts'
import { harvesters } from './src/harvesters/registry.ts'
import { isCovered } from './src/platform/match-pattern.ts'
import { engineLabels } from './src/popup/engines.ts'

const browsers: readonly Browser[] = ['chrome', 'firefox']
const plain = (browser: Browser): Record<string, unknown> => JSON.parse(JSON.stringify(manifest(browser)))
const root = fileURLToPath(new URL('.', import.meta.url))

describe.each(browsers)('extension manifest for %s', browser => {
  const made = plain(browser)

  test('asks for no more than it needs', () => {
    const { content_scripts: _, version: __, ...rest } = made
    expect(rest).toMatchSnapshot()
  })

  test('names no forbidden power', () => {
    const text = JSON.stringify(made)
    for (const power of [
      '<all_urls>',
      'tabs',
      'cookies',
      'webRequest',
      'nativeMessaging',
      'externally_connectable',
      'web_accessible_resources',
      'unsafe-inline',
      'unsafe-eval',
    ]) {
      expect(text).not.toContain(power)
    }
  })

  test('runs on the harvesters’ pages by https and nowhere else', () => {
    const scripts = made.content_scripts as { matches: string[] }[]
    const matches = scripts.flatMap(script => script.matches)
    expect(new Set(matches)).toEqual(new Set(harvesters.flatMap(({ hosts }) => hosts)))
    for (const pattern of matches) expect(pattern).toMatch(/^https:\/\/[a-z0-9.-]+\/\S+$/)
    for (const { examples } of harvesters) {
      for (const example of examples) {
        expect(matches.some(pattern => isCovered(new URL(example), pattern))).toBe(true)
      }
    }
  })
})

test('the popup names the engines there are', () => {
  expect([...engineLabels]).toEqual(harvesters.map(({ label }) => label).sort())
})

describe('source', () => {
  const sources = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
      .map(name => [`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')] as const)
  const offenders = (folder: string, forbidden: RegExp) =>
    sources(folder).flatMap(([name, text]) => (forbidden.test(text) ? [name] : []))

  test.each(['src/content', 'src/harvesters', 'src/popup', 'src/options', 'src/connection', 'src/platform'])(
    '%s makes no request',
    folder => {
      expect(
        offenders(folder, /\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource|new Image\b/),
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
    // `elements.ts` is the one place that checks; the others hear scrolling and moving on, or only stop events.
    expect(listening.map(([name]) => name).sort()).toEqual([
      'src/content/bar.ts',
      'src/content/elements.ts',
      'src/content/watch.ts',
    ])
  })

  test('only the platform folder knows the browser’s API', () => {
    for (const folder of ['background', 'content', 'connection', 'harvesters', 'options', 'popup']) {
      expect(offenders(`src/${folder}`, /webextension-polyfill|\b(?:chrome|browser)\.[a-z]+\./)).toEqual([])
    }
  })
})
