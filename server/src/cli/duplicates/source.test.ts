import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refuseOverlap, sourceOf } from './source.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gleaner-source-'))
  mkdirSync(join(home, 'cats/images'), { recursive: true })
  writeFileSync(join(home, 'cats/gleaner.db'), '')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

test('a dataset goes by its id, anything else is a folder', () => {
  expect(sourceOf(home, 'cats')).toEqual({ kind: 'dataset', name: 'cats', folder: join(home, 'cats/images') })
  expect(sourceOf(home, `${home}/cats`)).toMatchObject({ kind: 'folder', folder: join(home, 'cats') })
})

test('what is neither is told', () => {
  expect(() => sourceOf(home, 'dogs')).toThrow(expect.objectContaining({ code: 'PROTOCOL_NOT_FOUND' }))
})

test('a folder is not compared with itself or a part of itself, by whatever name', () => {
  const link = join(home, 'link')
  symlinkSync(join(home, 'cats/images'), link)
  const inner = sourceOf(home, link)
  const outer = sourceOf(home, join(home, 'cats'))
  for (const [a, b] of [
    [inner, outer],
    [outer, inner],
    [inner, sourceOf(home, 'cats')],
  ] as const) {
    expect(() => refuseOverlap(a, b)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  }
  mkdirSync(join(home, 'cats-2'))
  refuseOverlap(outer, sourceOf(home, join(home, 'cats-2')))
})
