/** How a command line that is wrong is answered, to people and to programs. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../src/cli/gleaner.ts', import.meta.url))
const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })

test.each([
  ['--json', 'datasets', '--nonsense'],
  ['create', '--json'],
  ['import', 'list.txt', '--json'],
])('--json: one document for a wrong command line (%s %s %s)', (...args) => {
  const { status, stdout, stderr } = run(...args.filter(Boolean))
  expect([status, stdout]).toEqual([1, ''])
  expect(JSON.parse(stderr)).toMatchObject({
    error: { code: 'CONFIG_INVALID', facts: { setting: 'command line', reason: expect.any(String) } },
  })
})

test('a person reads what is wrong and where to look', () => {
  const { status, stderr } = run('datasets', '--nonsense')
  expect(status).toBe(1)
  expect(stderr).toMatch(/^error: unknown option '--nonsense'\nRun "npm run -s gleaner -- help"/)
})

test.each(['help', '--help', '--version'])('%s is no error', word => {
  const { status, stdout, stderr } = run(word)
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).not.toBe('')
})

test('a pause is told, kept in the folder, and taken back', () => {
  const home = mkdtempSync(join(tmpdir(), 'gleaner-cli-'))
  try {
    expect(JSON.parse(run('pause', '--home', home, '--json').stdout)).toMatchObject({ isPaused: true })
    expect(run('hosts', '--home', home).stdout).toBe('No host has anything to do.\n')
    expect(readFileSync(join(home, '.gleaner', 'ingest.json'), 'utf8')).toContain('"isPaused": true')
    expect(run('resume', '--home', home).stdout).toBe('Not paused. 0 waiting, 0 under way.\n')
    expect(readFileSync(join(home, '.gleaner', 'ingest.json'), 'utf8')).toContain('"isPaused": false')
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
