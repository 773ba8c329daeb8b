import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/samples.ts'
import { removeAll } from './files.ts'

test('a folder goes with all that is in it, a file alone, and what is not there is no trouble', async () => {
  using folder = temporaryFolder()
  const set = join(folder.path, 'set')
  for (const name of ['', 'train', 'train/cat', 'empty']) mkdirSync(join(set, name))
  for (let nth = 0; nth < 100; nth++) writeFileSync(join(set, 'train/cat', `${nth}.jpg`), '')
  writeFileSync(join(folder.path, 'set.tar'), '')
  await removeAll(set)
  await removeAll(join(folder.path, 'set.tar'))
  await removeAll(join(folder.path, 'nothing'))
  expect(readdirSync(folder.path)).toEqual([])
})

test('links go, and what they lead to stays', async () => {
  using folder = temporaryFolder()
  const kept = join(folder.path, 'kept')
  const set = join(folder.path, 'set')
  for (const path of [kept, set]) mkdirSync(path)
  writeFileSync(join(kept, 'a.jpg'), '')
  symlinkSync(kept, join(set, 'inside'))
  symlinkSync(kept, join(folder.path, 'itself'))
  await removeAll(set)
  await removeAll(join(folder.path, 'itself'))
  expect(readdirSync(folder.path)).toEqual(['kept'])
  expect(existsSync(join(kept, 'a.jpg'))).toBe(true)
})
