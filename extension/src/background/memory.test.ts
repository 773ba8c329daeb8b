import { describe, expect, test } from 'vitest'
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
}
const open = () => createMemory(openStore(newDisk()), openStore(newDisk()))

describe('changes made at once all hold', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('in a tab, %i steps apart', async steps => {
    const memory = open()
    const choice = memory.choose(1, chosen)
    for (let step = 0; step < steps; step += 1) await Promise.resolve()
    await Promise.all([choice, memory.setPress(1, press)])
    expect(await memory.tab(1)).toEqual({ chosen, press })
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
    await Promise.all([memory.setPress(1, press), memory.forgetTab(1)])
    expect(await memory.tab(1)).toEqual({ chosen: null, press: null })
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
  await expect(memory.setPress(1, press)).rejects.toThrow('quota')
  isFull = false
  await memory.setPress(1, press)
  expect((await memory.tab(1)).press).toEqual(press)
})
