import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Overview, ServerEvent } from '@gleaner/shared/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createEventHub, type EventHub, listenersAtOnce } from './events.ts'

/** An answer that keeps what is written and is congested on request. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = []
  isCongested = false
  isEnded = false
  isDestroyed = false
  write(text: string): boolean {
    this.written.push(text)
    return !this.isCongested
  }
  end(): void {
    this.isEnded = true
    this.emit('close')
  }
  destroy(): void {
    this.isDestroyed = true
    this.emit('close')
  }
  get events(): ServerEvent[] {
    const lines = this.written.join('').split('\n\n')
    return lines.filter(line => line.startsWith('data: ')).map(line => JSON.parse(line.slice(6)))
  }
}

let hub: EventHub
let asked: number
beforeEach(() => {
  vi.useFakeTimers()
  asked = 0
  hub = createEventHub(() => ({ activity: { queued: ++asked } }) as unknown as Overview)
})
afterEach(() => {
  hub.close()
  vi.useRealTimers()
})

const listen = () => {
  const response = new FakeResponse()
  hub.add(response as unknown as ServerResponse)
  return response
}
const types = (response: FakeResponse) => response.events.map(({ type }) => type)

test('a new listener gets the overview at once', () => {
  expect(types(listen())).toEqual(['overview'])
})

test('many changes are one piece of news, four times a second at most', () => {
  const response = listen()
  for (let elapsedMs = 0; elapsedMs < 1000; elapsedMs += 10) {
    hub.changed('birds')
    vi.advanceTimersByTime(10)
  }
  const overviews = types(response).filter(type => type === 'overview').length
  expect(overviews).toBeGreaterThanOrEqual(4)
  expect(overviews).toBeLessThanOrEqual(6)
  expect(asked).toBe(overviews)
})

test('every dataset that changed is named once, after the overview', () => {
  const response = listen()
  for (const id of ['birds', 'fish', 'birds', undefined]) hub.changed(id)
  vi.advanceTimersByTime(250)
  expect(response.events.slice(1)).toEqual([
    { type: 'overview', overview: { activity: { queued: 2 } } },
    { type: 'changed', datasetId: 'birds' },
    { type: 'changed', datasetId: 'fish' },
  ])
})

test('nothing changes, nothing is sent', () => {
  const response = listen()
  vi.advanceTimersByTime(10_000)
  expect(types(response)).toEqual(['overview'])
})

test('without listeners nobody asks for the overview', () => {
  hub.changed('birds')
  vi.advanceTimersByTime(1000)
  expect(asked).toBe(0)
})

test('a slow listener holds up nobody and misses no dataset', () => {
  const slow = listen()
  const quick = listen()
  slow.isCongested = true
  hub.changed('birds')
  vi.advanceTimersByTime(250)
  const sentToSlow = slow.written.length
  for (const id of ['fish', 'trees', 'fish']) {
    hub.changed(id)
    vi.advanceTimersByTime(250)
  }
  expect(slow.written).toHaveLength(sentToSlow)
  expect(types(quick).filter(type => type === 'changed')).toHaveLength(4)
  slow.isCongested = false
  slow.emit('drain')
  vi.advanceTimersByTime(250)
  expect(slow.events.slice(-2)).toEqual([
    { type: 'changed', datasetId: 'fish' },
    { type: 'changed', datasetId: 'trees' },
  ])
})

test('a listener that reads nothing for long is let go', () => {
  const stuck = listen()
  const lively = listen()
  stuck.isCongested = true
  vi.advanceTimersByTime(60_000)
  expect([stuck.isDestroyed, lively.isDestroyed]).toEqual([true, false])
  expect(lively.written.at(-1)).toMatch(/^: /)
})

test('there is room for so many and no more, and again when one leaves', () => {
  const listeners = Array.from({ length: listenersAtOnce }, listen)
  expect(hub.hasRoom()).toBe(false)
  listeners[0]?.emit('close')
  expect(hub.hasRoom()).toBe(true)
})

test('closing ends every stream', () => {
  const listeners = [listen(), listen()]
  hub.close()
  expect(listeners.map(({ isEnded }) => isEnded)).toEqual([true, true])
  hub.changed('birds')
  expect(vi.getTimerCount()).toBe(0)
})
