import { expect, test, vi } from 'vitest'
import { hear } from './hear.ts'

/** Stands in for an event of the browser's own, which scripts cannot make. */
function trusted(type: string): Event {
  const event = new Event(type)
  return new Proxy(event, {
    get: (target, name) => (name === 'isTrusted' ? true : Reflect.get(target, name, target)),
  })
}

/** A target that hands over whatever it is given. */
function createTarget() {
  const listeners = new Map<string, EventListener>()
  return {
    addEventListener: (type: string, listener: EventListener) => listeners.set(type, listener),
    removeEventListener: (type: string) => listeners.delete(type),
    dispatchEvent: (event: Event) => listeners.get(event.type)?.(event) !== undefined,
  } as unknown as EventTarget
}

test('hears the browser, not the page, until it stops', () => {
  const act = vi.fn()
  const target = createTarget()
  const stop = hear(target, ['keydown', 'keyup'], act)
  target.dispatchEvent(new Event('keydown'))
  expect(act).not.toHaveBeenCalled()
  target.dispatchEvent(trusted('keydown'))
  target.dispatchEvent(trusted('keyup'))
  expect(act).toHaveBeenCalledTimes(2)
  stop()
  target.dispatchEvent(trusted('keydown'))
  expect(act).toHaveBeenCalledTimes(2)
})
