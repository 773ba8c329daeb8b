import { useEffect, useState } from 'react'

/** What somebody types is asked about once they have paused, not at every key. */
const settleMs = 300

/** @returns `value` as it was when it last stayed the same for a while; of plain data, compared by content */
export function useSettled<T>(value: T): { readonly settled: T; readonly isSettled: boolean } {
  const [settled, setSettled] = useState(value)
  const content = JSON.stringify(value)
  const isSettled = content === JSON.stringify(settled)
  useEffect(() => {
    if (isSettled) return
    const timer = setTimeout(() => setSettled(JSON.parse(content) as T), settleMs)
    return () => clearTimeout(timer)
  }, [content, isSettled])
  return { settled, isSettled }
}
