/** What is handed to the stores: the same to the byte wherever it is made, and nothing in it that they refuse. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePackages, type Package } from './packages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const browsers = ['chrome', 'firefox'] as const

let folder: string
let made: readonly Package[]

const contents = (what: string) => {
  const name = made.find(one => one.name.startsWith(`gleaner-${what}-`))?.name ?? ''
  return new Map(Object.entries(unzipSync(readFileSync(join(folder, 'here', name)))))
}
const text = (files: ReadonlyMap<string, Uint8Array>, name: string) =>
  Buffer.from(files.get(name) ?? '').toString('utf8')

function unpack(files: ReadonlyMap<string, Uint8Array>, into: string): void {
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(into, name)), { recursive: true })
    writeFileSync(join(into, name), bytes)
  }
}

/** Lends a checkout the installed dependencies, and nothing of this one's own parts. */
function lendDependencies(checkout: string): void {
  const modules = join(checkout, 'node_modules')
  mkdirSync(join(modules, '@gleaner'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@gleaner' && !name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction')
  }
  symlinkSync(join(checkout, 'shared'), join(modules, '@gleaner', 'shared'), 'junction')
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-packages-'))
  made = makePackages(root, join(folder, 'here'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the packed sources, elsewhere, give the same packages to the byte', () => {
  const elsewhere = join(folder, 'elsewhere', 'another checkout')
  unpack(contents('source'), elsewhere)
  lendDependencies(elsewhere)
  const out = join(folder, 'there')
  const again = makePackages(elsewhere, out)
  expect(again).toEqual(made)
  for (const { name, bytes, sha256 } of again) {
    const written = readFileSync(join(out, name))
    expect(written).toHaveLength(bytes)
    expect(createHash('sha256').update(written).digest('hex')).toBe(sha256)
  }
})

test('the sources hold neither tests nor saved pages nor what was installed', () => {
  const names = [...contents('source').keys()]
  expect(names.filter(name => /\.test\.|__|node_modules|dist\//.test(name))).toEqual([])
  for (const name of ['package-lock.json', 'vite.config.ts', 'extension/src/background/index.ts'])
    expect(names).toContain(name)
})

describe.each(browsers)('package for %s', browser => {
  interface Manifest {
    readonly name: string
    readonly description: string
    readonly version: string
    readonly icons: Readonly<Record<string, string>>
    readonly commands: Readonly<Record<string, { readonly suggested_key?: unknown }>>
    readonly content_scripts: readonly { readonly js: readonly string[] }[]
    readonly background: { readonly service_worker?: string; readonly scripts?: readonly string[] }
    readonly action: { readonly default_popup: string }
    readonly options_ui: { readonly page: string }
  }
  const manifestOf = (files: ReadonlyMap<string, Uint8Array>): Manifest =>
    JSON.parse(text(files, 'manifest.json'))

  test('holds what runs and nothing else', () => {
    const odd = [...contents(browser).keys()].filter(
      name =>
        !/^(?:manifest\.json|[\w./-]+\.(?:js|css|html|png))$/.test(name) || /\.map$|test|fixture/.test(name),
    )
    expect(odd).toEqual([])
  })

  test('has its names in order', () => {
    const names = [...contents(browser).keys()]
    expect(names).toEqual(names.toSorted())
  })

  test('holds every file the manifest names', () => {
    const files = contents(browser)
    const { icons, content_scripts, background, action, options_ui } = manifestOf(files)
    const named = [
      ...Object.values(icons),
      ...content_scripts.flatMap(({ js }) => js),
      ...(background.scripts ?? [background.service_worker ?? '']),
      action.default_popup,
      options_ui.page,
    ]
    expect(named.filter(name => !files.has(name))).toEqual([])
  })

  test('keeps to the bounds of the stores', () => {
    const files = contents(browser)
    const { name, description, version, icons, commands } = manifestOf(files)
    expect(name.length).toBeLessThanOrEqual(45)
    expect(description.length).toBeLessThanOrEqual(132)
    expect(version).toMatch(/^(?:0|[1-9]\d{0,4})(?:\.(?:0|[1-9]\d{0,4})){1,3}$/)
    const suggested = Object.values(commands).filter(command => command.suggested_key !== undefined)
    expect(suggested.length).toBeLessThanOrEqual(4)
    for (const [side, icon] of Object.entries(icons)) {
      const header = Buffer.from(files.get(icon) ?? '')
      expect([icon, header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([
        icon,
        Number(side),
        Number(side),
      ])
    }
  })
})

test('web-ext has nothing to say about the package for Firefox', () => {
  const unpacked = join(folder, 'firefox')
  unpack(contents('firefox'), unpacked)
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'web-ext', 'bin', 'web-ext.js'),
      ...['lint', '--source-dir', unpacked, '--no-config-discovery', '--output', 'json'],
    ],
    { encoding: 'utf8', env: { ...process.env, NO_UPDATE_NOTIFIER: '1' } },
  )
  const { errors, warnings, notices } = JSON.parse(stdout || `{"errors":[${JSON.stringify(stderr)}]}`)
  expect({ errors, warnings, notices }).toEqual({ errors: [], warnings: [], notices: [] })
}, 60_000)
