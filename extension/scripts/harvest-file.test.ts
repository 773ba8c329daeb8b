import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { harvesters } from '../src/harvesters/registry.ts'
import { fixturesOf } from './fixtures.ts'
import { harvestFile } from './harvest-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'harvest-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function fixture(engine: string, name: string) {
  const found = fixturesOf(engine).find(one => one.name === name)
  if (!found) throw new Error(`No fixture ${engine}/${name}`)
  return { ...found, path: file(`${engine}-${name}.html`, found.text) }
}

const { path: google, about, expected, text } = fixture('google', 'desktop-udm2')
const engines = harvesters.map(({ engine }) => engine).join(', ')
const empty = file('empty.html', '')

test('reads a file as the page at the address', () => {
  expect(harvestFile([google, '--url', about.url])).toEqual(expected)
})

test('reads the answer of a scroll request', () => {
  const { path, about, expected } = fixture('google', 'async-ichunk')
  expect(harvestFile(['--url', about.url, path])).toEqual(expected)
})

test('takes the address a browser noted when it saved the page', () => {
  const noted = `<!-- saved from url=(0045)${about.url}#vhid=x -->\n${text}`
  expect(harvestFile([file('noted.html', noted)])).toEqual(expected)
})

test('takes the address the page names itself', () => {
  const { path, expected } = fixture('bing', 'grid')
  expect(harvestFile([path])).toEqual(expected)
})

test('a page without results gives an empty list', () => {
  expect(harvestFile([empty, '--url', 'https://www.bing.com/search?q=x'])).toEqual({
    engine: 'bing',
    query: 'x',
    candidates: [],
    missed: {},
  })
})

test.each([
  ['no file', [], 'HARVEST_USAGE', { missing: 'FILE' }],
  ['two files', [google, 'b'], 'HARVEST_USAGE', { unexpected: 'b' }],
  ['an unknown option', [google, '--nonsense'], 'HARVEST_USAGE', {}],
  ['no value', [google, '--url'], 'HARVEST_USAGE', {}],
  ['an address that is none', [google, '--url', 'file:///etc/passwd'], 'HARVEST_USAGE', {}],
  ['a missing file', [join(folder, 'none.html')], 'HARVEST_FILE_UNREADABLE', {}],
  ['a folder', [folder], 'HARVEST_FILE_UNREADABLE', {}],
  ['no address at all', [empty], 'HARVEST_ADDRESS_MISSING', {}],
  [
    'an address of no engine',
    [google, '--url', 'https://search.example/?udm=2'],
    'HARVEST_ENGINE_UNKNOWN',
    { engines, looksLike: 'google' },
  ],
])('refuses %s', (_, args, code, facts) => {
  expect(() => harvestFile(args)).toThrow(
    expect.objectContaining({ code, facts: expect.objectContaining(facts) }),
  )
})

const script = fileURLToPath(new URL('harvest.ts', import.meta.url))

test('the command prints JSON, or code, sentence and hint with exit code 2', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
  const good = run(google, '--url', about.url)
  expect({ status: good.status, stderr: good.stderr }).toEqual({ status: 0, stderr: '' })
  expect(JSON.parse(good.stdout)).toEqual(expected)
  const bad = run(google, '--url', 'https://search.example/')
  expect({ status: bad.status, stdout: bad.stdout }).toEqual({ status: 2, stdout: '' })
  expect(bad.stderr).toMatch(/^HARVEST_ENGINE_UNKNOWN: .+\.\n.+\n/)
  expect(bad.stderr).toContain(`\n  engines: ${engines}\n`)
})
