import { expect, test } from 'vitest'
import { createChores } from './chores.ts'

/** A dataset with so many pictures to take away, one each time it is let. */
function store(id: string, count: number, fails = 0) {
  let left = count
  let failures = fails
  let go: (() => void) | undefined
  return {
    id,
    left: () => left,
    /** Lets one picture go. */
    step: async () => {
      go?.()
      await new Promise(resolve => setImmediate(resolve))
    },
    isUntidy: () => left > 0,
    tidy: async (signal?: AbortSignal) => {
      if (failures-- > 0) throw new Error('no room')
      let gone = 0
      while (left > 0 && !signal?.aborted) {
        await new Promise<void>(resolve => {
          go = resolve
        })
        left -= 1
        gone += 1
      }
      return gone
    },
  }
}

function start(...stores: ReturnType<typeof store>[]) {
  const tidied: string[] = []
  const troubles: unknown[] = []
  const chores = createChores({
    stores: () => stores,
    tidied: id => tidied.push(id),
    trouble: error => troubles.push(error),
  })
  return { chores, tidied, troubles }
}

test('one dataset after the other is tidied, and told of when nothing is under way any more', async () => {
  const [one, clean, other] = [store('one', 1), store('clean', 0), store('other', 1)]
  const { chores, tidied } = start(one, clean, other)
  chores.wake()
  chores.wake()
  expect(chores.isBusy()).toBe(true)
  await one.step()
  expect(tidied).toEqual([])
  await other.step()
  expect(tidied).toEqual(['one', 'other'])
  expect([chores.isBusy(), one.left(), other.left()]).toEqual([false, 0, 0])
})

test('with nothing to do it does nothing', () => {
  const { chores } = start(store('clean', 0))
  chores.wake()
  expect(chores.isBusy()).toBe(false)
})

test('a failure is told, keeps nobody else from being tidied, and is tried again when woken', async () => {
  const [bad, good] = [store('bad', 1, 1), store('good', 1)]
  const { chores, tidied, troubles } = start(bad, good)
  chores.wake()
  await new Promise(resolve => setImmediate(resolve))
  await good.step()
  expect([troubles.length, tidied]).toEqual([1, ['good']])
  await bad.step()
  expect(tidied).toEqual(['good', 'bad'])
})

test('stopping lets the picture in hand go, and takes up no other', async () => {
  const one = store('one', 3)
  const { chores } = start(one)
  chores.wake()
  const stopped = chores.stop(0)
  await new Promise(resolve => setTimeout(resolve, 5))
  await one.step()
  await stopped
  expect(one.left()).toBe(2)
  chores.wake()
  expect(chores.isBusy()).toBe(false)
})
