import { AppError } from '@gleaner/shared/errors'
import { noCounts } from '@gleaner/shared/outcome'
import { expect, test } from 'vitest'
import type { ServerStatus } from '../platform/message-table.ts'
import { pressWords } from '../platform/words.ts'
import { connected, pressOf, progressOf, readingOf, setUp, view } from './fake-world.ts'

const down: ServerStatus = { ...connected, code: 'SERVER_NOT_RUNNING', waiting: 3 }

test('is asked for often while something moves and seldom after', async () => {
  let queued = 2
  const { controller, pass, pausesMs, world } = setUp({
    progress: () => progressOf({ press: pressOf({ counts: { ...noCounts(), queued, stored: 3 - queued } }) }),
  })
  await controller.refresh()
  await pass('poll')
  expect(pausesMs.get('poll')).toBe(1_000)
  queued = 0
  await pass('poll')
  expect(pausesMs.get('poll')).toBe(5_000)
  expect(world.shown?.press?.counts).toMatchObject({ stored: 3 })
})

test('is not asked for in a tab nobody sees, and again once it is seen', async () => {
  const { controller, pass, world, asksOf, timers, all } = setUp()
  world.isVisible = false
  await controller.refresh()
  await pass('poll')
  expect(asksOf('progress')).toEqual([])
  expect(timers.has('poll')).toBe(false)
  world.isVisible = true
  all.describe = () => {
    throw new AppError('HARVEST_DISCONNECTED')
  }
  await controller.refresh()
  await pass('poll')
  expect(asksOf('progress')).toHaveLength(1)
})

test('tells that the server went away and came back while nothing moves', async () => {
  const { controller, pass, all, world } = setUp()
  await controller.refresh()
  await pass('poll')
  expect(world.shown?.status?.code).toBeNull()
  all.progress = () => progressOf({ status: down })
  await pass('poll')
  expect(world.shown?.status?.code).toBe('SERVER_NOT_RUNNING')
  all.progress = () => progressOf()
  await pass('poll')
  expect(world.shown?.status?.code).toBeNull()
})

test('is asked for again after it failed in any way', async () => {
  const { controller, pass, all, timers } = setUp()
  await controller.refresh()
  all.progress = () => {
    throw new AppError('HARVEST_INTERNAL')
  }
  await pass('poll')
  expect(timers.has('poll')).toBe(true)
})

test('is not asked for without results, until there are some', async () => {
  const { controller, pass, world, asksOf } = setUp()
  world.reading = readingOf('cat', 0)
  await controller.refresh()
  await pass('poll')
  expect(asksOf('progress')).toEqual([])
  world.reading = readingOf('cat', 3)
  await controller.pageChanged()
  await pass('poll')
  expect(asksOf('progress')).toHaveLength(1)
})

test('goes on when the server comes back', async () => {
  const { controller, pass, all, timers, world } = setUp({
    describe: () => view({ status: down }),
    progress: () => progressOf({ status: down, press: pressOf({ waiting: 3, counts: null }) }),
  })
  await controller.refresh()
  await pass('poll')
  expect(world.shown?.status?.code).toBe('SERVER_NOT_RUNNING')
  expect(timers.has('poll')).toBe(true)
  all.describe = () => view({ destination: { dataset: 'Plants', class: 'oak' } })
  all.progress = () => progressOf()
  await pass('poll')
  expect(world.shown).toMatchObject({ status: { code: null }, destination: { dataset: 'Plants' } })
})

test('a lost extension is told and tried again', async () => {
  const { controller, pass, all, timers, world } = setUp()
  await controller.refresh()
  all.progress = () => {
    throw new AppError('HARVEST_DISCONNECTED')
  }
  await pass('poll')
  expect(world.shown?.failure).toBe('HARVEST_DISCONNECTED')
  expect(timers.has('poll')).toBe(true)
  all.progress = () => progressOf()
  await pass('poll')
  expect(world.shown?.failure).toBeNull()
})

test('keeps what became of a finished collect when the server goes away', async () => {
  const stored = { ...noCounts(), stored: 2, duplicate: 1 }
  const { open, pass, all, world, controller } = setUp({
    progress: () => progressOf({ press: pressOf({ counts: stored }) }),
  })
  const words = () => world.shown?.press && pressWords(world.shown.press)
  await open()
  all.progress = () => progressOf({ status: down, press: pressOf({ counts: null }) })
  await pass('poll')
  expect(words()).toBe('2 stored · 1 duplicate')
  // Of another collect nothing is known, though it looks the same.
  await controller.collect()
  await pass('poll')
  expect(words()).toBe('3 handed over')
})
