import { join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { openDatabase } from './database.ts'
import { createSettingsStore } from './settings.ts'

/** What is read where `held` lies in the index. */
function settingsFrom(held: unknown) {
  using folder = temporaryFolder()
  const db = openDatabase(join(folder.path, 'a.db'))
  createSettingsStore(db).create('Birds', 1)
  db.prepare('UPDATE dataset SET settings = ?').run(JSON.stringify(held))
  const read = createSettingsStore(db).settings()
  db.close()
  return read
}

test('settings of an earlier version keep what they say, and take what they lack from the defaults', () => {
  const { sendReferer: _, ...earlier } = defaultSettings
  expect(settingsFrom({ ...earlier, keepOriginals: false })).toEqual({
    ...defaultSettings,
    keepOriginals: false,
    sendReferer: false,
  })
  const { thumbnails: __, ...accept } = { ...defaultSettings.accept, minSidePx: 99 }
  expect(settingsFrom({ ...earlier, accept }).accept).toEqual({ ...defaultSettings.accept, minSidePx: 99 })
  const render = { fit: 'cover', sidePx: 224, quality: 80, background: '#000000' }
  expect(settingsFrom({ ...earlier, render }).render).toEqual({ ...defaultSettings.render, ...render })
})

test.each([
  [null],
  [[]],
  [{ ...defaultSettings, accept: [] }],
  [{ ...defaultSettings, keepOriginals: 'yes' }],
  [{ ...defaultSettings, fromTheFuture: true }],
])('settings that are no longer valid give way to the defaults: %j', held => {
  expect(settingsFrom(held)).toEqual(defaultSettings)
})
