/** Types, lint, format and dead code: `npm run check` runs these alone, `npm test` runs them with everything else. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

function run(script: string, ...args: string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`node_modules/${script}`, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  return { code: status, output: stdout + stderr }
}

const projects = [
  'shared',
  'shared/tsconfig.ui.json',
  'server',
  'server/tsconfig.dashboard.json',
  'extension',
  'e2e',
  'scripts',
]

test.each(projects)('types of %s hold', project => {
  expect(run('typescript/bin/tsc', '--pretty', 'false', '-p', project)).toEqual({ code: 0, output: '' })
})

test('lint and format hold', () => {
  const { code, output } = run('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.')
  expect(code, output).toBe(0)
})

test('there is no dead code, unused export or unlisted dependency', () => {
  const { code, output } = run('knip/bin/knip.js', '--no-progress', '--no-config-hints')
  expect(code, output).toBe(0)
})
