import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultIngestSettings } from '@gleaner/shared/activity'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createControls } from './controls.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-controls-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('at first nothing is paused and nothing is bound', () => {
  const controls = createControls(folder)
  expect(controls.isPaused()).toBe(false)
  expect(controls.settings()).toEqual(defaultIngestSettings)
  expect(readdirSync(folder)).toEqual([])
})

test('what was decided holds at the next start', () => {
  const before = createControls(folder)
  before.pause()
  before.change({ maxBytesPerSecond: 1_000_000 })
  const after = createControls(folder)
  expect([after.isPaused(), after.settings().maxBytesPerSecond]).toEqual([true, 1_000_000])
  after.resume()
  expect(createControls(folder).isPaused()).toBe(false)
  expect(createControls(folder).settings().maxBytesPerSecond).toBe(1_000_000)
})

test('the file is the owner’s alone, and nothing else is left', () => {
  createControls(folder).pause()
  expect(readdirSync(folder)).toEqual(['ingest.json'])
  expect(statSync(join(folder, 'ingest.json')).mode & 0o777).toBe(0o600)
})

test('what a process that was killed while writing left behind does no harm', () => {
  writeFileSync(join(folder, 'ingest.json.new'), '{"isPau')
  const controls = createControls(folder)
  expect(controls.isPaused()).toBe(false)
  controls.pause()
  expect(createControls(folder).isPaused()).toBe(true)
})

test('a decision of an earlier version is completed', () => {
  writeFileSync(join(folder, 'ingest.json'), '{"isPaused":true}')
  const controls = createControls(folder)
  expect([controls.isPaused(), controls.settings()]).toEqual([true, defaultIngestSettings])
})

test.each(['', 'null', '{"isPaused":"yes"}', '{"isPaused":true,"settings":{"maxBytesPerSecond":-5}}'])(
  'a file that says %s decides nothing',
  text => {
    writeFileSync(join(folder, 'ingest.json'), text)
    expect(createControls(folder).isPaused()).toBe(false)
  },
)

test('what cannot be written does not hold', () => {
  const controls = createControls(folder)
  mkdirSync(join(folder, 'ingest.json.new'))
  expect(() => controls.pause()).toThrow()
  expect(controls.isPaused()).toBe(false)
  rmSync(join(folder, 'ingest.json.new'), { recursive: true })
  controls.change({ maxBytesPerSecond: 50_000 })
  expect(readFileSync(join(folder, 'ingest.json'), 'utf8')).toContain('"isPaused": false')
})
