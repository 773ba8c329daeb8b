import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clientId, makeBatch, openRules, temporaryDataset } from '../../test/support/samples.ts'

const batch = () => makeBatch(['https://a.example/1'])
const unsafe = expect.objectContaining({ code: 'STORE_UNSAFE_PATH' })

test.each([
  ['deleted', (folder: string) => rmSync(folder, { recursive: true })],
  ['moved away', (folder: string) => renameSync(folder, `${folder}-moved`)],
  [
    'replaced by its copy',
    (folder: string) => {
      renameSync(folder, `${folder}-moved`)
      cpSync(`${folder}-moved`, folder, { recursive: true })
    },
  ],
])('an index whose folder was %s acknowledges nothing', (_, happens) => {
  using dataset = temporaryDataset()
  const { store, folder } = dataset
  store.accept(clientId, batch(), openRules)
  expect(existsSync(join(folder, 'gleaner.db'))).toBe(true)
  happens(folder)
  expect(() => store.accept(clientId, batch(), openRules)).toThrow(unsafe)
  expect(() => store.undo(clientId, ['x'])).toThrow(unsafe)
})
