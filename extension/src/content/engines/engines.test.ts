/** Every engine has a file of its own for the pages it is of. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { harvesters } from '../../harvesters/registry.ts'
import { bring, brought } from './brought.ts'

const files = readdirSync(fileURLToPath(new URL('.', import.meta.url)))

beforeEach(() => {
  Reflect.deleteProperty(globalThis, 'gleanerEngines')
})

test('there is a file for each engine, and no other', () => {
  const engines = files.filter(name => !/^brought|\.test\./.test(name)).map(name => name.replace('.ts', ''))
  expect(engines.sort()).toEqual(harvesters.map(({ engine }) => engine).sort())
})

test.each(harvesters)('$engine.ts brings $label alone', async harvester => {
  await import(new URL(`${harvester.engine}.ts`, import.meta.url).href)
  expect(brought()).toEqual([harvester])
})

test('an engine that is brought twice counts once', () => {
  const [first, second] = harvesters
  if (!first || !second) throw new Error('no engines')
  for (const one of [first, second, first]) bring(one)
  expect(brought()).toEqual([second, first])
})
