import { useCallback, useSyncExternalStore } from 'react'

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (callBack: () => void) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', callBack)
      return () => list.removeEventListener('change', callBack)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches)
}
