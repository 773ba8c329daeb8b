import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Found, walk } from './walk.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-walk-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const all = async () => {
  const found: Found[] = []
  for await (const one of walk(folder)) found.push(one)
  return found
}

test('finds files in all depths, in order of names', async () => {
  mkdirSync(join(folder, 'b/inner'), { recursive: true })
  for (const name of ['c.txt', 'a.jpg', 'b/z.png', 'b/inner/.hidden.jpg'])
    writeFileSync(join(folder, name), '')
  expect((await all()).map(({ path }) => path)).toEqual(['a.jpg', 'b/inner/.hidden.jpg', 'b/z.png', 'c.txt'])
})

test('follows no link: not out of the folder, not in a circle', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'gleaner-walk-outside-'))
  try {
    writeFileSync(join(outside, 'secret.jpg'), '')
    symlinkSync(outside, join(folder, 'out'))
    symlinkSync(join(outside, 'secret.jpg'), join(folder, 'file.jpg'))
    symlinkSync(folder, join(folder, 'circle'))
    expect(await all()).toEqual(['circle', 'file.jpg', 'out'].map(path => ({ kind: 'link', path })))
  } finally {
    rmSync(outside, { recursive: true, force: true })
  }
})

test('a folder that is itself named through a link is looked through', async () => {
  writeFileSync(join(folder, 'a.jpg'), '')
  const link = `${folder}-link`
  symlinkSync(folder, link)
  try {
    const found: Found[] = []
    for await (const one of walk(link)) found.push(one)
    expect(found).toEqual([{ kind: 'file', path: 'a.jpg' }])
  } finally {
    rmSync(link)
  }
})

test.skipIf(process.platform === 'win32')('pipes are passed over', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
  expect(await all()).toEqual([])
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be read is named', async () => {
  mkdirSync(join(folder, 'shut'))
  chmodSync(join(folder, 'shut'), 0)
  expect(await all()).toEqual([{ kind: 'unreadable', path: 'shut', reason: 'Reading it is not permitted.' }])
})

test('what is no folder is refused', async () => {
  writeFileSync(join(folder, 'a'), '')
  for (const given of ['nowhere', 'a']) {
    const reading = walk(join(folder, given)).next()
    await expect(reading).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  }
})
