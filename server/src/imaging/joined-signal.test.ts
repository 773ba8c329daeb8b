import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { joinSignals } from './joined-signal.ts'

describe('a signal for two', () => {
  test.each([0, 1])('aborts with the reason of number %i', number => {
    const ends = [new AbortController(), new AbortController()] as const
    const { signal } = joinSignals(ends[0].signal, ends[1].signal)
    expect(signal.aborted).toBe(false)
    ends[number]?.abort('enough')
    expect(signal).toMatchObject({ aborted: true, reason: 'enough' })
  })

  test('is aborted from its start where one of them is', () => {
    const { signal } = joinSignals(new AbortController().signal, AbortSignal.abort('over'))
    expect(signal).toMatchObject({ aborted: true, reason: 'over' })
  })

  test('keeps the first of two reasons', () => {
    const ends = [new AbortController(), new AbortController()] as const
    const { signal } = joinSignals(ends[0].signal, ends[1].signal)
    ends[1].abort('first')
    ends[0].abort('second')
    expect(signal.reason).toBe('first')
  })

  test('leaves nothing with them once it is unlinked', () => {
    const ends = [new AbortController(), new AbortController()] as const
    const { signal, unlink } = joinSignals(ends[0].signal, ends[1].signal)
    unlink()
    ends[0].abort()
    expect(signal.aborted).toBe(false)
    expect(ends.map(end => getEventListeners(end.signal, 'abort').length)).toEqual([0, 0])
  })
})
