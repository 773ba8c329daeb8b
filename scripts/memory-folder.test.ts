import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'

const { makeTemporaryFolder } = (await import(
  pathToFileURL(join(import.meta.dirname, 'memory-folder.mjs')).href
)) as { makeTemporaryFolder: () => { path: string; remove: () => void } }

afterEach(() => vi.unstubAllEnvs())

test('a folder that a person has named is used as it is', () => {
  vi.stubEnv('TMPDIR', tmpdir())
  const { path, remove } = makeTemporaryFolder()
  remove()
  expect([path, existsSync(path)]).toEqual([tmpdir(), true])
})

test('a folder of its own is gone afterwards, and with it that of a run that was killed', () => {
  vi.stubEnv('TMPDIR', '')
  const own = makeTemporaryFolder()
  // Where memory is short it is the folder of all.
  if (own.path === tmpdir()) return
  writeFileSync(join(own.path, 'file'), 'x')
  const memory = dirname(own.path)
  // No process has a number as high.
  const left = join(memory, 'gleaner-tests-4194999-abcdef')
  mkdirSync(left)
  const next = makeTemporaryFolder()
  try {
    expect(readdirSync(memory)).not.toContain('gleaner-tests-4194999-abcdef')
    expect(existsSync(own.path)).toBe(true)
  } finally {
    for (const { remove } of [own, next]) remove()
    rmSync(left, { recursive: true, force: true })
  }
  expect([existsSync(own.path), existsSync(next.path)]).toEqual([false, false])
})
