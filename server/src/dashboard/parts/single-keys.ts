/** Whether keys without Ctrl do something: whoever speaks to the computer, or hits keys by chance, can switch them off. */
import { useSyncExternalStore } from 'react'

const name = 'gleaner-single-keys'
const listeners = new Set<() => void>()

export const areSingleKeysOn = (): boolean => localStorage.getItem(name) !== 'off'

export function switchSingleKeys(isOn: boolean): void {
  localStorage.setItem(name, isOn ? 'on' : 'off')
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useSingleKeys = (): boolean => useSyncExternalStore(subscribe, areSingleKeysOn)
