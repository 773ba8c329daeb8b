import { expect, test } from 'vitest'
import { inOrder } from './in-order.ts'

const gates = (count: number) => Array.from({ length: count }, () => Promise.withResolvers<void>())

test('hands out in order what ends in any order, and takes no more in hand than allowed', async () => {
  const waits = gates(5)
  const started: number[] = []
  const results = inOrder([0, 1, 2, 3, 4], 3, async thing => {
    started.push(thing)
    await waits[thing]?.promise
    return thing * 10
  })
  const first = results.next()
  waits[2]?.resolve()
  waits[1]?.resolve()
  await Promise.resolve()
  expect(started).toEqual([0, 1, 2])
  for (const wait of waits) wait.resolve()
  expect((await first).value).toBe(0)
  const rest: number[] = []
  for await (const result of results) rest.push(result)
  expect(rest).toEqual([10, 20, 30, 40])
})

test('a failure comes in its place, and nothing is left running behind it', async () => {
  let ended = 0
  const results = inOrder([1, 2, 3], 3, async thing => {
    if (thing === 2) throw new Error('two')
    await new Promise(resolve => setImmediate(resolve))
    ended++
    return thing
  })
  expect((await results.next()).value).toBe(1)
  await expect(results.next()).rejects.toThrow('two')
  expect(ended).toBe(2)
})
