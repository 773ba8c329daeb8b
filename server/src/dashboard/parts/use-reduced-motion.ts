import { useSyncExternalStore } from 'react'

const query = '(prefers-reduced-motion: reduce)'

function subscribe(callBack: () => void): () => void {
  const list = window.matchMedia(query)
  list.addEventListener('change', callBack)
  return () => list.removeEventListener('change', callBack)
}

/** Whether a person asked their system for less movement. */
export const useReducedMotion = (): boolean =>
  useSyncExternalStore(subscribe, () => window.matchMedia(query).matches)
