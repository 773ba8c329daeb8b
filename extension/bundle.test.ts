/** What is handed to the browser holds nothing a store or a page policy would refuse. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageFaults } from './scripts/package-faults.ts'
import { harvesters } from './src/harvesters/registry.ts'

const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url))

describe.each(['chrome', 'firefox'])('bundle for %s', mode => {
  let folder = ''
  let files: readonly { readonly name: string; readonly text: string }[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gleaner-bundle-'))
    await build({ configFile, mode, logLevel: 'error', build: { outDir: folder } })
    files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => /\.(?:js|html|css|json)$/.test(name))
      .map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const read = (name: string) => files.find(file => file.name === name)?.text ?? ''
  const holding = (pattern: RegExp, kind: RegExp) =>
    files.filter(({ name, text }) => kind.test(name) && pattern.test(text)).map(({ name }) => name)

  test('makes no code of text and loads none', () => {
    expect(packageFaults(files)).toEqual([])
  })

  test('offers no resource to pages', () => {
    expect(JSON.parse(read('manifest.json'))).not.toHaveProperty('web_accessible_resources')
  })

  test('the content script is one small file without validators, framework or request', () => {
    const script = read('src/content/index.js')
    expect(gzipSync(script).length).toBeLessThan(40_000)
    expect(script.length).toBeGreaterThan(10_000)
    expect(script).not.toMatch(/^\s*import\s|\bimport\(/m)
    expect(script).not.toMatch(/typebox|additionalProperties|react/i)
    expect(script).not.toMatch(/\bfetch\(|XMLHttpRequest|sendBeacon|innerHTML/)
  })

  test('what a page carries stays under 40 kB, with the reader in its own world', () => {
    const engineFiles = files.filter(({ name }) => name.startsWith('src/content/engines/'))
    expect(engineFiles).toHaveLength(harvesters.length)
    const shared = gzipSync(read('src/content/index.js')).length
    const reader = gzipSync(read('src/content/page-world.js')).length
    for (const { name, text } of engineFiles) {
      expect(text, name).not.toMatch(/^\s*import\s|\bimport\(|\bfetch\(|XMLHttpRequest|typebox/m)
      expect(shared + reader + gzipSync(text).length, name).toBeLessThan(40_000)
    }
  })

  test('no page carries the style of the bar', () => {
    const rule = /\.panel\s*\{|\.panel,/
    expect(read('src/content/index.js')).not.toMatch(rule)
    expect(holding(rule, /^assets\/index\.ts-.*\.js$/)).toHaveLength(1)
  })

  test('files of engines that are allowed later lie beside those of the manifest, which does not name them', () => {
    const named = JSON.parse(read('manifest.json')).content_scripts.flatMap(({ js }: { js: string[] }) => js)
    const onRequest = harvesters.filter(({ access }) => access === 'request')
    for (const { engine } of onRequest) {
      expect(read(`src/content/engines/${engine}.js`)).toContain(engine)
      expect(named).not.toContain(`src/content/engines/${engine}.js`)
    }
    expect(read('manifest.json')).not.toContain('.invalid')
  })

  test('makes requests in the background only', () => {
    // A call of the browser's `fetch`, not the definition of a method that is called the same.
    const calls = /(?<!async |[.\w}])fetch\((?![\w$,=]*\)\{)/
    expect(holding(calls, /\.js$/).filter(name => !/^assets\/index\.ts-/.test(name))).toEqual([])
  })
})
