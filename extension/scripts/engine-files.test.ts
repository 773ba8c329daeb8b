import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newEngine } from './engine-files.ts'
import { Refusal } from './refusal.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const today = '2026-11-22'

/** A copy of what the harvesters and their tests need, beside the same packages. */
const copy = mkdtempSync(join(tmpdir(), 'engine-files-'))
const folder = join(copy, 'extension/src/harvesters')

beforeAll(() => {
  cpSync(join(root, 'extension/src/harvesters'), folder, { recursive: true })
  for (const name of ['extension/scripts', 'scripts', 'shared', 'biome.json', 'tsconfig.base.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
  cpSync(join(root, 'extension/tsconfig.json'), join(copy, 'extension/tsconfig.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  cpSync(join(root, '.gitignore'), join(copy, '.gitignore'))
})
afterAll(() => rmSync(copy, { recursive: true }))

function run(script: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', script), ...args],
    {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    },
  )
  return { status, output: stdout + stderr }
}

describe('an engine that has just begun', () => {
  beforeAll(() => {
    const told = newEngine(['lumen'], { today, folder })
    expect(told).toContain('extension/src/harvesters/lumen.ts')
  })

  test('stands in the registry, in order', () => {
    const registry = readFileSync(join(folder, 'registry.ts'), 'utf8')
    const imports = [...registry.matchAll(/^import .* from '(.+)'$/gm)].map(([, path]) => path)
    expect(imports).toContain('./lumen.ts')
    expect(imports).toEqual(imports.toSorted())
    const names = /harvesters: readonly Harvester\[\] = \[([^\]]+)\]/.exec(registry)?.[1]?.match(/\w+/g) ?? []
    expect(names).toContain('lumen')
    expect(names).toEqual(names.toSorted())
  })

  test('passes the linter', () => {
    const files = ['lumen.ts', 'registry.ts'].map(name => `extension/src/harvesters/${name}`)
    const { status, output } = run('@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...files)
    expect(status, output).toBe(0)
  })

  test('passes the tests every engine has to pass', () => {
    const { status, output } = run(
      'vitest/vitest.mjs',
      'run',
      'extension/src/harvesters/harvesters.test.ts',
      '-t',
      '^lumen |^the registry',
    )
    expect(status, output).toBe(0)
    expect(output).toMatch(/\b[12]\d passed/)
  })

  test('is not begun twice', () => {
    expect(() => newEngine(['lumen'], { today, folder })).toThrow('There is lumen.ts already.')
  })
})

test.each([
  ['nothing', []],
  ['two names', ['lumen', 'two']],
  ['a name in capitals', ['Lumen']],
  ['a path', ['../lumen']],
  ['a word of the language', ['class']],
  ['what means a list of one’s own', ['import']],
  ['what means any page', ['page']],
  ['a module that is there', ['dom']],
  ['an engine that is there', ['bing']],
])('refuses %s', (_, args) => {
  const before = readFileSync(join(folder, 'registry.ts'), 'utf8')
  expect(() => newEngine(args, { today, folder })).toThrow(Refusal)
  expect(readFileSync(join(folder, 'registry.ts'), 'utf8')).toBe(before)
})
