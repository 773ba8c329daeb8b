import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createQuiet } from './quiet.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is asked often is done at once, then once for all', () => {
  const done = vi.fn()
  const quiet = createQuiet(done)
  for (let asked = 0; asked < 5; asked++) quiet.ask()
  expect(done).toHaveBeenCalledTimes(1)
  vi.runAllTimers()
  expect(done).toHaveBeenCalledTimes(2)
  vi.runAllTimers()
  quiet.ask()
  expect(done).toHaveBeenCalledTimes(3)
})

test('stopped, it does nothing more, and may begin anew', () => {
  const done = vi.fn()
  const quiet = createQuiet(done)
  quiet.ask()
  quiet.ask()
  quiet.stop()
  vi.runAllTimers()
  expect(done).toHaveBeenCalledTimes(1)
  quiet.ask()
  expect(done).toHaveBeenCalledTimes(2)
})
