import { describe, expect, test } from 'vitest'
import { noFilters } from '../platform/filters.ts'
import { newDisk, openStore } from './fake-store.ts'
import { createMemory } from './memory.ts'

const chosen = { dataset: 'Animals', class: 'cat', query: 'cat', isOwnWord: false }
const press = {
  dataset: 'Animals',
  class: 'cat',
  engine: 'lumen',
  query: 'cat',
  candidates: 3,
  batchIds: ['ab'.repeat(16)],
  isUndone: false,
}
const untouched = { chosen: null, dataset: null, press: null, run: null, picture: null }
const open = () => createMemory(openStore(newDisk()), openStore(newDisk()))

describe('changes made at once all hold', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('in a tab, %i steps apart', async steps => {
    const memory = open()
    const choice = memory.choose(1, chosen)
    for (let step = 0; step < steps; step += 1) await Promise.resolve()
    await Promise.all([choice, memory.changeTab(1, { press })])
    expect(await memory.tab(1)).toEqual({ ...untouched, chosen, press })
  })

  test('in the settings', async () => {
    const memory = open()
    await Promise.all([memory.change({ isConsented: true }), memory.change({ port: 4900 })])
    expect(await memory.settings()).toMatchObject({ isConsented: true, port: 4900 })
  })

  test('among what was used last', async () => {
    const memory = open()
    await Promise.all([memory.choose(1, chosen), memory.choose(2, { ...chosen, class: 'dog' })])
    expect(await memory.recents()).toEqual([
      { dataset: 'Animals', class: 'dog' },
      { dataset: 'Animals', class: 'cat' },
    ])
  })

  test('and a closed tab stays forgotten', async () => {
    const memory = open()
    await Promise.all([memory.changeTab(1, { press }), memory.forgetTab(1)])
    expect(await memory.tab(1)).toEqual(untouched)
  })
})

test('a change that failed does not hold up the next one', async () => {
  const disk = newDisk()
  const store = openStore(disk)
  let isFull = true
  const session = {
    ...store,
    set: async (items: Readonly<Record<string, unknown>>) => {
      if (isFull) throw new Error('quota')
      await store.set(items)
    },
  }
  const memory = createMemory(openStore(newDisk()), session)
  await expect(memory.changeTab(1, { press })).rejects.toThrow('quota')
  isFull = false
  await memory.changeTab(1, { press })
  expect((await memory.tab(1)).press).toEqual(press)
})

describe('filters', () => {
  const filters = {
    minSidePx: 400,
    aspect: 'square',
    formats: ['png'],
    withoutHosts: ['ads.example'],
  } as const

  test('are the dataset’s own', async () => {
    const memory = open()
    await memory.setFilters('Animals', { ...filters, formats: ['png'], withoutHosts: ['ads.example'] })
    expect(await memory.filters('Animals')).toEqual(filters)
    expect(await memory.filters('Cars')).toEqual(noFilters)
    expect(await memory.filters('constructor')).toEqual(noFilters)
  })

  test('of the datasets used last are kept', async () => {
    const memory = open()
    for (let number = 0; number < 101; number += 1)
      await memory.setFilters(`Set ${number}`, { ...noFilters, minSidePx: number })
    expect((await memory.filters('Set 0')).minSidePx).toBe(0)
    expect((await memory.filters('Set 1')).minSidePx).toBe(1)
    expect((await memory.filters('Set 100')).minSidePx).toBe(100)
  })
})

describe('the usual part of originals', () => {
  test('is not known before enough was seen', async () => {
    const memory = open()
    await memory.addYield('lumen', 19, 19)
    await memory.addYield('constructor', 19, 19)
    expect(await memory.usualOriginals()).toEqual({})
    await memory.addYield('lumen', 1, 0)
    expect(await memory.usualOriginals()).toEqual({ lumen: 0.95 })
  })

  test('forgets slowly', async () => {
    const memory = open()
    for (let page = 0; page < 50; page += 1) await memory.addYield('lumen', 100, 100)
    await memory.addYield('lumen', 100, 0)
    expect((await memory.usualOriginals()).lumen).toBeCloseTo(1000 / 1100)
    for (let page = 0; page < 50; page += 1) await memory.addYield('lumen', 100, 50)
    expect((await memory.usualOriginals()).lumen).toBeCloseTo(0.5, 1)
  })
})
