import type { ActSummary } from '@gleaner/shared/acts'
import { expect, test } from 'vitest'
import type { ActState } from '../api/act-queue.ts'
import { walkTo } from './walk.ts'

/** A log of acts that are taken back from the newest on; an act of `slow` goes on until it is let go. */
function rig(ids: readonly number[], slow?: number) {
  const left = [...ids]
  const undone: number[] = []
  const listeners = new Set<() => void>()
  let running: readonly ActSummary[] = []
  const queue = {
    state: () => ({ running }) as ActState,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    perform: async () => {
      const id = left.pop()
      if (id === undefined) return undefined
      undone.push(id)
      const act = { id } as ActSummary
      if (id === slow) running = [act]
      return act
    },
  }
  const finish = () => {
    running = []
    for (const listener of listeners) listener()
  }
  return { queue, undone, finish }
}

test('walks up to and with the act that was asked for', async () => {
  const { queue, undone } = rig([1, 2, 3, 4])
  expect(await walkTo(queue, 'undo', 2)).toBe(3)
  expect(undone).toEqual([4, 3, 2])
})

test('stops where the server refuses', async () => {
  const { queue, undone } = rig([3, 4])
  expect(await walkTo(queue, 'undo', 1)).toBe(2)
  expect(undone).toEqual([4, 3])
})

test('waits for an act that takes a while before it goes on', async () => {
  const { queue, undone, finish } = rig([1, 2, 3], 3)
  const walk = walkTo(queue, 'undo', 1)
  await new Promise(resolve => setTimeout(resolve))
  expect(undone).toEqual([3])
  finish()
  expect(await walk).toBe(3)
  expect(undone).toEqual([3, 2, 1])
})
