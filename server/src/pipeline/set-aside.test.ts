import { AppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { asideForMs, createSetAside } from './set-aside.ts'

const unsafe = new AppError('STORE_UNSAFE_PATH', { path: 'images' })

function start() {
  const clock = { nowMs: 1_000 }
  return { clock, aside: createSetAside(() => clock.nowMs) }
}

test('a dataset rests for a while, and only that one', () => {
  const { aside, clock } = start()
  expect([aside.isResting('birds'), aside.endsAtMs()]).toEqual([false, Number.POSITIVE_INFINITY])
  aside.put('birds', unsafe)
  expect([aside.isResting('birds'), aside.isResting('fish')]).toEqual([true, false])
  expect(aside.endsAtMs()).toBe(1_000 + asideForMs)
  clock.nowMs += asideForMs
  expect([aside.isResting('birds'), aside.endsAtMs()]).toEqual([false, Number.POSITIVE_INFINITY])
})

test('it is news once, and told while it is tried again, until it is well', () => {
  const { aside, clock } = start()
  expect(aside.put('birds', unsafe)).toBe(true)
  clock.nowMs += asideForMs
  expect(aside.all()).toEqual([{ id: 'birds', error: unsafe }])
  expect(aside.put('birds', unsafe)).toBe(false)
  expect(aside.isResting('birds')).toBe(true)
  aside.clear('birds')
  expect([aside.isResting('birds'), aside.all()]).toEqual([false, []])
})

test('it is forgotten when nothing is left to try it with', () => {
  const { aside, clock } = start()
  aside.put('birds', unsafe)
  clock.nowMs += 2 * asideForMs
  expect(aside.all()).toEqual([])
  expect(aside.put('birds', unsafe)).toBe(true)
})
